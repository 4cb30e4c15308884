/**
 * Growth of memory that is known to the byte: objects so large that the profiler misses none, or the heap as a whole.
 *
 * There is no sampling noise, so counts decide nothing: one array of 100 MB is one object, as it was at 1 MB. What is
 * left is load, which goes up and down. Memory that is kept never falls; where it rises again and again, in however long
 * silences, it grows. One rise is an event. A silent end is no sign that growth has ended until the next rise is overdue
 * (an array or map that only grows rises at growing distances, see doublings.ts).
 */
import {
  atItsPeak,
  CONFIRMED_DOUBLINGS,
  MAX_DZ,
  MIN_SNAPSHOTS,
  MS_PER_MINUTE,
  type Shape,
  shapeOf,
  type Trend,
  TREND_Z,
} from "./growth-judgement.js";
import { highestZ, mannKendallZ, slopeT, theilSenSlope } from "./trend.js";

export interface ExactSeries {
  readonly values: ArrayLike<number>;
  /** How many objects there ever were, at each snapshot; undefined where that is not known. */
  readonly ever?: ArrayLike<number>;
}

/** A change below this part of the growth is none, and falls of this part in all are no falls. */
const SILENT_PART = 0.02;
/** Beside load, which may drift for some time, the straight line must rise this clearly. */
const SURE_SLOPE_T = 6;
/** And this clearly to be sure, where it falls now and then. */
const CONFIRMED_SLOPE_T = 10;

/** `rankZ` is how sure the order of the values must be where load could explain it, given how many series are judged. */
export function judgeExact(
  timesMs: ArrayLike<number>,
  { values, ever }: ExactSeries,
  minGrowth: number,
  rankZ: number,
): Trend | undefined {
  const n = values.length;
  const growth = values[n - 1] - values[0];
  if (n < MIN_SNAPSHOTS || growth <= minGrowth) return undefined;
  const rises = risesOf(timesMs, values, SILENT_PART * growth);
  const isKept = rises.fallen <= SILENT_PART * growth;
  const z = mannKendallZ(values);
  // Under load objects come and go while the sum stays; what is kept comes only where the sum rises.
  const isQuiet = isKept && ever !== undefined && isSilentBetween(values, ever, SILENT_PART * growth);
  const isAlone = isQuiet || (isKept && ever === undefined);
  if (z < (isQuiet ? TREND_Z : Math.max(TREND_Z, Math.min(rankZ, highestZ(n))))) return undefined;
  if (!isAlone && slopeT(timesMs, values) < SURE_SLOPE_T) return undefined;
  const asTrend = shapeOf(timesMs, values);
  if (asTrend === "one-step" || rises.steps < 2) return undefined;
  const goesOn = isKept && goesOnRising(timesMs, rises.at);
  if (asTrend === "stalled" && !goesOn) return undefined;
  const shape: Shape = asTrend !== "steady" && goesOn && rises.rows > 1 ? "doubling" : asTrend;
  const doublings = Math.log2(values[n - 1] / Math.max(1, values[0]));
  const isRepeated =
    rises.steps >= MIN_SNAPSHOTS - 1 || rises.rows >= CONFIRMED_DOUBLINGS || doublings >= CONFIRMED_DOUBLINGS;
  const goesOnSurely = shape === "steady" || shape === "doubling";
  const isBeyondLoad = isKept || slopeT(timesMs, values) >= CONFIRMED_SLOPE_T;
  const isSure = isRepeated && goesOnSurely && isBeyondLoad && atItsPeak(values);
  return {
    level: isSure ? "confirmed" : "suspect",
    shape,
    z,
    dz: MAX_DZ,
    slopePerMinute: theilSenSlope(timesMs, values) * MS_PER_MINUTE,
  };
}

interface Rises {
  /** When the series rose, each a snapshot. */
  readonly at: readonly number[];
  /** Rows of rises with a silence between any two. */
  readonly rows: number;
  /** How many rises there surely were: two in a row may be one that two snapshots fell into. */
  readonly steps: number;
  /** The sum of all falls. */
  readonly fallen: number;
}

function risesOf(timesMs: ArrayLike<number>, values: ArrayLike<number>, silent: number): Rises {
  const at: number[] = [];
  const rows: number[] = [];
  let fallen = 0;
  for (let i = 1, before = -1; i < values.length; i++) {
    const change = values[i] - values[i - 1];
    fallen += Math.max(0, -change);
    if (change <= silent) continue;
    at.push(timesMs[i]);
    if (before === i - 1) rows[rows.length - 1]++;
    else rows.push(1);
    before = i;
  }
  const steps = rows.reduce((sum, rises) => sum + (rises === 2 ? 1 : rises), 0);
  return { at, rows: rows.length, steps, fallen };
}

/** Whether the next rise need not have come yet: after twice as long as the last one took, and one snapshot, it had to. */
function goesOnRising(timesMs: ArrayLike<number>, rises: readonly number[]): boolean {
  const last = timesMs.length - 1;
  const distance = (timesMs[last] - timesMs[0]) / last;
  const [before, latest] = rises.slice(-2);
  return latest !== undefined && timesMs[last] <= latest + 2 * (latest - before) + distance;
}

/** Whether no object came while the sum stayed. */
function isSilentBetween(values: ArrayLike<number>, ever: ArrayLike<number>, silent: number): boolean {
  for (let i = 1; i < values.length; i++) {
    if (values[i] - values[i - 1] <= silent && ever[i] > ever[i - 1]) return false;
  }
  return true;
}
