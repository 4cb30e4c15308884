/**
 * A program in a debugger as a series of snapshots sees it: each is read at a pause of a moment, heap and goroutines of
 * the same one. Whoever drives the debugger takes the samples.
 */
import type { Note, Pauses } from "../core/diagnosis/diagnosis.js";
import { pausesNote } from "../core/diagnosis/report/paused-text.js";
import { type Captured, captured } from "./capture-problem.js";
import type { RuntimeNumbers } from "./live/runtime-numbers.js";
import type { Sampled } from "./sampled.js";
import type { SampleOptions } from "./sample-options.js";

export interface SampleAtPause {
  /** Gzipped pprof protobuf profiles. */
  readonly heap: Uint8Array;
  readonly goroutines: Uint8Array;
  readonly totals: RuntimeNumbers;
  /** How long the program stood still for it. */
  readonly pausedMs: number;
  /** What is to be known of the whole series, one sentence each; with the first sample. */
  readonly notes: readonly string[];
}

/** Collections come twice between two samples, so that each shows another heap. */
export function collectEvery(intervalMs: number): number {
  return intervalMs / 2;
}

export class PausedSampled implements Sampled {
  readonly name: string;
  readonly #pid: number | undefined;
  readonly #take: (options: SampleOptions) => Promise<Captured<SampleAtPause>>;
  readonly dump?: (options: SampleOptions) => Promise<Captured<Uint8Array>>;
  readonly #pausesMs: number[] = [];
  readonly #notes: string[] = [];
  #sample: SampleAtPause | undefined;

  constructor(
    name: string,
    pid: number | undefined,
    take: (options: SampleOptions) => Promise<Captured<SampleAtPause>>,
    dump?: (options: SampleOptions) => Promise<Captured<Uint8Array>>,
    attachMs = 0,
  ) {
    this.name = name;
    this.#pid = pid;
    this.#take = take;
    if (dump !== undefined) this.dump = dump;
    this.stoodStill(attachMs);
  }

  /** For so long for something that came to nothing, or is no snapshot. */
  stoodStill(ms: number): void {
    if (ms > 0) this.#pausesMs.push(ms);
  }

  async heap(options: SampleOptions): Promise<Captured<Uint8Array>> {
    const taken = await this.#take(options);
    if (!taken.ok) return taken;
    this.#sample = taken.value;
    this.#pausesMs.push(taken.value.pausedMs);
    this.#notes.push(...taken.value.notes);
    return captured(taken.value.heap);
  }

  /** Of the same moment as the heap. */
  goroutines(): Promise<Captured<Uint8Array>> {
    return Promise.resolve(captured(this.#sample!.goroutines));
  }

  numbers(): Promise<RuntimeNumbers | undefined> {
    return Promise.resolve(this.#sample?.totals);
  }

  pid(): Promise<number | undefined> {
    return Promise.resolve(this.#pid);
  }

  /** All stops of the program, that of attaching to it included. */
  pauses(): Pauses {
    const totalMs = this.#pausesMs.reduce((sum, ms) => sum + ms, 0);
    return { count: this.#pausesMs.length, maxMs: Math.max(0, ...this.#pausesMs), totalMs };
  }

  /** What was done to the program. */
  notes(): readonly Note[] {
    return [pausesNote(this.#pausesMs), ...this.#notes.map((message) => ({ code: "paused", message }))];
  }
}
