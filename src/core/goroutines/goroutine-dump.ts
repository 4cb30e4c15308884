/**
 * Goroutine text: what Go prints about its goroutines as a profile with `debug=2`, on a panic, a fatal error or
 * SIGQUIT, read as a stream.
 *
 * Bytes come in chunks of any size and are read line by line without keeping them; what repeats (names, frames,
 * stacks) is kept once, so memory follows what is different, not the size of the text. Such texts are often mixed with
 * log lines, race reports and the rest of a terminal: lines that cannot belong to a goroutine are stepped over. The
 * parser never throws; what it could not make sense of is a warning with its place.
 *
 * The grammar is that of runtime/traceback.go: goroutineheader, traceback2, printcreatedby, printAncestorTraceback. Tests
 * indent it, wrap it in JSON, or list it in goleak's words (test-output.ts).
 */
import {
  ascii,
  BRACE,
  BRACKET,
  CLOSE,
  CLOSING_BRACKET,
  COLON,
  digit,
  DOT,
  firstIn,
  hexDigit,
  isDigit,
  isHexDigit,
  lastIn,
  OPEN,
  PLUS,
  QUESTION,
  RETURN,
  skipSpaces,
  SPACE,
  startsWith,
  TAB,
} from "../text/ascii.js";
import { DumpedGoroutine } from "./dumped-goroutine.js";
import type { Warning } from "../text/format-error.js";
import { type GoroutineHeader, parseHeader } from "./goroutine-header.js";
import {
  CALL,
  ELIDED,
  FOREIGN_CALL,
  GoroutineBuilder,
  type Goroutines,
  INLINED_CALL,
  UNKNOWN_ID,
} from "./goroutine.js";
import { InternedBytes } from "../text/interned.js";
import { GOLEAK, parseGoleakHeader, printedLine } from "./test-output.js";
import { TextLines } from "../text/text-lines.js";
import { byteOrderMark, decodeUtf8, encodeUtf8 } from "../text/utf8.js";

/** Reads a whole text that is in memory. */
export function parseDump(bytes: Uint8Array): Goroutines {
  const parser = new DumpParser();
  parser.feed(bytes);
  return parser.end();
}

/** Go writes goroutine profiles of `debug=2` into a buffer of this size and drops the rest in silence. */
export const GO_CUTS_AT = 64 * 1024 * 1024;

/** Frames above it belong to the locking itself, the runtime's included. */
const DEEPEST_LOCK = 10;
/** So that a text that is not one does not drown its reader in warnings. */
const MOST_WARNINGS = 100;
/** Headers differ in state, minutes and labels; with trace ids as labels no two are the same, and not worth keeping. */
const MOST_HEADERS = 10_000;
const SUMMARIES = new Set(["truncated", "repeated-goroutines", "goleak"]);

/** Feed it chunks in order, then call `end` once. */
export class DumpParser {
  readonly #functions = new InternedBytes();
  readonly #files = new InternedBytes();
  readonly #builder = new GoroutineBuilder(this.#functions.strings, this.#files.strings);
  readonly #goroutine = new DumpedGoroutine(this.#builder);
  readonly #lines = new TextLines((bytes, from, to) => this.#line(bytes, from, to));
  readonly #warnings: Warning[] = [];
  #cause: string | undefined;

  #isRaceReport = false;
  readonly #seen = new Set<number>();
  #repeated = 0;

  readonly #headers = new Map<string, GoroutineHeader>();
  /** Spaces before each line of a stack that a test printed. */
  #indent = 0;
  #isGoleak = false;

  // A line that names a function waits for the line that names its file.
  #pending: "call" | "creator" | "foreign" | undefined;
  #pendingFunction = 0;
  #pendingCreatorId = UNKNOWN_ID;
  #pendingOffset = 0;
  readonly #foreign = new Uint8Array(4096);
  #foreignLength = 0;

