/**
 * One sample of a running program, as `godiag watch --json` writes it. Bytes are bytes, `…Ns` nanoseconds; null is what
 * cannot be told at this moment, never a number in its place.
 */
import type { Quantiles } from "./time-histogram.js";

export interface LiveSample extends Told<RuntimeNumbers>, ProcessNumbers {
  /** When it was read, in milliseconds since 1970. */
  readonly atMs: number;
  readonly source: LiveSource;
  /** How often reading it stopped the program. */
  readonly stopsOfTheWorld: number;
}

/**
 * The memory of the process; or what the program publishes: a Prometheus endpoint, expvar, a gops agent. The latter two
 * read MemStats, for which the runtime stops the program.
 */
export type LiveSource = "memory" | "metrics" | "expvar" | "gops";

/** Where a source does not tell. */
type Told<Numbers> = {
  readonly [Name in keyof Numbers]: Numbers[Name] | (Numbers[Name] extends number ? null : never);
};

/** What the runtime counts. */
export interface RuntimeNumbers {
  /** Marked by the last collection, and allocated since: whole spans that were handed out. */
  readonly heapLive: number;
  /** The heap at which the next collection is to be done; null where there is none (GOGC=off). */
  readonly heapGoal: number | null;
  /** Spans in use. */
  readonly heapInuse: number;
  /** Stacks of goroutines. */
  readonly stacks: number;
  /** Collections that are done, since the program began. */
  readonly numGC: number;
  /** Pauses of the collector since the sample before; in the first one, since the program began. */
  readonly gcPauseNs: Quantiles;
  /** How long goroutines that were ready waited to run, over the same time as `gcPauseNs`. */
  readonly schedLatencyNs: Quantiles;
  /** Without those of the runtime itself, as runtime.NumGoroutine counts. */
  readonly goroutines: number;
}

/** What the system counts; null where it does not tell. */
export interface ProcessNumbers {
  readonly threads: number | null;
  readonly rss: number | null;
  /** RSS with shared pages counted in parts. It costs the program more than the rest: only in some of the samples. */
  readonly pss?: number;
  /** Of the process since it began, in user and in kernel mode. */
  readonly cpuSeconds: number | null;
  readonly fds: number | null;
}
