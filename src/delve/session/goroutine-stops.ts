/**
 * The goroutines of a process, stop after stop: read once per stop, at the first request, and compared with those of the
 * stop before. Two tables are kept, and the totals of all.
 *
 * Who there is is known several times sooner than all their stacks: a list is answered without them, and single stacks
 * are read for themselves as long as not all are there.
 */
import type { Goroutines } from "../../core/goroutines/goroutine.js";
import { type GoroutineAnswers, goroutineAnswers, type Moment, MAX_HISTORY } from "../../core/goroutines/answers.js";
import { type GoroutineColumns, rowsOfColumns } from "../memory/goroutine-columns.js";
import { type GoroutineReader, type GoroutineScan, openGoroutines } from "../memory/goroutine-scan.js";
import { type MemoryEvidence, memoryEvidence } from "../memory/memory-evidence.js";
import { MemoryProblem, type PausedProgram } from "../../process/paused-program.js";
import { pausedProfile, type ProfileFile } from "../memory/paused-profile.js";
import { type PausedSample, pausedSample } from "../memory/paused-sample.js";
import { formatDump } from "../../core/goroutines/goroutine-text.js";
import type { PausedProfileKind } from "../memory/paused-profile.js";
import type { ChangesBody } from "../../core/goroutines/answer-bodies.js";
import type { RunningStack } from "../memory/running-stacks.js";

export interface Stop {
  readonly number: number;
  /** Aborted when the program runs again. */
  readonly signal: AbortSignal;
  /** What the monotonic clock of the program's machine showed, where that is known. */
  readonly nowNs: number | undefined;
}

export interface AtStop {
  readonly scan: GoroutineScan;
  readonly moment: Moment;
  /** As much as is known by now: once memory was read, with it. */
  answers: GoroutineAnswers;
}

/** What memory says of a stop, and the answers that rest on it. */
export interface WithMemory {
  readonly answers: GoroutineAnswers;
  /** Undefined when it could not be read. */
  readonly evidence: MemoryEvidence | undefined;
  readonly noMemoryBecause: string | undefined;
}

interface Reading {
  readonly stop: number;
  readonly reading: Promise<AtStop>;
  /** Once it is there. */
  whole?: AtStop;
}

interface Listing {
  readonly stop: number;
  readonly columns: Promise<GoroutineColumns>;
  total?: number;
  answers?: GoroutineAnswers;
}

export interface Listed {
  readonly answers: GoroutineAnswers;
  readonly hasStacks: boolean;
}

export class GoroutineStops {
  readonly #program: PausedProgram;
  readonly #runningStack: RunningStack;
  readonly #pid: number | undefined;
  #reader: Promise<GoroutineReader> | undefined;
  #listing: Listing | undefined;
  #here: Reading | undefined;
  #memory: { readonly stop: number; readonly reading: Promise<WithMemory> } | undefined;
  #last: { readonly stop: number; readonly goroutines: Goroutines } | undefined;
  #before: { readonly stop: number; readonly goroutines: Goroutines } | undefined;
  #history: { readonly stop: number; readonly total: number }[] = [];
  /** The stop from which on allocations are recorded, where they were not before: a child's first one. */
  recordedSince: number | undefined;

  /** `pid` where a session has several processes: goroutines then say whose they are. */
  constructor(program: PausedProgram, runningStack: RunningStack, pid: number | undefined) {
    this.#program = program;
    this.#runningStack = runningStack;
    this.#pid = pid;
  }

