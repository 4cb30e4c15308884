/**
 * Finds the lines of goroutine text among the lines of a log, whatever wrote it.
 *
 * A line that begins a dump (dump-start.ts) shows what the log puts before each line: the shape of that is a source, and
 * later lines of that shape are its lines. Where the text was escaped into one line, as a JSON string or by syslog, the
 * line itself holds it. All other lines belong to the text without a prefix.
 */
import { ascii, isDigit, RETURN, skipSpaces, SPACE, startsWith, TAB } from "../../text/ascii.js";
import { unescapedOctal } from "../../text/escaped-text.js";
import { joinedBytes } from "../../text/joined-bytes.js";
import { LinePrefix } from "../../text/line-prefix.js";
import { withoutTerminalCodes } from "../../text/terminal-codes.js";
import { decodeUtf8, encodeUtf8 } from "../../text/utf8.js";
import { type DumpTables, DumpGrammar } from "./dump-grammar.js";
import { findDumpStart } from "./dump-start.js";
import { EscapedSource } from "./escaped-source.js";
import { RecentLines } from "./recent-lines.js";

/** A prefix that was seen before a header; the next lines tell whether it stands before all. */
interface Undecided {
  readonly line: Uint8Array;
  readonly from: number;
  readonly header: Uint8Array;
  linesLeft: number;
}

interface PrefixSource {
  readonly prefix: LinePrefix;
  readonly grammar: DumpGrammar;
  seconds: number | undefined;
  /** Parts of a line that goes on. */
  readonly parts: Uint8Array[];
}

/** Gets every line of a text; tells grammars the lines of each source. */
export class LogSources {
  readonly #tables: DumpTables;
  readonly #plain: DumpGrammar;
  /** The source that had the last line is the first. */
  readonly #prefixed: PrefixSource[] = [];
  readonly #escaped: EscapedSource[] = [];
  readonly #recent = new RecentLines();
  #undecided: Undecided[] = [];
  #sources = 1;
  #plainSeconds: number | undefined;
  #last: DumpGrammar;
  #lastBytes: Uint8Array = new Uint8Array(0);
  #lastFrom = 0;
  #lastTo = 0;
  readonly #secondsOf = new Map<number, () => number | undefined>();

  constructor(tables: DumpTables) {
    this.#tables = tables;
    this.#plain = new DumpGrammar(tables, 0);
    this.#last = this.#plain;
    this.#secondsOf.set(0, () => this.#plainSeconds);
  }

  /** Second of the day that the log says of the last line of a source. */
  secondsOf(source: number): number | undefined {
    return this.#secondsOf.get(source)?.();
  }

