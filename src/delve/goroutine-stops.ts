/**
 * The goroutines of a process, stop after stop: read once per stop, when somebody asks, and compared with those of the
 * stop before. Two tables are kept, and the totals of all.
 */
import type { Goroutines } from "../core/goroutine.js";
import { type GoroutineAnswers, goroutineAnswers } from "./goroutine-answers.js";
import { type GoroutineReader, type GoroutineScan, openGoroutines } from "./goroutine-scan.js";
import { MemoryProblem, type PausedProgram } from "./paused-program.js";
import { pausedProfile, type ProfileFile } from "./paused-profile.js";
import type { ChangesBody, PausedProfileKind } from "./requests.js";
import type { RunningStack } from "./running-stacks.js";

export interface Stop {
  readonly number: number;
  /** Aborted when the program runs again. */
  readonly signal: AbortSignal;
  /** What the monotonic clock of the program's machine showed, where that is known. */
  readonly nowNs: number | undefined;
}

export interface AtStop {
  readonly scan: GoroutineScan;
  readonly answers: GoroutineAnswers;
}

export class GoroutineStops {
  readonly #program: PausedProgram;
  readonly #runningStack: RunningStack;
  readonly #pid: number | undefined;
  #reader: Promise<GoroutineReader> | undefined;
  #here: { readonly stop: number; readonly reading: Promise<AtStop> } | undefined;
  #last: { readonly stop: number; readonly goroutines: Goroutines } | undefined;
  #before: { readonly stop: number; readonly goroutines: Goroutines } | undefined;
  #history: { readonly stop: number; readonly total: number }[] = [];

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
    this.#here = { stop: stop.number, reading };
    reading.catch(() => {
      if (this.#here?.reading === reading) this.#here = undefined; // whoever asks again may have more luck
    });
    return reading;
  }

  /** How many there are at this stop, where they were read already. */
  totalAt(stop: number): number | undefined {
    return this.#last?.stop === stop ? this.#last.goroutines.total : undefined;
  }

  /** Another process, or the same built anew: nothing that was known holds. */
  forget(): void {
    this.#reader = this.#here = this.#last = this.#before = undefined;
    this.#history = [];
  }

  /** A profile of the program at this stop. */
  async profile(stop: Stop, kind: PausedProfileKind): Promise<ProfileFile> {
    const { signal, nowNs } = stop;
    const reader = await this.#open(stop);
    return pausedProfile(this.#program, reader, kind, { signal, nowNs, runningStack: this.#runningStack });
  }

  #open(stop: Stop): Promise<GoroutineReader> {
    const opening = (this.#reader ??= openGoroutines(this.#program, stop.signal));
    return opening.catch((error: unknown) => {
      if (this.#reader === opening) this.#reader = undefined;
      throw error;
    });
  }

  async #read(stop: Stop): Promise<AtStop> {
    const reader = await this.#open(stop);
    const scan = await reader.scan({ signal: stop.signal, runningStack: this.#runningStack, nowNs: stop.nowNs });
    if (stop.signal.aborted) throw new MemoryProblem("interrupted", "the program runs again");
    const { goroutines } = scan;
    if (this.#last?.stop !== stop.number) this.#before = this.#last;
    this.#last = { stop: stop.number, goroutines };
    const history: ChangesBody["history"] = this.#history.slice();
    this.#history = [...this.#history, { stop: stop.number, total: goroutines.total }].slice(-MOST_HISTORY);
    const moment = { stop: stop.number, pid: this.#pid, goroutines, before: this.#before, history };
    return { scan, answers: goroutineAnswers(moment) };
  }
}

const MOST_HISTORY = 100;
