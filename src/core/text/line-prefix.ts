/**
 * What a log collector, CI, `grep` or a chat puts before each line, found by its shape: the same punctuation and words,
 * with times and counters that go on from line to line.
 *
 * The shape is learned from one line. Most lines have it byte for byte but for digits, which one loop tells; a time whose
 * fraction lost its zeros or a counter that got longer is matched piece by piece.
 */
import { isDigit, isHexDigit, SPACE, TAB } from "./ascii.js";
import { decodeUtf8 } from "./utf8.js";

/**
 * How much may differ from line to line: times and counters; all numbers (a number in a name is a name: "api_1" is not
 * "api_2"); all words and numbers.
 */
export type PrefixTolerance = "times" | "numbers" | "words";

const LITERAL = 0;
const DIGIT = 1;
const LETTER = 2;
/** `grep` puts ":" around the number of a line that it found, and "-" around those near it. */
const SEPARATOR = 3;
/** The container runtime's (CRI) mark of a line that is whole ("F") or goes on in the next ("P"). */
const PART = 4;

/** Of a number in hexadecimal that is an id or a time (daemontools' TAI64N). */
const HEX = 5;

interface Piece {
  readonly kind: "literal" | "number" | "fraction" | "word" | "separator" | "part";
  /** Bytes of a literal; what stands before a number at least once ("May  5", "May 15"). */
  readonly bytes: Uint8Array;
}

export class LinePrefix {
  readonly #tolerance: PrefixTolerance;
  readonly #pieces: readonly Piece[];
  /** Of a line whose prefix was as wide as those of the lines near it. */
  #template: Uint8Array = new Uint8Array(0);
  #class: Uint8Array = new Uint8Array(0);
  /** The least byte at each place, and how far above it one may be: digits where there are digits, else the byte itself. */
  #least = new Uint8Array(0);
  #span = new Uint8Array(0);
  /** Where "12:34:56" stands in the template; -1 where it has no time. */
  #timeAt = -1;
  #isFixedWidth = true;
  /** Lines in a row that had another width than the template. */
  #otherWidths = 0;

  /** Learns the shape of `bytes[from .. to)`. Spaces at its end belong to what follows. */
  constructor(bytes: Uint8Array, from: number, to: number, tolerance: PrefixTolerance) {
    while (to > from && bytes[to - 1] === SPACE) to--;
    this.#tolerance = tolerance;
    this.#learnWidth(bytes, from, to);
    this.#pieces = piecesOf(this.#template, this.#class, tolerance);
  }

  get isEmpty(): boolean {
    return this.#template.length === 0;
  }