  feed(chunk: Uint8Array): void {
    this.#lines.feed(chunk);
  }

  end(): Goroutines {
    const last = this.#lines.unfinished;
    this.#lines.end();
    // Go prints a newline after every line: a text that ends inside one was cut off, unless somebody trimmed it.
    const isCut = last !== undefined && (this.#pending !== undefined || /^(goroutine \d*|created by)[^:]*$/.test(last));
    const { bytesRead } = this.#lines;
    const filled = bytesRead - 1 === GO_CUTS_AT || bytesRead === GO_CUTS_AT;
    if (isCut) this.#pending = undefined;
    this.#finishGoroutine();
    if (isCut || filled) {
      this.#warn(
        "truncated",
        filled
          ? "Go cut the text off at 64 MiB: goroutines are missing; the protobuf form (debug=0) has all of them"
          : "the text ends in the middle of a goroutine: the last stack, and maybe more, is missing",
        this.#lines.unitsRead,
      );
    }
    if (this.#repeated > 0) {
      this.#warn(
        "repeated-goroutines",
        `${this.#repeated} goroutines appear more than once (several dumps in one text?): the first of each is kept`,
        this.#lines.unitsRead,
      );
    }
    if (this.#isGoleak) {
      this.#cause ??= GOLEAK.slice(0, -1);
      this.#warn(
        "goleak",
        "goleak lists only the goroutines that a test did not expect, and not how long they have waited",
        this.#lines.unitsRead,
      );
    }
    const complete = !isCut && !filled && !this.#isGoleak;
    return this.#builder.finish({ complete, cause: this.#cause, warnings: this.#warnings });
  }

  #warn(code: string, message: string, offset: number): void {
    // The last warnings are about the text as a whole; they always find room.
    if (this.#warnings.length < MOST_WARNINGS || SUMMARIES.has(code)) this.#warnings.push({ code, message, offset });
  }

  /** One line without its newline. The first byte tells most kinds of line apart. */
  #line(bytes: Uint8Array, from: number, to: number): void {
    if (this.#lines.bytesRead === 0) from += byteOrderMark(bytes, from);
    if (to > from && bytes[to - 1] === RETURN) to--;
    if (bytes[from] === BRACE && to - from > 10) {
      const printed = printedLine(decodeUtf8(bytes, from, to));
      if (printed !== undefined) {
        bytes = encodeUtf8(printed);
        from = 0;
        to = bytes.length;
      }
    }
    if (this.#startsInTest(bytes, from, to)) return;
    if (this.#indent > 0 && from < to) {
      const text = skipSpaces(bytes, from, Math.min(to, from + this.#indent));
      if (text - from < this.#indent) this.#endOfTest();
      from = text;
    }
    if (this.#isRaceReport) {
      if (startsWith(bytes, from, to, RACE_RULER)) this.#isRaceReport = false;
      else if (!this.#isHeader(bytes, from, to)) return;
      else this.#isRaceReport = false;
    }
    if (from === to) {
      // A blank line ends a goroutine, unless it is log output between a function and its file.
      if (this.#pending === undefined) this.#finishGoroutine();
      return;
    }
    const first = bytes[from];
    if (first === TAB || first === SPACE) return this.#indented(bytes, from, to);
    if (first === GOROUTINE[0] && this.#isHeader(bytes, from, to)) return this.#startGoroutine(bytes, from, to);
    if (!this.#goroutine.isBegun) return this.#outside(bytes, from, to);
    if (first === CREATED_BY[0] && startsWith(bytes, from, to, CREATED_BY)) return this.#createdBy(bytes, from, to);
    if (first === DOT && this.#elided(bytes, from, to)) return;
    if (first === ORIGINATING[0] && startsWith(bytes, from, to, ORIGINATING)) {
      const match = /^(\d+)\]:/.exec(decodeUtf8(bytes, from + ORIGINATING.length, to));
      if (match !== null) this.#goroutine.beginAncestor(Number(match[1]));
      return;
    }
    if (startsWith(bytes, from, to, RACE_WARNING)) {
      this.#isRaceReport = true;
      return;
    }
    if (startsWith(bytes, from, to, NON_GO)) return this.#nonGo(bytes, from, to);
    this.#call(bytes, from, to);
  }

  /** A goroutine's header behind spaces, or in goleak's list; the lines below it have the same indent. */
  #startsInTest(bytes: Uint8Array, from: number, to: number): boolean {
    const start = skipSpaces(bytes, from, to);
    const first = bytes[start];
    if (first === GOROUTINE[0]) {
      if (start === from || !this.#isHeader(bytes, start, to)) return false;
      this.#startGoroutine(bytes, start, to);
      this.#indent = start - from;
      return true;
    }
    const name = first === BRACKET ? start + 1 : start;
    if (bytes[name] !== GOLEAK_GOROUTINE[0] || !startsWith(bytes, name, to, GOLEAK_GOROUTINE)) {
      if (first === CLOSING_BRACKET && this.#isGoleak && to === start + 1) {
        this.#endOfTest();
        return true;
      }
      return false;
    }
    const parsed = parseGoleakHeader(decodeUtf8(bytes, name, to));
    if (parsed === undefined) return false;
    this.#finishGoroutine();
    this.#goroutine.begin(parsed.id, parsed.header);
    this.#isGoleak = true;
    // The list begins with a bracket, and each further goroutine with the space of a list.
    this.#indent = Math.max(0, (first === BRACKET ? start : start - 1) - from);
    return true;
  }

  #endOfTest(): void {
    this.#finishGoroutine();
    this.#indent = 0;
  }

  #isHeader(bytes: Uint8Array, from: number, to: number): boolean {
    if (!startsWith(bytes, from, to, GOROUTINE)) return false;
    return isDigit(bytes[from + GOROUTINE.length]) && bytes[to - 1] === COLON;
  }

  #startGoroutine(bytes: Uint8Array, from: number, to: number): void {
    let at = from + GOROUTINE.length;
    let id = 0;
    for (; isDigit(bytes[at]); at++) id = id * 10 + digit(bytes[at]);
    const header = this.#parseHeader(decodeUtf8(bytes, at, to));
    if (header === undefined) {
      this.#warn("goroutine-header", "a line begins like a goroutine and is none", this.#lines.unitsRead);
      return;
    }
    this.#finishGoroutine();
    this.#goroutine.begin(id, header);
  }

  /** Thousands of goroutines say the same of themselves. */
  #parseHeader(text: string): GoroutineHeader | undefined {
    let header = this.#headers.get(text);
    if (header === undefined) {
      header = parseHeader(text);
      if (header !== undefined && this.#headers.size < MOST_HEADERS) this.#headers.set(text, header);
    }
    return header;
  }

  #finishGoroutine(): void {
    if (!this.#goroutine.isBegun) return;
    if (this.#pending !== undefined && this.#pending !== "foreign") {
      this.#warn("frame-without-file", "a function without the line that says where", this.#pendingOffset);
    }
    this.#pending = undefined;
    if (this.#isWanted(this.#goroutine.id)) this.#goroutine.keep();
    else this.#goroutine.drop();
  }

  /** A thread's scheduler stack (0) is no goroutine, and each goroutine counts once. */
  #isWanted(id: number): boolean {
    if (id === UNKNOWN_ID) return false;
    if (this.#seen.has(id)) {
      this.#repeated++;
      return false;
    }
    this.#seen.add(id);
    return true;
  }

  #createdBy(bytes: Uint8Array, from: number, to: number): void {
    const name = from + CREATED_BY.length;
    let end = to;
    let id = 0;
    const space = firstIn(bytes, SPACE, name, to);
    if (space >= 0 && startsWith(bytes, space, to, IN_GOROUTINE)) {
      end = space;
      for (let at = space + IN_GOROUTINE.length; at < to && isDigit(bytes[at]); at++) id = id * 10 + digit(bytes[at]);
    }
    this.#pending = "creator";
    this.#pendingFunction = this.#functions.indexOf(bytes, name, end);
    this.#pendingCreatorId = id;
    this.#pendingOffset = this.#lines.unitsRead;
  }

  #elided(bytes: Uint8Array, from: number, to: number): boolean {
    const match = /^\.\.\.(?:(\d+)|additional) frames elided\.\.\.$/.exec(
      decodeUtf8(bytes, from, Math.min(to, from + 64)),
    );
    if (match === null) return false;
    const count = match[1] === undefined ? 0 : Math.min(Number(match[1]), 0x7fffffff);
    const name = this.#functions.indexOf(bytes, from, to);
    this.#goroutine.push(this.#builder.frame(name, this.#noFile(), count, 0, ELIDED));
    return true;
  }

  #nonGo(bytes: Uint8Array, from: number, to: number): void {
    const pc = firstIn(bytes, SPACE, from + NON_GO.length, to);
    const end = pc >= 0 ? pc : to;
    if (end === to) return this.#awaitForeign(bytes, from, to);
    const name = this.#functions.indexOf(bytes, from, end);
    this.#goroutine.push(this.#builder.frame(name, this.#noFile(), 0, 0, FOREIGN_CALL));
  }

  /** "main.(*T).f(0xc000012345, {0x1, 0x2})", or whatever else stands at the beginning of a line. */
  #call(bytes: Uint8Array, from: number, to: number): void {
    const open = bytes[to - 1] === CLOSE ? lastIn(bytes, OPEN, from, to) : -1;
    const space = firstIn(bytes, SPACE, from, to);
    const isGo = open > from && (space < 0 || space > open);
    if (!isGo) {
      // A C function as a cgo symboliser names it has no arguments and may hold spaces; so does a log line.
      // The line after it tells. A Go function that waits for its file is not given up for it.
      if (this.#pending === undefined || this.#pending === "foreign") this.#awaitForeign(bytes, from, to);
      return;
    }
    if (this.#pending === "call" || this.#pending === "creator") {
      this.#warn("frame-without-file", "a function without the line that says where", this.#pendingOffset);
    }
    if (this.#goroutine.waitsFor === 0 && this.#goroutine.depth < DEEPEST_LOCK)
      this.#goroutine.waitsFor = receiverOf(bytes, from, open, to);
    this.#pending = "call";
    this.#pendingFunction = this.#functions.indexOf(bytes, from, open);
    this.#pendingOffset = this.#lines.unitsRead;
  }

  /** Log lines must not fill the table of names: the candidate is kept apart until its file line confirms it. */
  #awaitForeign(bytes: Uint8Array, from: number, to: number): void {
    this.#foreignLength = Math.min(to - from, this.#foreign.length);
    this.#foreign.set(bytes.subarray(from, from + this.#foreignLength));
    this.#pending = "foreign";
    this.#pendingOffset = this.#lines.unitsRead;
  }

  /** "\t/path/file.go:12 +0x1d fp=0x… sp=0x… pc=0x…", or a line that is indented for another reason. */
  #indented(bytes: Uint8Array, from: number, to: number): void {
    if (!this.#goroutine.isBegun) return;
    let start = from;
    while (start < to && (bytes[start] === TAB || bytes[start] === SPACE)) start++;
    if (startsWith(bytes, start, to, UNAVAILABLE)) {
      this.#goroutine.isUnavailable = true;
      return;
    }
    if (this.#pending === undefined) return;

    const colon = lastIn(bytes, COLON, start, to);
    let at = colon + 1;
    let line = 0;
    while (at < to && isDigit(bytes[at]) && line < 1e9) line = line * 10 + digit(bytes[at++]);
    const hasLine = colon > start && at > colon + 1 && (at === to || bytes[at] === SPACE);
    const isForeign = this.#pending === "foreign";
    if (isForeign) {
      // Only a C frame prints "pc=" without "fp=" before it; anything else after a log line is log as well.
      const isFrame = startsWith(bytes, hasLine ? at + 1 : start, to, PC);
      if (isFrame) {
        const name = this.#functions.indexOf(this.#foreign, 0, this.#foreignLength);
        const file = hasLine ? this.#files.indexOf(bytes, start, colon) : this.#noFile();
        this.#goroutine.push(this.#builder.frame(name, file, hasLine ? line : 0, 0, FOREIGN_CALL));
      }
      this.#pending = undefined;
      return;
    }
    if (!hasLine) return;

    const file = this.#files.indexOf(bytes, start, colon);
    let offset = 0;
    let hasOffset = false;
    if (at + 3 < to && bytes[at + 1] === PLUS) {
      hasOffset = true;
      for (at += 4; at < to && bytes[at] !== SPACE && offset < 0x1000000; at++)
        offset = offset * 16 + hexDigit(bytes[at]);
    }
    const name = this.#pendingFunction;
    if (this.#pending === "creator") {
      this.#goroutine.createdBy(this.#builder.frame(name, file, line, offset, CALL), this.#pendingCreatorId);
    } else {
      this.#goroutine.push(this.#builder.frame(name, file, line, offset, hasOffset ? CALL : INLINED_CALL));
    }
    this.#pending = undefined;
  }

  #noFile(): number {
    return this.#files.indexOf(NOTHING, 0, 0);
  }

  /** Between goroutines: only the reason why the program wrote all this is of interest. */
  #outside(bytes: Uint8Array, from: number, to: number): void {
    if (startsWith(bytes, from, to, RACE_WARNING)) {
      this.#isRaceReport = true;
      return;
    }
    if (this.#cause !== undefined) return;
    if (CAUSES.some((cause) => startsWith(bytes, from, to, cause))) {
      this.#cause = decodeUtf8(bytes, from, Math.min(to, from + 1000));
    }
  }
}

const NOTHING = new Uint8Array(0);
const GOROUTINE = ascii("goroutine ");
const GOLEAK_GOROUTINE = ascii("Goroutine ");
const CREATED_BY = ascii("created by ");
const IN_GOROUTINE = ascii(" in goroutine ");
const ORIGINATING = ascii("[originating from goroutine ");
const UNAVAILABLE = ascii("goroutine running on other thread; stack unavailable");
const NON_GO = ascii("non-Go function");
const PC = ascii("pc=0x");
const HEX = ascii("0x");
const SYNC = ascii("sync.(*");
const INTERNAL_SYNC = ascii("internal/sync.(*");
const RACE_WARNING = ascii("WARNING: DATA RACE");
const RACE_RULER = ascii("==================");
const CAUSES = [
  "panic: ",
  "fatal error: ",
  "SIGQUIT: ",
  "SIGABRT: ",
  "SIGSEGV: ",
  "SIGBUS: ",
  "SIGILL: ",
  "SIGTRAP: ",
].map(ascii);

/**
 * The object that a goroutine in package sync waits for: the receiver, first argument of its frame. A value that Go
 * marks with "?" may be stale and is not taken.
 */
function receiverOf(bytes: Uint8Array, from: number, open: number, to: number): number {
  if (!startsWith(bytes, from, to, SYNC) && !startsWith(bytes, from, to, INTERNAL_SYNC)) return 0;
  if (!startsWith(bytes, open + 1, to, HEX)) return 0;
  let at = open + 1 + HEX.length;
  let address = 0;
  for (; at < to; at++) {
    if (!isHexDigit(bytes[at])) break;
    address = address * 16 + hexDigit(bytes[at]);
  }
  return bytes[at] === QUESTION || address > Number.MAX_SAFE_INTEGER ? 0 : address;
}
