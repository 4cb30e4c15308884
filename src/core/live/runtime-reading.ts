/** What one reading of a runtime's memory has, before it is believed (`reading-checks.ts`) and told (`live-sample.ts`). */
import type { Pacer } from "./heap-goal.js";
import type { TimeHistogram } from "./time-histogram.js";

export interface RuntimeReading extends Pacer {
  /** GOGC; negative when it is off. */
  readonly gcPercent: number;
  readonly heapMinimum: number;
  readonly heapLive: number;
  /** The part of it that has pointers. */
  readonly heapScan: number;
  readonly lastStackScan: number;
  readonly globalsScan: number;
  readonly heapInUse: number;
  readonly heapReleased: number;
  /** The same memory in the runtime's second books, each a sum over its three generations. */
  readonly books: {
    readonly committed: number;
    readonly released: number;
    readonly inHeap: number;
    readonly inStacks: number;
    readonly inWorkBufs: number;
    readonly inPtrScalarBits: number;
  };
  /** Memory of the runtime for itself: the sum of what memstats calls sys. */
  readonly runtimeSys: number;
  /** 32 bits: it starts anew from 0. */
  readonly numGC: number;
  readonly numForcedGC: number;
  /** When the last collection ended, in ns since 1970, and the same in the list of pauses. */
  readonly lastGc: number;
  readonly lastPauseEnd: number;
  readonly gcPauses: TimeHistogram;
  /** Stops of the program by others than the collector: profiles, GOMAXPROCS, traces. */
  readonly otherPauses: TimeHistogram;
  readonly schedLatency: TimeHistogram;
  /** Places for goroutines that were ever made, by both of the runtime's counts; those that are free; the runtime's own. */
  readonly allglen: number;
  readonly allgsLength: number;
  readonly freeGoroutines: number;
  readonly systemGoroutines: number;
}

/** As runtime.NumGoroutine counts. */
export function goroutinesOf({ allglen, freeGoroutines, systemGoroutines }: RuntimeReading): number {
  return Math.max(1, allglen - freeGoroutines - systemGoroutines);
}