  /** Where the content of the line `bytes[from .. to)` begins; -1 when the line has another shape. */
  match(bytes: Uint8Array, from: number, to: number): number {
    const least = this.#least;
    const span = this.#span;
    const classes = this.#class;
    const { length } = classes;
    this.#isFixedWidth = true;
    let i = 0;
    if (to - from >= length) {
      for (; i < length; i++) {
        if ((bytes[from + i] - least[i]) >>> 0 <= span[i]) continue;
        if (!isOfClass(bytes[from + i], classes[i])) break;
      }
      // A number that goes on behind the template is a longer number.
      if (i === length && !(classes[length - 1] === DIGIT && from + i < to && isDigit(bytes[from + i]))) {
        this.#otherWidths = 0;
        return from + i;
      }
    }
    this.#isFixedWidth = false;
    const at = this.#matchPieces(bytes, from, to);
    // A counter got longer for good, or the first line's time was a rare one: a whole second.
    if (at > from && at < to && ++this.#otherWidths === MAX_OTHER_WIDTHS) this.#learnWidth(bytes, from, at);
    return at;
  }

  /** Whether the line goes on in the next one; `contentAt` is where its content begins. */
  isPart(bytes: Uint8Array, contentAt: number): boolean {
    return this.#class[this.#class.length - 1] === PART && bytes[contentAt - 1] === LETTER_P;
  }

  /** Seconds since midnight of the line that was matched last, whose first byte is at `from`; undefined without a time. */
  secondOfDay(bytes: Uint8Array, from: number, contentAt: number): number | undefined {
    if (this.#timeAt < 0) return undefined;
    const at = this.#isFixedWidth ? from + this.#timeAt : clockIn(bytes, from, contentAt);
    if (at < 0) return undefined;
    const two = (offset: number) => bytes[at + offset] * 10 + bytes[at + offset + 1] - 528;
    return two(0) * 3600 + two(3) * 60 + two(6);
  }

  #learnWidth(bytes: Uint8Array, from: number, to: number): void {
    this.#template = bytes.slice(from, to);
    const text = latinText(this.#template);
    this.#class = classesOf(text, this.#tolerance);
    this.#least = Uint8Array.from(this.#template, (byte, i) => (this.#class[i] === DIGIT ? ZERO : byte));
    this.#span = Uint8Array.from(this.#class, (kind) => (kind === DIGIT ? 9 : 0));
    this.#timeAt = text.search(CLOCK);
    this.#otherWidths = 0;
  }

  #matchPieces(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    for (const { kind, bytes: wanted } of this.#pieces) {
      switch (kind) {
        case "literal":
          for (let i = 0; i < wanted.length; i++, at++) {
            // What stands at the end of an empty line is often trimmed away.
            if (at === to && isBlank(wanted, i)) return to;
            if (at >= to || bytes[at] !== wanted[i]) return -1;
          }
          break;
        case "number": {
          const start = at;
          while (at < to && bytes[at] === SPACE) at++;
          if (wanted.length > 0 && at === start && start > from) return -1;
          const digits = at;
          while (at < to && isDigit(bytes[at])) at++;
          if (at === digits) return -1;
          break;
        }
        case "separator":
        case "part":
          if (at >= to || !isOfClass(bytes[at++], kind === "part" ? PART : SEPARATOR)) return -1;
          break;
        case "fraction":
          if (at < to && bytes[at] === wanted[0]) {
            at++;
            while (at < to && isDigit(bytes[at])) at++;
          }
          break;
        case "word": {
          const start = at;
          while (at < to && (isWordByte(bytes[at]) || isInside(wanted, bytes[at]))) at++;
          if (at === start) return -1;
          break;
        }
      }
    }
    return at;
  }
}

