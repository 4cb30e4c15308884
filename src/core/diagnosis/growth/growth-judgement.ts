/**
 * Does this series grow, and is it a leak: the rules that turn numbers into a level.
 *
 * A heap profile is a sample. One sampled object stands for half a megabyte at the default rate, so a stack whose
 * memory does not change at all still jumps by megabytes from profile to profile. Growth counts only when
 * it is a trend (Mann-Kendall), when the sampled counts differ by more than counting noise (dz), when it is large
 * enough to matter, and when it goes on: memory that rises and then stays is a cache that filled up or a program that
 * warmed up, memory that rises in one step is an event.
 */
import { doublingsOf, type Estimates } from "./doublings.js";
import { leanZ, mannKendallZ, overdispersion, slopeT, theilSenSlope } from "./trend.js";

export type Level = "suspect" | "confirmed";

export interface Trend {
  readonly level: Level;
  readonly shape: Shape;
  readonly z: number;
  readonly dz: number;
  readonly slopePerMinute: number;
}

/** Below five points no order of values reaches z = 1.96. */
export const MIN_SNAPSHOTS = 5;
/** Two-sided 5% of the normal distribution. */
export const TREND_Z = 1.96;
/** How sure the counts must be, given how many series are looked at. */
export interface Guard {
  /** For the trend over all snapshots. */
  readonly trendZ: number;
  /** For the growth from the first to the last. */
  readonly dz: number;
  /** For the order of the values, where load is not part of the noise. */
  readonly rankZ: number;
}

/** What the noise of a series of bytes is judged by: counts and Poisson's variance, or bytes and that of sampling. */
export interface Noise extends Estimates {
  /** Of the last value less the first, if nothing but chance were at work. */
  readonly growthVariance: number;
}

export const SUSPECT_DZ = 2;
export const CONFIRMED_DZ = 3;
/** Told of growth beside which sampling noise is nothing. */
export const MAX_DZ = 1000;

/** The later half must still rise at this part of the whole slope; below `STALLED` it has stopped. */
const STEADY_PART = 0.5;
const STALLED_PART = 0.2;
/** Growth of which one single step makes more than this is an event, not a trend. */
const ONE_STEP_PART = 0.75;

/** A leak ends at its highest value, or as good as that; a plateau ends anywhere. */
const PEAK_PART = 0.97;

export const MS_PER_MINUTE = 60_000;

/**
 * "mostly-one-step": what is left without the step is still a trend; "one-step": it is not; "doubling": what looks
 * like one of the others is a map or slice between two of its steps.
 */
export type Shape = "steady" | "slowing" | "stalled" | "mostly-one-step" | "one-step" | "doubling";

/** Two steps are what a cache shows that fills up. */
export const CONFIRMED_DOUBLINGS = 3;

/**
 * The level of a series; undefined when it does not grow beyond noise.
 *
 * @param minGrowth smallest last - first that matters, in the unit of `values`
 */
export function judge(
  timesMs: ArrayLike<number>,
  values: ArrayLike<number>,
  noise: Noise,
  minGrowth: number,
  guard: Guard,
): Trend | undefined {
  const n = values.length;
  if (n < MIN_SNAPSHOTS || values[n - 1] - values[0] <= minGrowth) return undefined;
  const dz = (noise.values[n - 1] - noise.values[0]) / Math.sqrt(noise.growthVariance);
  if (!(dz >= SUSPECT_DZ)) return undefined;
  const trendZ = leanZ(timesMs, noise.values, noise.variances);
  if (trendZ < guard.trendZ && dz < guard.dz) return undefined;
  const z = mannKendallZ(values);
  if (z < guard.rankZ) return undefined;
  const asTrend = shapeOf(timesMs, values);
  const doublings = asTrend === "steady" ? undefined : doublingsOf(timesMs, values, noise);
  const shape = doublings?.goesOn === true ? "doubling" : asTrend;
  if (shape === "stalled" || shape === "one-step") return undefined;
  const load = Math.sqrt(overdispersion(timesMs, noise.values, noise.variances));
  const beyondLoad = Math.min(trendZ, slopeT(timesMs, noise.values)) >= guard.trendZ || dz / load >= guard.dz;
  // Load goes up and down, which a series that doubles never does.
  const goesOn = doublings?.goesOn ? doublings.count >= CONFIRMED_DOUBLINGS : shape === "steady" && beyondLoad;
  return {
    level: dz >= CONFIRMED_DZ && goesOn && atItsPeak(values) ? "confirmed" : "suspect",
    shape,
    z,
    dz: Math.min(dz, MAX_DZ),
    slopePerMinute: theilSenSlope(timesMs, values) * MS_PER_MINUTE,
  };
}

/** How a rising series rises. */
export function shapeOf(timesMs: ArrayLike<number>, values: ArrayLike<number>): Shape {
  const n = values.length;
  const growth = values[n - 1] - values[0];
  const times = Float64Array.from(timesMs);
  const series = Float64Array.from(values);
  const half = n >> 1;
  const late = theilSenSlope(times.subarray(half), series.subarray(half));
  const average = growth / (times[n - 1] - times[0]);
  if (late < STALLED_PART * average) return "stalled";
  const step = largestStep(series);
  const height = series[step] - series[step - 1];
  if (height > ONE_STEP_PART * growth) {
    const rest = series.map((value, i) => (i >= step ? value - height : value));
    return mannKendallZ(rest) >= TREND_Z ? "mostly-one-step" : "one-step";
  }
  return late < STEADY_PART * average ? "slowing" : "steady";
}

/** Whether a series rises by at least a half (`leastRatio`), most of it at once, and ends at its peak. */
export function stepsUp(values: ArrayLike<number>, minGrowth: number, leastRatio = 1.5): boolean {
  const n = values.length;
  if (n < MIN_SNAPSHOTS || values[n - 1] - values[0] <= minGrowth || values[n - 1] < leastRatio * values[0])
    return false;
  return risesAtOnce(values) && atItsPeak(values) && mannKendallZ(values) >= TREND_Z;
}

/** From one value to the next but one: the step may fall into a snapshot. */
function risesAtOnce(values: ArrayLike<number>): boolean {
  const most = ONE_STEP_PART * (values[values.length - 1] - values[0]);
  for (let i = 1; i < values.length; i++) if (values[i] - values[Math.max(0, i - 2)] >= most) return true;
  return false;
}

export function atItsPeak(values: ArrayLike<number>): boolean {
  let peak = 0;
  for (let i = 0; i < values.length; i++) peak = Math.max(peak, values[i]);
  return values[values.length - 1] >= PEAK_PART * peak;
}

/** The index that the largest rise leads to. */
function largestStep(series: Float64Array): number {
  let step = 1;
  for (let i = 2; i < series.length; i++) {
    if (series[i] - series[i - 1] > series[step] - series[step - 1]) step = i;
  }
  return step;
}
