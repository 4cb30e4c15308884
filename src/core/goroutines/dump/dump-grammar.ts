/**
 * The grammar of goroutine text, line by line: what Go prints about its goroutines as a profile with `debug=2`, on a
 * panic, a fatal error or SIGQUIT; goleak's list; reports of the race detector.
 *
 * It is that of runtime/traceback.go: goroutineheader, traceback2, printcreatedby, printAncestorTraceback. Texts come
 * indented (tests, code blocks), without their indent, with a blank line after each line, and mixed with log lines:
 * what cannot belong to a goroutine is stepped over.
 */
import {
  ascii,
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
  skipSpaces,
  SPACE,
  startsWith,
  TAB,
} from "../../text/ascii.js";
import type { InternedBytes } from "../../text/interned.js";
import { decodeUtf8 } from "../../text/utf8.js";
import type { Loss } from "./dump-losses.js";
import { RACE_WARNING } from "./dump-start.js";
import { DumpedGoroutine } from "./dumped-goroutine.js";
import { type GoroutineHeader, parseHeader } from "../goroutine-header.js";
import { CALL, ELIDED, FOREIGN_CALL, type GoroutineBuilder, INLINED_CALL, UNKNOWN_ID } from "../goroutine.js";
import type { RaceReports } from "./race-report.js";
import { GOLEAK_GOROUTINE, parseGoleakHeader } from "./test-output.js";

/** What all sources of a text share: the tables that they fill, and what becomes of a goroutine. */
export interface DumpTables {
  readonly functions: InternedBytes;
  readonly files: InternedBytes;
  readonly builder: GoroutineBuilder;
  readonly races: RaceReports;
  /** Headers by their text: thousands of goroutines say the same of themselves. */
  readonly headers: Map<string, GoroutineHeader>;
  /** A goroutine of a source has ended; call `keep` or `drop`. */
  readonly onGoroutine: (source: number, goroutine: DumpedGoroutine) => void;
  /** Why the program wrote its goroutines: the line that says it. */
  readonly onCause: (source: number, cause: string) => void;
  readonly onGoleak: () => void;
  /** Something could not be read. */
  readonly onLoss: (loss: Loss) => void;
}

/** Frames above it belong to the locking itself, the runtime's included. */
const MAX_LOCK_DEPTH = 10;
/** Headers differ in state, minutes and labels; with trace ids as labels no two are the same, and not worth keeping. */
const MAX_HEADERS = 10_000;

/** Reads the lines of one source: of one process, as far as the text tells them apart. */
export class DumpGrammar {
  readonly #tables: DumpTables;
  readonly #source: number;
  readonly #goroutine: DumpedGoroutine;
  #isRaceReport = false;
  /** Spaces before each line of a stack that a test printed. */
  #indent = 0;
  /** Inside the brackets of goleak's list. */
  #isGoleak = false;
  /** The id in goleak's own line; before 1.3.0 Go's header follows it. */
  #goleakId = UNKNOWN_ID;
  #blankLines = 0;
  /** After each line comes a blank one: two of them are one. Undefined until a header tells. */
  #spacing: "single" | "maybe-double" | "double" = "single";

  // A line that names a function waits for the line that names its file.
  #pending: "call" | "creator" | "foreign" | undefined;
  #pendingFunction = 0;
  #pendingCreatorId = UNKNOWN_ID;
  readonly #foreign = new Uint8Array(4096);
  #foreignLength = 0;

  constructor(tables: DumpTables, source: number) {
    this.#tables = tables;
    this.#source = source;
    this.#goroutine = new DumpedGoroutine(tables.builder);
  }

  /** Whether a goroutine has begun and not ended. */
  get isInGoroutine(): boolean {
    return this.#goroutine.isBegun;
  }

  get isInRaceReport(): boolean {
    return this.#isRaceReport;
  }

  /** Whether a function waits for the line that says where it is. */
  get isPending(): boolean {
    return this.#pending !== undefined && this.#pending !== "foreign";
  }

  /** The text was cut off: what waits for its next line is not missed. */
  cut(): void {
    this.#pending = undefined;
  }

  /** The text has ended, or another begins. */
  end(): void {
    this.#finishGoroutine();
    this.#indent = 0;
    this.#isGoleak = false;
    this.#spacing = "single";
    this.#isRaceReport = false;
  }