/** Every tenth time ends in a zero that RFC3339Nano leaves out: some are no reason to learn anew. */
const MAX_OTHER_WIDTHS = 3;
const ZERO = 48;
const LETTER_F = 70;
const LETTER_P = 80;
const LONG_HEX = /^@?(?=\S*\d)[0-9a-f-]{12,}$/;
const CLOCK = /(?<!\d)\d\d:\d\d:\d\d(?!\d)/;
const CLOCK_AT_END = /(?<!\d)\d\d:\d\d:\d\d$/;
const POINT = Uint8Array.of(46);
const MONTHS_AND_DAYS = /^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun|AM|PM|am|pm)$/;
/** A date, a time, a duration, a counter, or a number in brackets that no word owns. */
const TIME_OR_COUNTER = /^[#+-]?\d[\d:.,/+-]*(?:T\d[\d:.,]*)?(?:Z|[+-][\d:]+|ns|us|ms|s|m|h|AM|PM|am|pm)?:?$/;

function classesOf(text: string, tolerance: PrefixTolerance): Uint8Array {
  const classes = new Uint8Array(text.length);
  const mark = (from: number, to: number, kind: number) => {
    for (let i = from; i < to; i++) {
      const isNumber = text[i] >= "0" && text[i] <= "9";
      if (kind === LETTER || isNumber) classes[i] = isNumber ? DIGIT : kind;
    }
  };
  for (const token of text.matchAll(/[^\s|[\](){}<>"'=;]+/g)) {
    const end = token.index + token[0].length;
    const isOwned = text[token.index - 1] === "[" && /\w/.test(text[token.index - 2] ?? "");
    if (MONTHS_AND_DAYS.test(token[0])) mark(token.index, end, LETTER);
    else if (tolerance !== "times" && LONG_HEX.test(token[0])) classes.fill(HEX, token.index, end);
    else if (tolerance !== "times" || (TIME_OR_COUNTER.test(token[0]) && !isOwned)) mark(token.index, end, DIGIT);
  }
  // A table's first column is the row.
  if (/^\d+,/.test(text)) mark(0, text.indexOf(","), DIGIT);
  // `grep -n`: "app.log:13:" and, around what was found, "app.log-14-".
  const counter = /[:-]\d+[:-]$|^\s*\d+[:-]?$/.exec(text);
  if (counter !== null) {
    mark(counter.index, text.length, DIGIT);
    for (const at of [counter.index, text.length - 1]) {
      if (text[at] === ":" || text[at] === "-") classes[at] = SEPARATOR;
    }
  }
  if (/ std(?:out|err) [FP]$/.test(text)) classes[text.length - 1] = PART;
  // Numbers that are aligned to the right are padded with spaces.
  for (let i = text.length - 2; i >= 0; i--) if (text[i] === " " && classes[i + 1] === DIGIT) classes[i] = DIGIT;
  return classes;
}

function piecesOf(template: Uint8Array, classes: Uint8Array, tolerance: PrefixTolerance): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const until = (isSame: (i: number) => boolean) => {
    const from = at;
    while (at < template.length && isSame(at)) at++;
    return template.subarray(from, at);
  };
  while (at < template.length) {
    if (tolerance === "words" && isWordByte(template[at])) {
      pieces.push({ kind: "word", bytes: until((i) => isWordByte(template[i])) });
    } else if (classes[at] === DIGIT) {
      const padding = until((i) => template[i] === SPACE);
      until((i) => isDigit(template[i]) && classes[i] === DIGIT);
      pieces.push({ kind: "number", bytes: padding });
      if (isWholeSecond(template, classes, at)) pieces.push({ kind: "fraction", bytes: POINT });
    } else if (classes[at] === LETTER || classes[at] === HEX) {
      const kind = classes[at];
      pieces.push({ kind: "word", bytes: until((i) => classes[i] === kind) });
    } else if (classes[at] === SEPARATOR || classes[at] === PART) {
      pieces.push({ kind: classes[at] === PART ? "part" : "separator", bytes: template.subarray(at, ++at) });
    } else if (isFraction(template, classes, at)) {
      pieces.push({ kind: "fraction", bytes: template.subarray(at, at + 1) });
      at++;
      until((i) => isDigit(template[i]));
    } else {
      const literal = until(
        (i) =>
          classes[i] === LITERAL &&
          !(tolerance === "words" && isWordByte(template[i])) &&
          !isFraction(template, classes, i),
      );
      pieces.push({ kind: "literal", bytes: literal });
    }
  }
  return pieces;
}

/** The point and digits behind "12:34:56": RFC3339Nano leaves zeros at their end out, and all of it where it is zero. */
function isFraction(template: Uint8Array, classes: Uint8Array, at: number): boolean {
  if (template[at] !== 46 && template[at] !== 44) return false;
  return at >= 3 && template[at - 3] === 58 && classes[at - 1] === DIGIT && classes[at + 1] === DIGIT;
}

/** "12:34:56" without a fraction ends at `at`: that of the next line may have one. */
function isWholeSecond(template: Uint8Array, classes: Uint8Array, at: number): boolean {
  return CLOCK_AT_END.test(latinText(template.subarray(Math.max(0, at - 9), at))) && !isFraction(template, classes, at);
}

function latinText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function clockIn(bytes: Uint8Array, from: number, to: number): number {
  const at = decodeLatin(bytes, from, to).search(CLOCK);
  return at < 0 ? -1 : from + at;
}

/** One character for each byte, so that places are those of the bytes. */
function decodeLatin(bytes: Uint8Array, from: number, to: number): string {
  const text = decodeUtf8(bytes, from, to);
  return text.length === to - from ? text : latinText(bytes.subarray(from, to));
}

function isBlank(bytes: Uint8Array, from: number): boolean {
  for (let i = from; i < bytes.length; i++) if (bytes[i] !== SPACE && bytes[i] !== TAB) return false;
  return true;
}

function isOfClass(byte: number, kind: number): boolean {
  switch (kind) {
    case DIGIT:
      return isDigit(byte) || byte === SPACE;
    case LETTER:
      return isLetter(byte);
    case HEX:
      return byte === 64 || byte === 45 || isHexDigit(byte);
    case SEPARATOR:
      return byte === 58 || byte === 45;
    case PART:
      return byte === LETTER_F || byte === LETTER_P;
    default:
      return false;
  }
}

function isLetter(byte: number): boolean {
  return (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
}

/** "@" and "-" of an id, where the first one had it. */
function isInside(word: Uint8Array, byte: number): boolean {
  return (byte === 45 || byte === 64) && word.includes(byte);
}

function isWordByte(byte: number): boolean {
  return isDigit(byte) || isLetter(byte) || byte === 95;
}
