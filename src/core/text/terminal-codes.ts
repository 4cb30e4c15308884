/**
 * Colours and other terminal codes in a text that is still bytes (ECMA-48): dropped, the text between them stays. Logs
 * write the escape byte as "#033" (rsyslog) or "^[" (`cat -v`) as well.
 */
import { startsWith } from "./ascii.js";

const ESCAPE = 0x1b;
const HASH = 35;
const CARET = 94;
const BELL = 7;
const OPENING_BRACKET = 91;
const CLOSING_BRACKET = 93;
const BACKSLASH = 92;
const OCTAL = Uint8Array.of(HASH, 48, 51, 51, OPENING_BRACKET);
const CARETED = Uint8Array.of(CARET, OPENING_BRACKET, OPENING_BRACKET);

/** Whether there is a code in it: asked of whole chunks, so that lines need not be searched. */
export function hasTerminalCodes(bytes: Uint8Array): boolean {
  return bytes.indexOf(ESCAPE) >= 0 || holds(bytes, OCTAL) || holds(bytes, CARETED);
}

/** `bytes[from .. to)` without its codes, as a new array; undefined where it has none. */
export function withoutTerminalCodes(bytes: Uint8Array, from: number, to: number): Uint8Array | undefined {
  let at = from;
  while (at < to && escapeLength(bytes, at, to) === 0) at++;
  if (at === to) return undefined;
  const plain = new Uint8Array(to - from);
  plain.set(bytes.subarray(from, at));
  let length = at - from;
  while (at < to) {
    const escape = escapeLength(bytes, at, to);
    if (escape === 0) plain[length++] = bytes[at++];
    else at = endOfCode(bytes, at + escape, to);
  }
  return plain.subarray(0, length);
}

/** How many bytes stand for an escape at `at`; 0 when none. The longer forms count before a bracket only. */
function escapeLength(bytes: Uint8Array, at: number, to: number): number {
  const byte = bytes[at];
  if (byte === ESCAPE) return 1;
  if (byte === HASH && startsWith(bytes, at, to, OCTAL)) return OCTAL.length - 1;
  return byte === CARET && startsWith(bytes, at, to, CARETED) ? CARETED.length - 1 : 0;
}

/** `at` is behind the escape. */
function endOfCode(bytes: Uint8Array, at: number, to: number): number {
  if (at >= to) return to;
  if (bytes[at] === OPENING_BRACKET) {
    // CSI: parameters, then one letter.
    for (at++; at < to; at++) if (bytes[at] >= 0x40 && bytes[at] <= 0x7e) return at + 1;
    return to;
  }
  if (bytes[at] === CLOSING_BRACKET || bytes[at] === 0x5f || bytes[at] === 0x50) {
    // OSC, APC and DCS: a string up to a bell or escape and backslash. Without an end the rest of the line is text.
    const limit = Math.min(to, at + MAX_STRING);
    for (let end = at + 1; end < limit; end++) {
      if (bytes[end] === BELL) return end + 1;
      if (bytes[end] === ESCAPE && bytes[end + 1] === BACKSLASH) return end + 2;
    }
  }
  return at + 1;
}

/** Longer than titles of windows and links are. */
const MAX_STRING = 512;

function holds(bytes: Uint8Array, wanted: Uint8Array): boolean {
  for (let at = bytes.indexOf(wanted[0]); at >= 0; at = bytes.indexOf(wanted[0], at + 1)) {
    if (startsWith(bytes, at, bytes.length, wanted)) return true;
  }
  return false;
}
