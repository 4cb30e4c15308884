/**
 * The windows to ask for: as many as are wanted, over the time that there are profiles of, each at least as long as the
 * instances take from one profile to the next.
 *
 * How long that is nobody says. Coarse windows tell how many profiles lie in each; where most of them are empty, the
 * series is younger than was asked for, and the windows are laid over what there is.
 */
import { median } from "../../core/diagnosis/growth/trend.js";
import { type Captured, captured } from "../capture-problem.js";
import type { Engine, Grid, SeriesByInstance, SeriesOfInstance } from "./engine.js";

export interface GridOptions {
  readonly nowMs: number;
  readonly sinceMs: number;
  readonly points: number;
}

const SECOND_MS = 1000;
const ROUNDS = 6;
/** Below this part of the windows the time is shortened to what there is. */
const FILLED_PART = 0.75;

/** The grid, and the series of `type` on it. */
export async function findGrid(
  engine: Engine,
  type: string,
  by: string,
  { nowMs, sinceMs, points }: GridOptions,
): Promise<Captured<{ readonly grid: Grid; readonly series: SeriesByInstance }>> {
  const first = firstGrid({ nowMs, sinceMs, points });
  let { stepMs } = first;
  let lastMs = first.endsMs[points];
  for (let round = 1; ; round++) {
    const asked = gridOf(lastMs, stepMs, points);
    const answer = await engine.series(type, by, asked, true);
    if (!answer.ok) return answer;
    const series = answer.value;
    const { from, to, count } = filled(series);
    const intervalMs = Math.min(stepMs, rounded(stepMs / count));
    const windows = to - from + 1;
    const isYoung = to >= 0 && windows < FILLED_PART * points && count > 1;
    const isOld = to >= 0 && to < points - 1; // nothing came lately
    if (round === ROUNDS || (!isYoung && !isOld)) {
      return captured(withoutOne({ ...asked, intervalMs }, series, to === points - 1 ? 0 : 1));
    }
    lastMs = asked.endsMs[to];
    if (!isYoung) continue;
    stepMs = Math.max(1, Math.round(Math.min(windows * stepMs, sinceMs) / points / intervalMs)) * intervalMs;
    // Coarse windows reach beyond the present.
    lastMs = alignedUp(Math.min(nowMs, lastMs), stepMs);
  }
}

/** One window more was asked for than is wanted: the last one may have only begun, else the first is too many. */
function withoutOne(grid: Grid, series: SeriesByInstance, from: 0 | 1) {
  const to = grid.endsMs.length - 1 + from;
  const cut = ([name, { labels, values, counts }]: [string, SeriesOfInstance]): [string, SeriesOfInstance] => [
    name,
    { labels, values: values.slice(from, to), counts: counts.slice(from, to) },
  ];
  return { grid: { ...grid, endsMs: grid.endsMs.slice(from, to) }, series: new Map([...series].map(cut)) };
}

/** The windows that are asked for first, one more than `points`. */
export function firstGrid({ nowMs, sinceMs, points }: GridOptions): Grid {
  const stepMs = Math.max(SECOND_MS, Math.ceil(sinceMs / points / SECOND_MS) * SECOND_MS);
  return gridOf(alignedUp(nowMs, stepMs), stepMs, points);
}

/** Windows begin at multiples of their length since 1970, as Parca's buckets do. */
const alignedUp = (ms: number, stepMs: number): number => Math.ceil(ms / stepMs) * stepMs;

function gridOf(lastMs: number, stepMs: number, points: number): Grid {
  const endsMs = Array.from({ length: points + 1 }, (_, i) => lastMs - (points - i) * stepMs);
  return { endsMs, stepMs, intervalMs: stepMs };
}

/** The first window that has a profile, the last that half of the instances have one in, and how many are usual. */
function filled(series: SeriesByInstance): { readonly from: number; readonly to: number; readonly count: number } {
  let from = Infinity;
  const means: number[] = [];
  const lasts: number[] = [];
  for (const { counts } of series.values()) {
    const first = counts.findIndex((count) => count > 0);
    const last = counts.findLastIndex((count) => count > 0);
    if (first < 0) continue;
    from = Math.min(from, first);
    lasts.push(last);
    // Windows at both ends of a life are filled in part.
    const inner = last - first > 1 ? counts.subarray(first + 1, last) : counts.subarray(first, last + 1);
    means.push(inner.reduce((sum, count) => sum + count, 0) / inner.length);
  }
  if (lasts.length === 0) return { from: 0, to: -1, count: 1 };
  return { from, to: Math.max(from, Math.floor(median(lasts))), count: Math.max(1, median(means)) };
}

/** Seconds between two profiles, as clients are set up. */
const USUAL_SECONDS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600];
const NEAR_PART = 0.2;

/** What is near to a usual interval is that: windows at the ends of a life are filled in part. */
function rounded(ms: number): number {
  const seconds = ms / SECOND_MS;
  const usual = USUAL_SECONDS.find((one) => Math.abs(seconds - one) <= NEAR_PART * one);
  return (usual ?? Math.max(1, Math.round(seconds))) * SECOND_MS;
}
