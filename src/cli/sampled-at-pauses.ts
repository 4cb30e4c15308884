/**
 * A program under Delve as a series of snapshots sees it: each is read at a pause of a moment, heap and goroutines of the
 * same one.
 */
import { type Captured, captured, problem } from "../capture/capture-problem.js";
import type { RuntimeNumbers } from "../capture/runtime-numbers.js";
import type { SampleOptions, Sampled } from "../capture/sampled.js";
import type { Note } from "../core/diagnosis.js";
import { pausesNote } from "../core/paused-words.js";
import { MemoryProblem } from "../delve/paused-program.js";
import { type PausedSample, pausedSample, SeriesSettings } from "../delve/paused-sample.js";
import type { RunningTarget } from "../delve/running-target.js";
import { TargetProblem } from "../delve/target-session.js";

/** Collections come this many times between two samples, so that each shows another heap. */
const COLLECTIONS_BETWEEN = 2;

export class PausedSampled implements Sampled {
  readonly name: string;
  readonly #target: RunningTarget;
  readonly #collectEveryMs: number;
  readonly #series = new SeriesSettings();
  readonly #pausesMs: number[] = [];
  #notes: readonly string[] = [];
  #sample: PausedSample | undefined;

  constructor(name: string, target: RunningTarget, intervalMs: number) {
    this.name = name;
    this.#target = target;
    this.#collectEveryMs = intervalMs / COLLECTIONS_BETWEEN;
  }

  async heap({ signal }: SampleOptions): Promise<Captured<Uint8Array>> {
    try {
      const { result, pausedMs } = await this.#target.atAMoment(async ({ program, reader, scanOptions, assign }) => {
        if (this.#pausesMs.length === 0) {
          this.#notes = await this.#series.begin(program, assign, this.#collectEveryMs, signal);
        }
        return pausedSample(program, reader, scanOptions);
      }, signal);
      this.#sample = result;
      this.#pausesMs.push(pausedMs);
      return captured(result.heap);
    } catch (error) {
      if (!(error instanceof TargetProblem) && !(error instanceof MemoryProblem)) throw error;
      const todo = error instanceof TargetProblem ? error.todo : "See that it is a Go program";
      return problem("died", `cannot read the memory of ${this.name}`, error.message, todo);
    }
  }

  /** Of the same moment as the heap. */
  goroutines(): Promise<Captured<Uint8Array>> {
    return Promise.resolve(captured(this.#sample!.goroutines));
  }

  numbers(): Promise<RuntimeNumbers | undefined> {
    return Promise.resolve({ ...this.#sample?.totals, ...(this.#series.recordsLate && { recordedLate: true }) });
  }

  pid(): Promise<number | undefined> {
    return Promise.resolve(this.#target.pid);
  }

  /** What was done to the program. */
  notes(): readonly Note[] {
    return [pausesNote(this.#pausesMs), ...this.#notes.map((message) => ({ code: "paused", message }))];
  }

  /** Puts back what was changed in a program that goes on. */
  async end(): Promise<void> {
    if (this.#pausesMs.length === 0) return;
    await this.#target.atAMoment(({ assign }) => this.#series.end(assign)).catch(() => {});
  }
}
