/**
 * How often durations occurred, in buckets whose width is 1/64 of their value: quantiles that are right to 1.6 %, from
 * a table whose size does not depend on how many durations there are.
 */
const SUB_BITS = 6;
const SUB_BUCKETS = 1 << SUB_BITS;
/** Up to 2^53 ns. */
const BUCKETS = (54 - SUB_BITS) * SUB_BUCKETS + SUB_BUCKETS;

export class LogHistogram {
  count = 0;
  sum = 0;
  max = 0;
  readonly #counts = new Uint32Array(BUCKETS);

  /** `ns` is a whole number, 0 or more. */
  add(ns: number): void {
    this.count++;
    this.sum += ns;
    if (ns > this.max) this.max = ns;
    this.#counts[bucketOf(ns)]++;
  }

  /** The duration that `share` of all (0 to 1) do not exceed; 0 of nothing. */
  quantile(share: number): number {
    let left = Math.ceil(share * this.count);
    if (left <= 0) return 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#counts[bucket];
      if (left <= 0) return Math.min(this.max, endOf(bucket));
    }
    return this.max;
  }
}

function bucketOf(ns: number): number {
  if (ns < 2 * SUB_BUCKETS) return ns;
  if (ns < 2 ** 31) {
    const shift = 31 - Math.clz32(ns) - SUB_BITS;
    return shift * SUB_BUCKETS + (ns >> shift);
  }
  if (ns >= 2 ** 53) return BUCKETS - 1;
  const shift = 31 - Math.clz32(ns / 2 ** 31) + 31 - SUB_BITS;
  return shift * SUB_BUCKETS + Math.floor(ns / 2 ** shift);
}

/** The largest whole number in a bucket. */
function endOf(bucket: number): number {
  if (bucket < 2 * SUB_BUCKETS) return bucket;
  const shift = Math.floor(bucket / SUB_BUCKETS) - 1;
  return (bucket - shift * SUB_BUCKETS + 1) * 2 ** shift - 1;
}