  /** The content of the last line, and whether its function waits for its file: whether the text was cut off there. */
  get lastLine(): { readonly text: string; readonly grammar: DumpGrammar } {
    const from = this.#lastFrom;
    return { text: decodeUtf8(this.#lastBytes, from, Math.min(this.#lastTo, from + 64)), grammar: this.#last };
  }

  /** One line without its newline; `mayHaveCodes` when there is an escape byte near it. */
  line(bytes: Uint8Array, from: number, to: number, mayHaveCodes: boolean): void {
    while (to > from && bytes[to - 1] === RETURN) to--;
    const plain = mayHaveCodes ? withoutTerminalCodes(bytes, from, to) : undefined;
    if (plain !== undefined) {
      bytes = plain;
      from = 0;
      to = bytes.length;
    }
    if (bytes[from] === NO_BREAK_SPACE[0] && startsWith(bytes, from, to, NO_BREAK_SPACE)) {
      bytes = withPlainSpaces(bytes, from, to);
      from = 0;
      to = bytes.length;
    }
    if (this.#undecided.length > 0) this.#decideStrictly(bytes, from, to);
    if (this.#prefixed.length > 0 && this.#matched(bytes, from, to)) return;
    if (this.#undecided.length > 0 && this.#decide(bytes, from, to) && this.#matched(bytes, from, to)) return;
    if (this.#escaped.length > 0 && this.#escaped.some((source) => source.line(bytes, from, to))) return;
    if (this.#isPlainFrame(bytes, from, to)) return this.#tell(this.#plain, bytes, from, to);
    if (isPlainHeader(bytes, from, to)) return this.#tell(this.#plain, bytes, from, to);
    const start = this.#plain.isInRaceReport ? undefined : findDumpStart(bytes, from, to);
    if (start === undefined) return this.#other(bytes, from, to);
    if (start.escaping !== undefined) return this.#beginEscaped(bytes, from, to, start.at);
    const prefixEnd = headerStart(bytes, from, start.at);
    if (prefixEnd === from) return this.#tell(this.#plain, bytes, from, to);
    const line = bytes.slice(from, to);
    const header = line.subarray(start.at - from);
    if (this.#undecided.length === MAX_UNDECIDED) this.#giveUp(this.#undecided[0]);
    this.#undecided.push({ line, from: prefixEnd - from, header, linesLeft: MAX_UNDECIDED_LINES });
  }

  end(): void {
    for (const undecided of [...this.#undecided]) this.#giveUp(undecided);
    this.#plain.end();
    for (const { grammar } of this.#prefixed) grammar.end();
    for (const source of this.#escaped) source.end();
  }

  /** Most lines of a dump without a prefix, told apart without a look at what else they may be. */
  #isPlainFrame(bytes: Uint8Array, from: number, to: number): boolean {
    if (from === to) return true;
    if (!this.#plain.isInGoroutine) return false;
    switch (bytes[from]) {
      case TAB:
        return true;
      case LETTER_C:
        return startsWith(bytes, from, to, CREATED_BY);
      default:
        return bytes[to - 1] === CLOSING && bytes[from] !== SPACE;
    }
  }

  #tell(grammar: DumpGrammar, bytes: Uint8Array, from: number, to: number): void {
    this.#last = grammar;
    this.#lastBytes = bytes;
    this.#lastFrom = from;
    this.#lastTo = to;
    grammar.line(bytes, from, to);
  }

  /** A line outside of dumps: the reason for the next dump may be in it, or the time. */
  #other(bytes: Uint8Array, from: number, to: number): void {
    if (!this.#plain.isInGoroutine) {
      this.#recent.add(bytes, from, to);
      const first = bytes[from];
      if (isDigit(first) || first === OPENING_BRACKET) {
        const match = CLOCK.exec(decodeUtf8(bytes, from, Math.min(to, from + 40)));
        if (match !== null) this.#plainSeconds = Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
      }
    }
    if (
      (this.#last.isInGoroutine || this.#undecided.length > 0) &&
      to - from < MAX_LOSS_LINE &&
      LOST.test(decodeUtf8(bytes, from, to))
    ) {
      this.#tables.onLoss("lost-messages");
    }
    this.#tell(this.#plain, bytes, from, to);
  }

  #matched(bytes: Uint8Array, from: number, to: number): boolean {
    for (let i = 0; i < this.#prefixed.length; i++) {
      const source = this.#prefixed[i];
      const at = source.prefix.match(bytes, from, to);
      if (at < 0) continue;
      if (isQuotedField(bytes, at, to)) {
        if (bytes[to - 2] === COLON) source.seconds = source.prefix.secondOfDay(bytes, from, at) ?? source.seconds;
        this.#tellQuoted(source, bytes, at, to);
        return true;
      }
      if (
        !source.grammar.isInGoroutine &&
        !isPlainHeader(bytes, at, to) &&
        findDumpStart(bytes, at, to)?.escaping !== undefined
      ) {
        return false;
      }
      if (i > 0) {
        this.#prefixed.splice(i, 1);
        this.#prefixed.unshift(source);
      }
      // A goroutine is of the time of its header.
      if (bytes[to - 1] === COLON) source.seconds = source.prefix.secondOfDay(bytes, from, at) ?? source.seconds;
      if (source.parts.length > 0 || source.prefix.isPart(bytes, at)) this.#join(source, bytes, at, to);
      else this.#tellContent(source.grammar, bytes, at, to);
      return true;
    }
    return false;
  }

  /** A table (CSV) quotes the fields that hold commas or quotes, and doubles those. */
  #tellQuoted({ grammar }: PrefixSource, bytes: Uint8Array, from: number, to: number): void {
    const content = encodeUtf8(decodeUtf8(bytes, from + 1, to - 1).replaceAll('""', '"'));
    this.#tellHeaderOrFrame(grammar, content, 0, content.length);
  }

  #join(source: PrefixSource, bytes: Uint8Array, from: number, to: number): void {
    const { parts } = source;
    // The space behind the prefix is no part of the text.
    parts.push(bytes.slice(parts.length === 0 ? from : Math.min(from + 1, to), to));
    if (source.prefix.isPart(bytes, from) && parts.length < MAX_PARTS) return;
    const whole = joinedBytes(parts);
    parts.length = 0;
    this.#tellContent(source.grammar, whole, 0, whole.length);
  }

  /** A logger may have put something of its own before a header. */
  #tellHeaderOrFrame(grammar: DumpGrammar, bytes: Uint8Array, from: number, to: number): void {
    const mayHoldHeader =
      bytes[to - 1] === COLON && bytes[from] !== TAB && !isPlainHeader(bytes, skipSpaces(bytes, from, to), to);
    const start = mayHoldHeader ? findDumpStart(bytes, from, to) : undefined;
    if (start === undefined || start.escaping !== undefined) return this.#tell(grammar, bytes, from, to);
    if (headerStart(bytes, from, start.at) === from) return this.#tell(grammar, bytes, from, to);
    // Spaces at the beginning of the line are the indent of all.
    const indent = skipSpaces(bytes, from, to) - from;
    const header = bytes.slice(start.at - indent, to).fill(SPACE, 0, indent);
    this.#tell(grammar, header, 0, header.length);
  }

  /** Syslog writes tabs and colours as "#011" and "#033", `cat -A` as "^I": only at the beginning of a line here. */
  #tellContent(grammar: DumpGrammar, bytes: Uint8Array, from: number, to: number): void {
    const first = bytes[from] === SPACE ? from + 1 : from;
    const byte = first < to ? bytes[first] : 0;
    if (byte === HASH && bytes[first + 1] === ZERO) {
      const content = encodeUtf8(unescapedOctal(decodeUtf8(bytes, from, to)));
      return this.#tell(grammar, content, 0, content.length);
    }
    if (byte === CARET && bytes[first + 1] === LETTER_I) {
      const content = bytes.slice(from + 1, to);
      if (first > from) content[0] = SPACE;
      content[first - from] = TAB;
      return this.#tell(grammar, content, 0, content.length);
    }
    this.#tellHeaderOrFrame(grammar, bytes, from, to);
  }

  /** Whether a line has the same before it as a header had. */
  #decideStrictly(bytes: Uint8Array, from: number, to: number): void {
    for (const undecided of this.#undecided) {
      const prefix = new LinePrefix(undecided.line, 0, undecided.from, "times");
      if (prefix.match(bytes, from, to) >= 0) return this.#begin(prefix, undecided);
    }
  }

  /** The same with other numbers or words, where a frame follows; true when a source began. */
  #decide(bytes: Uint8Array, from: number, to: number): boolean {
    const isPlainCall = CALL_LINE.test(decodeUtf8(bytes, from, Math.min(to, from + MAX_FRAME)));
    for (const undecided of [...this.#undecided]) {
      const { line, from: prefixEnd } = undecided;
      for (const tolerance of ["numbers", "words"] as const) {
        const prefix = new LinePrefix(line, 0, prefixEnd, tolerance);
        const at = prefix.match(bytes, from, to);
        if (at < 0 || !isFrameOrBlank(bytes, at, to)) continue;
        this.#begin(prefix, undecided);
        return true;
      }
      // A collector's prefix may have a logger's behind it, which stands before the header only.
      for (const cut of cutsOf(line, prefixEnd)) {
        const prefix = new LinePrefix(line, 0, cut, "times");
        const at = prefix.isEmpty ? -1 : prefix.match(bytes, from, to);
        if (at < 0 || !isFrame(bytes, at, to)) continue;
        this.#begin(prefix, undecided);
        return true;
      }
      // It stood before the header only, as a logger puts it before a stack of several lines.
      undecided.linesLeft--;
      if (undecided.linesLeft === 0 || isPlainCall) this.#giveUp(undecided);
    }
    return false;
  }

  #begin(prefix: LinePrefix, undecided: Undecided): void {
    const { line } = undecided;
    this.#undecided = this.#undecided.filter((each) => each !== undecided);
    if (this.#prefixed.length === MAX_SOURCES) this.#prefixed.pop()?.grammar.end();
    const number = this.#sources++;
    const source: PrefixSource = {
      prefix,
      grammar: new DumpGrammar(this.#tables, number),
      seconds: undefined,
      parts: [],
    };
    this.#secondsOf.set(number, () => source.seconds);
    this.#prefixed.unshift(source);
    // The reason for it was said before.
    this.#recent.replay((bytes, from, to) => {
      const at = prefix.match(bytes, from, to);
      if (at < 0) return;
      if (source.parts.length > 0 || prefix.isPart(bytes, at)) this.#join(source, bytes, at, to);
      else this.#tellContent(source.grammar, bytes, at, to);
    });
    this.#matched(line, 0, line.length);
  }

  #beginEscaped(bytes: Uint8Array, from: number, to: number, at: number): void {
    if (this.#escaped.length === MAX_SOURCES) this.#escaped.pop()?.end();
    const number = this.#sources++;
    const source = new EscapedSource(bytes, from, to, at, new DumpGrammar(this.#tables, number));
    this.#secondsOf.set(number, () => source.seconds);
    this.#escaped.unshift(source);
    this.#recent.replay((each, start, end) => void source.line(each, start, end));
    source.line(bytes, from, to);
  }

  #giveUp(undecided: Undecided): void {
    this.#undecided = this.#undecided.filter((each) => each !== undecided);
    this.#tell(this.#plain, undecided.header, 0, undecided.header.length);
  }
}

const MAX_SOURCES = 64;
const MAX_UNDECIDED = 8;
/** Lines of other sources may come between. */
const MAX_UNDECIDED_LINES = 50;
const MAX_PARTS = 10_000;
const MAX_LOSS_LINE = 400;
const CREATED_BY = ascii("created by ");
const GOROUTINE = ascii("goroutine ");
const LETTER_C = 99;
const CLOSING = 41;
const COLON = 58;
const OPENING_BRACKET = 91;
const COMMA = 44;
const QUOTE = 34;
const HASH = 35;
const ZERO = 48;
const CARET = 94;
const LETTER_I = 73;
const CLOCK = /^\[?(?:\d{4}[-/]\d\d[-/]\d\d[ T])?(\d\d):(\d\d):(\d\d)/;
const CALL_LINE = /^\s*[^\s()]+(?:\(\*?[^\s()]*\))?[^\s()]*\(.*\)\s*$/;
const MAX_CUTS = 16;
/** journald's and rsyslog's words for what they dropped. */
const LOST = /Suppressed \d+ messages|lost \d+ messages|due to rate-limiting|\d+ messages? (?:lost|dropped)/i;

/** U+00A0: what chats and web pages make of an indent. */
const NO_BREAK_SPACE = Uint8Array.of(0xc2, 0xa0);

function withPlainSpaces(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return encodeUtf8(decodeUtf8(bytes, from, to).replace(/^[\u00a0 ]+/, (spaces) => " ".repeat(spaces.length)));
}

/** Told without a look at what it says: as nearly all headers are. */
function isPlainHeader(bytes: Uint8Array, from: number, to: number): boolean {
  return bytes[to - 1] === COLON && startsWith(bytes, from, to, GOROUTINE);
}

/** What belongs to a header itself: goleak's bracket, and spaces, which are an indent. */
function headerStart(bytes: Uint8Array, from: number, at: number): number {
  if (at > from && bytes[at - 1] === OPENING_BRACKET) at--;
  while (at > from && bytes[at - 1] === SPACE) at--;
  return at;
}

function isQuotedField(bytes: Uint8Array, at: number, to: number): boolean {
  return bytes[at - 1] === COMMA && bytes[at] === QUOTE && bytes[to - 1] === QUOTE && to > at + 1;
}

function isFrameOrBlank(bytes: Uint8Array, from: number, to: number): boolean {
  return isFrame(bytes, from, to) || decodeUtf8(bytes, from, Math.min(to, from + 100)).trim() === "";
}

function isFrame(bytes: Uint8Array, from: number, to: number): boolean {
  const text = decodeUtf8(bytes, from, Math.min(to, from + MAX_FRAME));
  return CALL_LINE.test(text) || /^(?:created by |\s+\S+\.\w{1,10}:\d+)/.test(text);
}

/** Ends of words and of columns in a prefix, the last first. */
function cutsOf(line: Uint8Array, prefixEnd: number): number[] {
  const cuts: number[] = [];
  for (let at = prefixEnd - 1; at > 0 && cuts.length < MAX_CUTS; at--) {
    if (line[at] === SPACE || line[at] === TAB) cuts.push(line[at] === TAB ? at + 1 : at);
  }
  return cuts;
}

const MAX_FRAME = 1000;
