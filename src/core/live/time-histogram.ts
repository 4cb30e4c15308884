/**
 * The runtime's histograms of durations (runtime/histogram.go, Go 1.22 to 1.27): 39 powers of two from 256 ns on, each in
 * four buckets, so a bucket is at most a quarter of its lower bound wide; below 512 ns a bucket is 64 ns wide.
 */

export const BUCKETS = 160;
const SUB_BUCKETS = 4;
const FIRST_POWER = 7;
const SUB_BITS = 2;

export interface TimeHistogram {
  /** Of each bucket; it only grows. */
  readonly counts: Float64Array;
  /** Durations that were negative, and those of more than 2^47 ns (39 hours). */
  readonly underflow: number;
  readonly overflow: number;
}

/** In nanoseconds; null of nothing. */
export interface Quantiles {
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** The least duration in ns that a bucket counts; of `BUCKETS`, where the last one ends. */
export function lowerBound(bucket: number): number {
  const power = Math.floor(bucket / SUB_BUCKETS);
  const part = bucket % SUB_BUCKETS;
  if (power === 0) return part * 2 ** (FIRST_POWER + 1 - SUB_BITS);
  return 2 ** (FIRST_POWER + power) + part * 2 ** (FIRST_POWER + power - SUB_BITS);
}

/** What was counted between two readings; undefined when the later one has less, so that they are not of one program. */
export function countsSince(before: TimeHistogram, now: TimeHistogram): TimeHistogram | undefined {
  const counts = now.counts.map((count, bucket) => count - before.counts[bucket]);
  const [underflow, overflow] = [now.underflow - before.underflow, now.overflow - before.overflow];
  return underflow < 0 || overflow < 0 || counts.some((count) => count < 0)
    ? undefined
    : { counts, underflow, overflow };
}

export function totalOf({ counts, underflow, overflow }: TimeHistogram): number {
  return counts.reduce((sum, count) => sum + count, underflow + overflow);
}

/**
 * The duration that so many are not longer than: where the bucket of the quantile ends, so never too small, and at most a
 * quarter too large.
 */
export function quantilesOf(histogram: TimeHistogram): Quantiles {
  const total = totalOf(histogram);
  const at = (part: number) => (total === 0 ? null : endOfRank(histogram, Math.max(1, Math.ceil(part * total))));
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

function endOfRank({ counts, underflow }: TimeHistogram, rank: number): number {
  let passed = underflow;
  if (passed >= rank) return 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    passed += counts[bucket];
    if (passed >= rank) return lowerBound(bucket + 1);
  }
  return lowerBound(BUCKETS);
}
