/**
 * Goroutine text: what Go prints about its goroutines as a profile with `debug=2`, on a panic, a fatal error or
 * SIGQUIT, as logs, CI, terminals and chats hand it on, read as a stream.
 *
 * Bytes come in chunks of any size and are read line by line without keeping them; what repeats (names, frames,
 * stacks) is kept once, so memory follows what is different, not the size of the text. log-sources.ts finds the lines
 * of each process in a log, dump-grammar.ts reads them, several-dumps.ts tells the dumps of several moments apart. The
 * parser never throws; what it could not make sense of is said once, with how much it is.
 */
import { DumpLosses } from "./dump/dump-losses.js";
import { NEWLINE } from "../text/ascii.js";
import { InternedBytes } from "../text/interned.js";
import { joinedBytes } from "../text/joined-bytes.js";
import { hasTerminalCodes } from "../text/terminal-codes.js";
import { TextLines } from "../text/text-lines.js";
import { utf8OfUtf16 } from "../text/utf16.js";
import { byteOrderMark } from "../text/utf8.js";
import type { DumpTables } from "./dump/dump-grammar.js";
import type { DumpedGoroutine } from "./dump/dumped-goroutine.js";
import { GoroutineBuilder, type Goroutines, UNKNOWN_ID } from "./goroutine.js";
import { LogSources } from "./dump/log-sources.js";
import { RaceReports } from "./dump/race-report.js";
import { SeveralDumps } from "./dump/several-dumps.js";
import { GOLEAK } from "./dump/test-output.js";

/** Reads a whole text that is in memory, in UTF-8 or UTF-16. */
export function parseDump(bytes: Uint8Array): Goroutines {
  const parser = new DumpParser();
  parser.feed(utf8OfUtf16(bytes) ?? bytes);
  return parser.end();
}

/** Go writes goroutine profiles of `debug=2` into a buffer of this size and drops the rest in silence. */
export const GO_CUTS_AT = 64 * 1024 * 1024;

/** Feed it chunks in order, then call `end` once. */
export class DumpParser {
  readonly #functions = new InternedBytes();
  readonly #files = new InternedBytes();
  readonly #builder = new GoroutineBuilder(this.#functions.strings, this.#files.strings);
  readonly #races = new RaceReports(this.#builder, this.#functions, this.#files);
  readonly #dumps = new SeveralDumps();
  readonly #lines = new TextLines((bytes, from, to) => this.#line(bytes, from, to));
  readonly #losses = new DumpLosses(() => this.#lines.unitsRead);
  readonly #sources = new LogSources(this.#tables());
  /** Said since the last goroutine, by source. */
  readonly #causes = new Map<number, string>();
  #mayHaveCodes = false;
  /** The last bytes of what was fed: a code may begin there. */
  #seam: Uint8Array = new Uint8Array(0);
  #isGoleak = false;

  feed(chunk: Uint8Array): void {
    const hasCodes = hasTerminalCodes(chunk) || hasTerminalCodes(joinedBytes([this.#seam, chunk.subarray(0, SEAM)]));
    this.#seam = joinedBytes([this.#seam, chunk.slice(-SEAM)]).slice(-SEAM);
    // The first line of the chunk may have begun in the one before.
    this.#mayHaveCodes ||= hasCodes;
    this.#lines.feed(chunk);
    if (chunk.indexOf(NEWLINE) >= 0) this.#mayHaveCodes = hasCodes;
  }

  end(): Goroutines {
    const isUnfinished = this.#lines.isUnfinished;
    this.#lines.end();
    const { lastLine } = this.#sources;
    // Go prints a newline after every line: a text that ends inside one was cut off, unless somebody trimmed it.
    const isCut =
      isUnfinished && (lastLine.grammar.isPending || /^(goroutine \d*|created by)[^:]*$/.test(lastLine.text));
    const { bytesRead } = this.#lines;
    const isFilled = bytesRead - 1 === GO_CUTS_AT || bytesRead === GO_CUTS_AT;
    if (isCut) lastLine.grammar.cut();
    this.#sources.end();
    if (isFilled) this.#losses.say("truncated", GO_CUT);
    else if (isCut) this.#losses.say("truncated", CUT);
    return this.#finish(isCut || isFilled);
  }

  #finish(isCut: boolean): Goroutines {
    const { rows, cause, repeated, others } = this.#dumps.choose();
    const isOnlyRaces = this.#builder.count === 0 && this.#races.reports > 0;
    if (rows !== undefined) this.#builder.keepRows(rows);
    if (isOnlyRaces) this.#races.add();
    const losses = this.#losses;
    if (others !== undefined) losses.say("several-dumps", others);
    if (repeated > 0) {
      losses.say(
        "repeated-goroutines",
        `${repeated} goroutines appear more than once (several dumps in one text?): the first of each is kept`,
      );
    }
    if (this.#isGoleak) losses.say("goleak", GOLEAK_LISTS);
    if (isOnlyRaces) {
      const { reports, lost } = this.#races;
      const of = reports === 1 ? "a report" : `${reports} reports`;
      const without = lost === 0 ? "" : `; ${lost} stacks could not be restored by the detector`;
      losses.say(
        "race-report",
        `these are the stacks of ${of} of the race detector: of goroutines at the moments when they raced, not of all goroutines now${without}`,
      );
    }
    return this.#builder.finish({
      complete: !isCut && !this.#isGoleak && !isOnlyRaces && !losses.hasLostStacks,
      cause: isOnlyRaces ? "WARNING: DATA RACE" : (cause ?? (this.#isGoleak ? GOLEAK.slice(0, -1) : undefined)),
      warnings: losses.warnings(),
    });
  }

  #line(bytes: Uint8Array, from: number, to: number): void {
    if (this.#lines.bytesRead === 0) from += byteOrderMark(bytes, from);
    this.#sources.line(bytes, from, to, this.#mayHaveCodes);
  }

  #tables(): DumpTables {
    return {
      functions: this.#functions,
      files: this.#files,
      builder: this.#builder,
      races: this.#races,
      headers: new Map(),
      onGoroutine: (source, goroutine) => this.#onGoroutine(source, goroutine),
      onCause: (source, cause) => {
        if (!this.#causes.has(source)) this.#causes.set(source, cause);
      },
      onGoleak: () => (this.#isGoleak = true),
      onLoss: (loss) => this.#losses.count(loss),
    };
  }

  /** A thread's scheduler stack (0) is no goroutine. */
  #onGoroutine(source: number, goroutine: DumpedGoroutine): void {
    if (goroutine.id === UNKNOWN_ID) return goroutine.drop();
    if (goroutine.isEmpty) this.#losses.count("no-stack");
    const { id, isRunning } = goroutine;
    const row = this.#builder.count;
    const cause = this.#causes.get(source);
    this.#causes.delete(source);
    goroutine.keep();
    this.#dumps.add({ row, id, isRunning, source, seconds: this.#sources.secondsOf(source), cause });
  }
}

/** One less than the longest form of an escape. */
const SEAM = 4;
const GO_CUT = "Go cut the text off at 64 MiB: goroutines are missing; the protobuf form (debug=0) has all of them";
const CUT = "the text ends in the middle of a goroutine: the last stack, and maybe more, is missing";
const GOLEAK_LISTS = "goleak lists only the goroutines that a test did not expect, and not how long they have waited";