  /** One line without its newline, and without what a log put before it. The first byte tells most kinds apart. */
  line(bytes: Uint8Array, from: number, to: number): void {
    if (this.#startsInTest(bytes, from, to)) return;
    if (this.#indent > 0 && from < to) {
      const text = skipSpaces(bytes, from, Math.min(to, from + this.#indent));
      if (text - from < this.#indent) this.#endOfTest();
      from = text;
    }
    if (this.#isRaceReport) {
      if (startsWith(bytes, from, to, RACE_RULER)) return this.#endOfRaceReport();
      if (!this.#isHeader(bytes, from, to)) return this.#tables.races.line(bytes, from, to);
      this.#endOfRaceReport();
    }
    if (from === to) return this.#blank();
    const blanks = this.#blankLines;
    this.#blankLines = 0;
    const first = bytes[from];
    if (first === TAB || first === SPACE) {
      if (this.#spacing === "maybe-double" && blanks > 0 && this.isPending) this.#spacing = "double";
      return this.#indented(bytes, from, to);
    }
    if (first === GOROUTINE[0] && this.#isHeader(bytes, from, to)) return this.#startGoroutine(bytes, from, to);
    if (!this.#goroutine.isBegun) return this.#outside(bytes, from, to);
    if (this.#spacing === "maybe-double" && blanks > 0 && this.isPending && isUnindentedFile(bytes, from, to)) {
      this.#spacing = "double";
    }
    if (first === CREATED_BY[0] && startsWith(bytes, from, to, CREATED_BY)) return this.#createdBy(bytes, from, to);
    if (first === DOT && this.#elided(bytes, from, to)) return;
    if (first === ORIGINATING[0] && startsWith(bytes, from, to, ORIGINATING)) {
      const match = /^(\d+)\]:/.exec(decodeUtf8(bytes, from + ORIGINATING.length, to));
      if (match !== null) this.#goroutine.beginAncestor(Number(match[1]));
      return;
    }
    if (startsWith(bytes, from, to, RACE_WARNING)) return this.#beginRaceReport();
    if (startsWith(bytes, from, to, NON_GO)) return this.#nonGo(bytes, from, to);
    this.#call(bytes, from, to);
  }

  #blank(): void {
    this.#blankLines++;
    // A blank line ends a goroutine, unless it is log output between a function and its file.
    if (this.#pending !== undefined || !this.#goroutine.isBegun) return;
    if (this.#spacing === "double" && this.#blankLines < 2) return;
    // Go writes no blank line behind a header: somebody put one behind every line.
    if (this.#goroutine.isEmpty && this.#blankLines === 1) this.#spacing = "maybe-double";
    else this.#finishGoroutine();
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
        this.#isGoleak = false;
        this.#endOfTest();
        return true;
      }
      return false;
    }
    const parsed = parseGoleakHeader(decodeUtf8(bytes, name, to));
    if (parsed === undefined) return false;
    this.#finishGoroutine();
    this.#goroutine.begin(parsed.id, parsed.header);
    this.#goleakId = parsed.id;
    this.#isGoleak = true;
    this.#blankLines = 0;
    this.#tables.onGoleak();
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
      this.#tables.onLoss("goroutine-header");
      return;
    }
    // Old goleak's own line is followed by Go's, which knows more.
    if (id === this.#goleakId && this.#goroutine.isBegun && this.#goroutine.isEmpty) this.#goroutine.drop();
    else this.#finishGoroutine();
    this.#goleakId = UNKNOWN_ID;
    this.#goroutine.begin(id, header);
    this.#blankLines = 0;
  }

  #parseHeader(text: string): GoroutineHeader | undefined {
    const { headers } = this.#tables;
    let header = headers.get(text);
    if (header === undefined) {
      header = parseHeader(text);
      if (header !== undefined && headers.size < MAX_HEADERS) headers.set(text, header);
    }
    return header;
  }

  #finishGoroutine(): void {
    if (!this.#goroutine.isBegun) return;
    if (this.isPending) this.#tables.onLoss("frame-without-file");
    this.#pending = undefined;
    this.#tables.onGoroutine(this.#source, this.#goroutine);
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
    this.#pendingFunction = this.#tables.functions.indexOf(bytes, name, end);
    this.#pendingCreatorId = id;
  }

  #elided(bytes: Uint8Array, from: number, to: number): boolean {
    const match = /^\.\.\.(?:(\d+)|additional) frames elided\.\.\.$/.exec(
      decodeUtf8(bytes, from, Math.min(to, from + 64)),
    );
    if (match === null) return false;
    const count = match[1] === undefined ? 0 : Math.min(Number(match[1]), 0x7fffffff);
    const name = this.#tables.functions.indexOf(bytes, from, to);
    this.#goroutine.push(this.#tables.builder.frame(name, this.#noFile(), count, 0, ELIDED));
    return true;
  }

  #nonGo(bytes: Uint8Array, from: number, to: number): void {
    const pc = firstIn(bytes, SPACE, from + NON_GO.length, to);
    const end = pc >= 0 ? pc : to;
    if (end === to) return this.#awaitForeign(bytes, from, to);
    const name = this.#tables.functions.indexOf(bytes, from, end);
    this.#goroutine.push(this.#tables.builder.frame(name, this.#noFile(), 0, 0, FOREIGN_CALL));
  }

  /** "main.(*T).f(0xc000012345, {0x1, 0x2})", or whatever else stands at the beginning of a line. */
  #call(bytes: Uint8Array, from: number, to: number): void {
    if (this.isPending && isUnindentedFile(bytes, from, to)) return this.#indented(bytes, from, to);
    const open = bytes[to - 1] === CLOSE ? lastIn(bytes, OPEN, from, to) : -1;
    const space = firstIn(bytes, SPACE, from, to);
    const isGo = open > from && (space < 0 || space > open);
    if (!isGo) {
      // A C function as a cgo symboliser names it has no arguments and may hold spaces; so does a log line.
      // The line after it tells. A Go function that waits for its file is not given up for it.
      if (this.#pending === undefined || this.#pending === "foreign") this.#awaitForeign(bytes, from, to);
      return;
    }
    if (this.isPending) this.#tables.onLoss("frame-without-file");
    if (this.#goroutine.waitsFor === 0 && this.#goroutine.depth < MAX_LOCK_DEPTH)
      this.#goroutine.waitsFor = receiverOf(bytes, from, open, to);
    this.#pending = "call";
    this.#pendingFunction = this.#tables.functions.indexOf(bytes, from, open);
  }

  /** Log lines must not fill the table of names: the candidate is kept apart until its file line confirms it. */
  #awaitForeign(bytes: Uint8Array, from: number, to: number): void {
    this.#foreignLength = Math.min(to - from, this.#foreign.length);
    this.#foreign.set(bytes.subarray(from, from + this.#foreignLength));
    this.#pending = "foreign";
  }

  /** "\t/path/file.go:12 +0x1d fp=0x… sp=0x… pc=0x…", or a line that is indented for another reason. */
  #indented(bytes: Uint8Array, from: number, to: number): void {
    // Behind a log's prefix stands a space.
    if (!this.#goroutine.isBegun) return this.#outside(bytes, skipSpaces(bytes, from, to), to);
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
        const name = this.#tables.functions.indexOf(this.#foreign, 0, this.#foreignLength);
        const file = hasLine ? this.#tables.files.indexOf(bytes, start, colon) : this.#noFile();
        this.#goroutine.push(this.#tables.builder.frame(name, file, hasLine ? line : 0, 0, FOREIGN_CALL));
      }
      this.#pending = undefined;
      return;
    }
    if (!hasLine) return;

    const file = this.#tables.files.indexOf(bytes, start, colon);
    let offset = 0;
    let hasOffset = false;
    if (at + 3 < to && bytes[at + 1] === PLUS) {
      hasOffset = true;
      for (at += 4; at < to && bytes[at] !== SPACE && offset < 0x1000000; at++)
        offset = offset * 16 + hexDigit(bytes[at]);
    }
    const name = this.#pendingFunction;
    if (this.#pending === "creator") {
      this.#goroutine.createdBy(this.#tables.builder.frame(name, file, line, offset, CALL), this.#pendingCreatorId);
    } else {
      this.#goroutine.push(this.#tables.builder.frame(name, file, line, offset, hasOffset ? CALL : INLINED_CALL));
    }
    this.#pending = undefined;
  }

  #noFile(): number {
    return this.#tables.files.indexOf(NOTHING, 0, 0);
  }

  /** Between goroutines: only the reason why the program wrote all this is of interest. */
  #outside(bytes: Uint8Array, from: number, to: number): void {
    if (startsWith(bytes, from, to, RACE_WARNING)) return this.#beginRaceReport();
    if (CAUSES.some((cause) => startsWith(bytes, from, to, cause))) {
      this.#tables.onCause(this.#source, decodeUtf8(bytes, from, Math.min(to, from + 1000)));
    }
  }

  #beginRaceReport(): void {
    this.#isRaceReport = true;
    this.#tables.races.begin();
  }

