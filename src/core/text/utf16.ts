/** Text in UTF-16, as PowerShell's ">" and Windows editors write it: recognised and turned into UTF-8. */
import { encodeUtf8 } from "./utf8.js";

/** The text as UTF-8 without its mark; undefined when the bytes are no UTF-16. */
export function utf8OfUtf16(bytes: Uint8Array): Uint8Array | undefined {
  const order = byteOrder(bytes);
  if (order === undefined) return undefined;
  const low = order === "little" ? 0 : 1;
  const from = hasMark(bytes) ? 2 : 0;
  const parts: string[] = [];
  const units = new Uint16Array(4096);
  for (let at = from; at + 1 < bytes.length;) {
    let count = 0;
    for (; count < units.length && at + 1 < bytes.length; at += 2)
      units[count++] = bytes[at + low] | (bytes[at + 1 - low] << 8);
    parts.push(String.fromCharCode.apply(null, units.subarray(0, count) as unknown as number[]));
  }
  return encodeUtf8(parts.join(""));
}

/** By its mark, or by the zero in every other byte of Latin text. */
function byteOrder(bytes: Uint8Array): "little" | "big" | undefined {
  if (bytes.length < 2) return undefined;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "little";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "big";
  const length = Math.min(bytes.length & ~1, 64);
  if (length < 8) return undefined;
  let little = 0;
  let big = 0;
  for (let i = 0; i < length; i += 2) {
    if (bytes[i + 1] === 0 && isTextByte(bytes[i])) little++;
    if (bytes[i] === 0 && isTextByte(bytes[i + 1])) big++;
  }
  if (little === length / 2) return "little";
  return big === length / 2 ? "big" : undefined;
}

function hasMark(bytes: Uint8Array): boolean {
  return bytes[0] >= 0xfe && bytes[1] >= 0xfe;
}

/** Tab to carriage return, escape (colours) and all that is printable. */
export function isTextByte(byte: number): boolean {
  return (byte >= 0x20 && byte !== 0x7f) || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b;
}
