/** Text that is still bytes: searching within one line of it, without decoding what is only stepped over. */

export const TAB = 9;
export const NEWLINE = 10;
export const RETURN = 13;
export const SPACE = 32;
export const OPEN = 40;
export const CLOSE = 41;
export const PLUS = 43;
export const DOT = 46;
export const COLON = 58;
export const QUESTION = 63;
export const BRACKET = 91;
export const CLOSING_BRACKET = 93;

const ZERO = 48;
const NINE = 57;
const UPPER_A = 65;
const LOWER_A = 97;
const LOWER_F = 102;

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function startsWith(bytes: Uint8Array, from: number, to: number, prefix: Uint8Array): boolean {
  if (to - from < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[from + i] !== prefix[i]) return false;
  return true;
}

export function skipSpaces(bytes: Uint8Array, from: number, to: number): number {
  while (from < to && bytes[from] === SPACE) from++;
  return from;
}

/** -1 where there is none. `indexOf` would search on through the whole text, for every line anew. */
export function firstIn(bytes: Uint8Array, wanted: number, from: number, to: number): number {
  for (let i = from; i < to; i++) if (bytes[i] === wanted) return i;
  return -1;
}

/** -1 where there is none. */
export function lastIn(bytes: Uint8Array, wanted: number, from: number, to: number): number {
  for (let i = to - 1; i >= from; i--) if (bytes[i] === wanted) return i;
  return -1;
}

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

export function digit(byte: number): number {
  return byte - ZERO;
}

/** As Go prints numbers in hexadecimal: in lower case. */
export function isHexDigit(byte: number): boolean {
  return isDigit(byte) || (byte >= LOWER_A && byte <= LOWER_F);
}

export function hexDigit(byte: number): number {
  return byte >= LOWER_A ? byte - LOWER_A + 10 : byte >= UPPER_A ? byte - UPPER_A + 10 : byte - ZERO;
}
