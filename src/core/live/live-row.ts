/** One sample as a row of the measures (`live-measures.ts`): rates and shares come from two samples. */
import type { ProcessNumbers, RuntimeNumbers } from "./live-sample.js";
import { MEASURES } from "./live-measures.js";
import { BUCKETS, type TimeHistogram } from "./time-histogram.js";

/** What one look at a program tells. What could not be read is undefined or null. */
export interface Look {
  /** By a clock that never jumps, in ms. */
  readonly monotonicMs: number;
  readonly runtime?: RuntimeNumbers;
  readonly details?: RuntimeDetails;
  readonly process: ProcessNumbers;
  /** CPU time of ours for it, and for what was done about the one before, in ns; NaN where nobody counts. */
  readonly costNs: number;
}

/** What the Live view shows beyond `godiag watch`. Bytes since the program began only grow. */
export interface RuntimeDetails {
  readonly totalAlloc: number;
  readonly totalFree: number;
  readonly heapFree: number;
  readonly heapReleased: number;
  readonly mappedReady: number;
  /** Stops by others than the collector since the look before, in ns; null where there was none. */
  readonly otherPauseMaxNs: number | null;
  /** Counted since the look before; undefined in the first one. */
  readonly pauses: TimeHistogram | undefined;
  readonly latencies: TimeHistogram | undefined;
}

export interface LiveRow {
  /** On the axis of the charts: time of the program, in which stops take at most a moment. */
  readonly axisMs: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** The program stood still, or nobody looked, before this row. */
  readonly hasGap: boolean;
  /** By the order of the measures; NaN is not known. */
  readonly values: Float64Array;
  readonly heats: Readonly<Record<"pauses" | "latencies", Uint32Array>>;
}

/** Rows of a heat map: one for each power of two of nanoseconds, from below 512 ns to 39 hours. */
export const HEAT_ROWS = 40;
const SUB_BUCKETS = BUCKETS / HEAT_ROWS;

/** The row's values, where they can be told; rates need the look before. */
export function valuesOf(now: Look, before: Look | undefined): Float64Array {
  const { runtime, details, process } = now;
  const seconds = before === undefined ? NaN : (now.monotonicMs - before.monotonicMs) / 1_000;
  const rate = (of: (look: Look) => number | null | undefined) => {
    const [to, from] = [of(now) ?? NaN, before === undefined ? NaN : (of(before) ?? NaN)];
    return seconds > 0 && to >= from ? (to - from) / seconds : NaN;
  };
  const rss = process.rss ?? NaN;
  const known: Readonly<Record<string, number | null | undefined>> = {
    heapLive: runtime?.heapLive,
    heapGoal: runtime?.heapGoal,
    heapInuse: runtime?.heapInuse,
    rss,
    mapped: details?.mappedReady,
    outside: details && Math.max(0, rss - details.mappedReady),
    goroutines: runtime?.goroutines,
    allocRate: rate((look) => look.details?.totalAlloc),
    freeRate: rate((look) => look.details?.totalFree),
    cpu: 100 * rate((look) => look.process.cpuSeconds),
    gcRate: rate((look) => look.runtime?.numGC),
    ...(before?.runtime && {
      gcPauseP99: runtime?.gcPauseNs.p99,
      gcPauseMax: runtime?.gcPauseNs.max,
      otherPauseMax: details?.otherPauseMaxNs,
      latencyP50: runtime?.schedLatencyNs.p50,
      latencyP99: runtime?.schedLatencyNs.p99,
      latencyMax: runtime?.schedLatencyNs.max,
    }),
    stacks: runtime?.stacks,
    heapFree: details?.heapFree,
    heapReleased: details?.heapReleased,
    threads: process.threads,
    fds: process.fds,
    cost: now.costNs,
  };
  return Float64Array.from(MEASURES, ({ id }) => known[id] ?? NaN);
}

/** The counts of a histogram in the rows of a heat map; empty of nothing. */
export function heatOf(histogram: TimeHistogram | undefined): Uint32Array {
  const rows = new Uint32Array(HEAT_ROWS);
  if (histogram === undefined) return rows;
  for (let bucket = 0; bucket < BUCKETS; bucket++) rows[Math.floor(bucket / SUB_BUCKETS)] += histogram.counts[bucket];
  rows[0] += histogram.underflow;
  rows[HEAT_ROWS - 1] += histogram.overflow;
  return rows;
}
