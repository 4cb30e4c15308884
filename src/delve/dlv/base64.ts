/** Base64 read from bytes, as they came: as a string, what memory is made of would be garbage twice its size. */

const OTHER = 255;
const PADDING = 61; // "="
const VALUE_OF = new Uint8Array(256).fill(OTHER);
for (const [i, letter] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].entries()) {
  VALUE_OF[letter.charCodeAt(0)] = i;
}

/**
 * What `text` says from `from` up to `to` (RFC 4648, padded), in the beginning of `into` when there is room for it;
 * undefined when that is not base64.
 */
export function decodeBase64(text: Uint8Array, from: number, to: number, into?: Uint8Array): Uint8Array | undefined {
  if ((to - from) % 4 !== 0) return undefined;
  let end = to;
  while (end > from && end > to - 2 && text[end - 1] === PADDING) end--;
  const length = Math.floor(((end - from) * 3) / 4);
  const bytes = into !== undefined && length <= into.length ? into.subarray(0, length) : new Uint8Array(length);
  let at = 0;
  let bits = 0;
  let seen = 0;
  const whole = end - ((end - from) % 4);
  let i = from;
  for (; i < whole; i += 4) {
    const a = VALUE_OF[text[i]];
    const b = VALUE_OF[text[i + 1]];
    const c = VALUE_OF[text[i + 2]];
    const d = VALUE_OF[text[i + 3]];
    seen |= a | b | c | d;
    bytes[at++] = (a << 2) | (b >> 4);
    bytes[at++] = (b << 4) | (c >> 2);
    bytes[at++] = (c << 6) | d;
  }
  for (; i < end; i++) {
    const value = VALUE_OF[text[i]];
    seen |= value;
    bits = (bits << 6) | value;
  }
  // Two or three letters are left: one byte or two.
  if (end - whole === 2) bytes[at] = bits >> 4;
  if (end - whole === 3) {
    bytes[at++] = bits >> 10;
    bytes[at] = bits >> 2;
  }
  return seen > 63 || end - whole === 1 ? undefined : bytes;
}
