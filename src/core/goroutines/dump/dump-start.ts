/**
 * Where goroutines begin in a line that may have anything before it: a header of a goroutine, a line of goleak's list,
 * or a report of the race detector. What stands behind it tells whether the text goes on in the next line or was
 * escaped into this one.
 */
import { ascii, isDigit, RETURN, SPACE, startsWith, TAB } from "../../text/ascii.js";
import { type Escaping, escapingAt } from "../../text/escaped-text.js";
import { decodeUtf8 } from "../../text/utf8.js";

export interface DumpStart {
  /** First byte of the header. */
  readonly at: number;
  /** How the rest of the text was made one line with it; undefined where it follows in lines of its own. */
  readonly escaping: Escaping | undefined;
}

/** The first start in the line `bytes[from .. to)`, which ends without its newline. */
export function findDumpStart(bytes: Uint8Array, from: number, to: number): DumpStart | undefined {
  while (to > from && (bytes[to - 1] === SPACE || bytes[to - 1] === TAB || bytes[to - 1] === RETURN)) to--;
  let tried = 0;
  for (let at = from; at + SHORTEST <= to; at++) {
    // "goroutine " and "Goroutine " differ in the first letter; a race report has no other like it.
    const byte = bytes[at];
    if (byte === LETTER_W) {
      if (startsWith(bytes, at, to, RACE_WARNING) && at + RACE_WARNING.length === to)
        return { at, escaping: undefined };
      continue;
    }
    if ((byte !== LETTER_G && byte !== LETTER_CAPITAL_G) || !startsWith(bytes, at + 1, to, OROUTINE)) continue;
    if (!isDigit(bytes[at + 1 + OROUTINE.length]) || tried++ === MAX_TRIED) continue;
    const start = startAt(bytes, at, to);
    if (start !== undefined) return start;
  }
  return undefined;
}

export const RACE_WARNING = ascii("WARNING: DATA RACE");

const OROUTINE = ascii("oroutine ");
const LETTER_G = 103;
const LETTER_CAPITAL_G = 71;
const LETTER_W = 87;
const SHORTEST = RACE_WARNING.length - 4;
/** Sentences speak of goroutines as well; so many in one line are no dump. */
const MAX_TRIED = 32;
/** Labels make headers long. */
const MAX_HEADER = 4096;

const PLAIN = /^goroutine \d+ (?:\[|gp=).*:$/s;
const GOLEAK = /^Goroutine \d+ in state [^,]+, with .* on top of the stack:$/s;
/** Up to the colon that ends a header; what follows is looked at by its caller. */
const ENDED = /^goroutine \d+ (?:gp=[^\s\\]+ )?(?:m=[^\s\\]+ )?(?:mp=[^\s\\]+ )?\[[^\]\n\\]+\](?: \{.*?\})?:/s;
const ENDED_GOLEAK = /^Goroutine \d+ in state [^,\\]+, with [^\\"]* on top of the stack:/s;

function startAt(bytes: Uint8Array, at: number, to: number): DumpStart | undefined {
  const text = decodeUtf8(bytes, at, Math.min(to, at + MAX_HEADER));
  const isWhole = to - at <= MAX_HEADER;
  if (isWhole && (PLAIN.test(text) || GOLEAK.test(text))) return { at, escaping: undefined };
  const ended = ENDED.exec(text) ?? ENDED_GOLEAK.exec(text);
  if (ended === null) return undefined;
  const escaping = escapingAt(text, ended[0].length);
  return escaping === undefined ? undefined : { at, escaping };
}
