/**
 * UTF-8 bytes to strings and back, and how long they get. Texts about programs are nearly all ASCII in short pieces, where the
 * platform's decoder costs more than the decoding.
 */

// The same in Node, in workers and in browsers.
declare const TextDecoder: new (
  label: string,
  options: { ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
const platform = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** The text of `bytes[from .. to)`; what is not UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array, from = 0, to = bytes.length): string {
  const part = bytes.subarray(from, to);
  if (part.length > SHORT) return platform.decode(part);
  for (let i = 0; i < part.length; i++) if (part[i] >= 0x80) return platform.decode(part);
  return String.fromCharCode.apply(null, part as unknown as number[]);
}

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Length of a byte order mark at `from`: 3, or 0 where there is none. */
export function byteOrderMark(bytes: Uint8Array, from: number): number {
  return bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf ? 3 : 0;
}

/** How many UTF-16 code units `bytes[from .. to)` decode to: offsets in texts count those. */
export function utf16Length(bytes: Uint8Array, from: number, to: number): number {
  // Runs of ASCII, four bytes at once: words lie at multiples of four in their buffer.
  const first = from + (-(bytes.byteOffset + from) & 3);
  if (first >= to) return unitsOfBytes(bytes, from, to);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + first, (to - first) >> 2);
  let units = unitsOfBytes(bytes, from, first);
  for (let i = 0; i < words.length; i++) {
    units += (words[i] & ASCII_MASK) === 0 ? 4 : unitsOfBytes(bytes, first + i * 4, first + i * 4 + 4);
  }
  return units + unitsOfBytes(bytes, first + words.length * 4, to);
}

function unitsOfBytes(bytes: Uint8Array, from: number, to: number): number {
  let units = 0;
  for (let i = from; i < to; i++) if ((bytes[i] & 0xc0) !== 0x80) units += bytes[i] >= 0xf0 ? 2 : 1;
  return units;
}

const ASCII_MASK = 0x80808080;

// String.fromCharCode takes its arguments from the stack: not more than a few thousand at once.
const SHORT = 2048;
