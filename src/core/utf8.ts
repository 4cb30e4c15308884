/**
 * UTF-8 bytes to strings, in plain TypeScript: the core has no TextDecoder (it belongs to Node and the browser, not to
 * the language). Broken sequences become U+FFFD, as everywhere else.
 */

/** The text of `bytes[from .. to)`. */
export function decodeUtf8(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let ascii = from;
  while (ascii < to && bytes[ascii] < 0x80) ascii++;
  if (ascii === to) return fromUnits(bytes, from, to);
  const units = new Uint16Array(to - from);
  let length = 0;
  for (let i = from; i < to;) {
    const lead = bytes[i++];
    if (lead < 0x80) {
      units[length++] = lead;
      continue;
    }
    const tail = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    let point = lead & (0x3f >> tail);
    let seen = 0;
    while (seen < tail && i < to && (bytes[i] & 0xc0) === 0x80) {
      point = (point << 6) | (bytes[i++] & 0x3f);
      seen++;
    }
    const isSurrogate = point >= 0xd800 && point < 0xe000;
    if (seen < tail || lead < 0xc2 || lead > 0xf4 || point < LEAST[tail] || point > 0x10ffff || isSurrogate) {
      units[length++] = 0xfffd;
    } else if (point > 0xffff) {
      units[length++] = 0xd7c0 + (point >> 10);
      units[length++] = 0xdc00 + (point & 0x3ff);
    } else {
      units[length++] = point;
    }
  }
  return fromUnits(units, 0, length);
}

/** How many UTF-16 code units `bytes[from .. to)` decode to: offsets in texts count those. */
export function utf16Length(bytes: Uint8Array, from: number, to: number): number {
  let units = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

/** Least code point of a sequence with that many continuation bytes; a shorter form is not UTF-8. */
const LEAST = [0, 0x80, 0x800, 0x10000];

// String.fromCharCode takes its arguments from the stack: not more than a few thousand at once.
const AT_ONCE = 4096;

function fromUnits(units: Uint8Array | Uint16Array, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i += AT_ONCE) {
    const part = units.subarray(i, Math.min(i + AT_ONCE, to));
    text += String.fromCharCode.apply(null, part as unknown as number[]);
  }
  return text;
}