  #endOfRaceReport(): void {
    this.#isRaceReport = false;
    this.#tables.races.endSection();
  }
}

/** "/path/file.go:12 +0x1d" without the tab that Go puts before it. Log lines have paths and ports as well. */
function isUnindentedFile(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > MAX_FILE_LINE || firstIn(bytes, COLON, from, to) < 0) return false;
  const match = UNINDENTED_FILE.exec(decodeUtf8(bytes, from, to));
  return match !== null && (match[2] !== undefined || !/\s/.test(match[1]));
}

const MAX_FILE_LINE = 4096;
const UNINDENTED_FILE = /^(.*\.[A-Za-z]\w{0,9}|<autogenerated>|_cgo_gotypes\.go):\d{1,9}( \+0x[0-9a-f]+)?(?: fp=.*)?$/;

const NOTHING = new Uint8Array(0);
const GOROUTINE = ascii("goroutine ");
const CREATED_BY = ascii("created by ");
const IN_GOROUTINE = ascii(" in goroutine ");
const ORIGINATING = ascii("[originating from goroutine ");
const UNAVAILABLE = ascii("goroutine running on other thread; stack unavailable");
const NON_GO = ascii("non-Go function");
const PC = ascii("pc=0x");
const HEX = ascii("0x");
const SYNC = ascii("sync.(*");
const INTERNAL_SYNC = ascii("internal/sync.(*");
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