  /** Rejects with a `MemoryProblem` when they cannot be read, or not to the end. */
  at(stop: Stop): Promise<AtStop> {
    if (this.#here?.stop === stop.number) return this.#here.reading;
    const reading = this.#read(stop);
    const here: Reading = { stop: stop.number, reading };
    this.#here = here;
    reading.then(
      (whole) => (here.whole = whole),
      () => {
        if (this.#here === here) this.#here = undefined; // the next request may succeed
      },
    );
    return reading;
  }

  /** Those of `at` where they are there; else all goroutines without their stacks. Rejects as `at` does. */
  async listed(stop: Stop): Promise<Listed> {
    const whole = this.#wholeAt(stop.number);
    if (whole !== undefined) return { answers: whole.answers, hasStacks: true };
    const listing = this.#list(stop);
    const { signal, nowNs, number } = stop;
    const [reader, columns] = await Promise.all([this.#open(stop), listing.columns]);
    listing.answers ??= goroutineAnswers({
      stop: number,
      pid: this.#pid,
      goroutines: await reader.table(columns, { signal, nowNs, stacks: false }),
    });
    return { answers: listing.answers, hasStacks: false };
  }

  /** Answers that know this one goroutine with its stack, and perhaps no other. Rejects as `at` does. */
  async one(stop: Stop, id: number): Promise<GoroutineAnswers> {
    const whole = this.#wholeAt(stop.number);
    if (whole !== undefined) return whole.answers;
    const { signal, nowNs, number } = stop;
    const [reader, columns] = await Promise.all([this.#open(stop), this.#list(stop).columns]);
    const row = columns.id.indexOf(id);
    const own = rowsOfColumns(columns, row < 0 ? [] : [row]);
    const goroutines = await reader.table(own, { signal, nowNs, runningStack: this.#runningStack });
    return goroutineAnswers({ stop: number, pid: this.#pid, goroutines });
  }

  /** Its place in the runtime's list; undefined when there is none of that number. Rejects as `at` does. */
  async placeOf(stop: Stop, id: number): Promise<number | undefined> {
    const { id: ids, place, unread } = await this.#list(stop).columns;
    const row = ids.indexOf(id);
    if (row < 0 && unread > 0) throw new MemoryProblem("unreadable", "not all goroutines could be read");
    return row < 0 ? undefined : place[row];
  }

  /**
   * Who waits for what at this stop, and who can still be woken: read after the goroutines, within bounds. That it could
   * not be read is an answer; rejects as `at` does.
   */
  withMemory(stop: Stop): Promise<WithMemory> {
    if (this.#memory?.stop === stop.number) return this.#memory.reading;
    const reading = this.#readMemory(stop);
    this.#memory = { stop: stop.number, reading };
    reading.catch(() => {
      if (this.#memory?.reading === reading) this.#memory = undefined;
    });
    return reading;
  }

  /** What a reader of its heap profiles should know, one sentence each. */
  get lateNotes(): readonly string[] {
    if (this.recordedSince === undefined) return [];
    return [
      `Memory profiling was off in this process until stop ${this.recordedSince}: what was allocated before is not in it.`,
    ];
  }

  /** How many there are at this stop, where they were listed already. */
  totalAt(stop: number): number | undefined {
    return this.#listing?.stop === stop ? this.#listing.total : undefined;
  }

  /** Another process, or the same built anew: nothing that was known holds. */
  forget(): void {
    this.#reader = this.#listing = this.#here = this.#memory = this.#last = this.#before = undefined;
    this.#history = [];
  }

  /** A profile of the program at this stop. */
  async profile(stop: Stop, kind: PausedProfileKind): Promise<ProfileFile> {
    const { signal, nowNs } = stop;
    const reader = await this.#open(stop);
    const scan = { signal, nowNs, runningStack: this.#runningStack };
    const { bytes, notes } = await pausedProfile(this.#program, reader, kind, scan);
    return { bytes, notes: kind === "heap" ? [...this.lateNotes, ...notes] : notes };
  }

  /** Heap and goroutines of this moment, which need not be a stop that anybody else knows of. */
  async sample(stop: Stop): Promise<PausedSample> {
    const { signal, nowNs } = stop;
    const reader = await this.#open(stop);
    return pausedSample(this.#program, reader, { signal, nowNs, runningStack: this.#runningStack });
  }

  /** Every goroutine of this moment as text, with who started it where the runtime keeps that. */
  async dump(stop: Stop): Promise<string> {
    const { signal, nowNs } = stop;
    const reader = await this.#open(stop);
    const { goroutines } = await reader.scan({ signal, nowNs, runningStack: this.#runningStack });
    return [...formatDump(goroutines)].join("");
  }

  #open(stop: Stop): Promise<GoroutineReader> {
    const opening = (this.#reader ??= openGoroutines(this.#program, stop.signal));
    return opening.catch((error: unknown) => {
      if (this.#reader === opening) this.#reader = undefined;
      throw error;
    });
  }

  #wholeAt(stop: number): AtStop | undefined {
    return this.#here?.stop === stop ? this.#here.whole : undefined;
  }

  #list(stop: Stop): Listing {
    if (this.#listing?.stop === stop.number) return this.#listing;
    const columns = this.#open(stop).then((reader) => reader.list(stop));
    const listing: Listing = { stop: stop.number, columns };
    this.#listing = listing;
    columns.then(
      ({ count }) => (listing.total = count),
      () => {
        if (this.#listing === listing) this.#listing = undefined;
      },
    );
    return listing;
  }

  async #read(stop: Stop): Promise<AtStop> {
    const { signal, nowNs } = stop;
    const [reader, columns] = await Promise.all([this.#open(stop), this.#list(stop).columns]);
    const goroutines = await reader.table(columns, { signal, nowNs, runningStack: this.#runningStack });
    if (signal.aborted) throw new MemoryProblem("interrupted", "the program runs again");
    const scan = { goroutines, columns };
    if (this.#last?.stop !== stop.number) this.#before = this.#last;
    this.#last = { stop: stop.number, goroutines };
    const history: ChangesBody["history"] = this.#history.slice();
    this.#history = [...this.#history, { stop: stop.number, total: goroutines.total }].slice(-MAX_HISTORY);
    const moment = { stop: stop.number, pid: this.#pid, goroutines, before: this.#before, history };
    return { scan, moment, answers: goroutineAnswers(moment) };
  }

  async #readMemory(stop: Stop): Promise<WithMemory> {
    const here = await this.at(stop);
    const limit = AbortSignal.timeout(MEMORY_LIMIT_MS);
    let evidence: MemoryEvidence | undefined;
    let noMemoryBecause: string | undefined;
    try {
      evidence = await memoryEvidence(this.#program, here.scan, { signal: AbortSignal.any([stop.signal, limit]) });
    } catch (error) {
      if (stop.signal.aborted || !(error instanceof MemoryProblem)) throw error;
      const why = limit.aborted ? `it takes longer than ${MEMORY_LIMIT_MS / 1000} s` : error.message;
      noMemoryBecause = `The memory of the program was not read for what goroutines wait for (${why}): leaks are judged by what their stacks show.`;
    }
    here.answers = goroutineAnswers({ ...here.moment, memory: evidence, noMemoryBecause });
    return { answers: here.answers, evidence, noMemoryBecause };
  }
}

/** A person who waits for the list of leaks gives up sooner or later; a heap of gigabytes takes minutes. */
const MEMORY_LIMIT_MS = 20_000;
