/**
 * Does the process grow outside the Go heap? Resident memory (or what the runtime took from the system) against what
 * the heap and the goroutine stacks have in use.
 */
import type { SnapshotNumbers } from "./diagnosis.js";
import { MIN_SNAPSHOTS, shapeOf, TREND_Z } from "./growth-judgement.js";
import { mannKendallZ } from "./trend.js";

export interface OutsideGrowth {
  /** What grew: the process as a whole. */
  readonly of: "rss" | "sys";
  readonly growth: number;
  /** The part of the growth that heap and stacks in use do not account for. */
  readonly outside: number;
}

/** RSS moves by a few MB with every page the kernel takes or gives; less than this, or 5%, is not told of. */
const LEAST_GROWTH = 8 * 1024 * 1024;
const LEAST_PART = 0.05;
/** At least this part of the growth must lie outside. */
const OUTSIDE_PART = 0.6;

export function growthOutsideHeap(snapshots: readonly SnapshotNumbers[]): OutsideGrowth | undefined {
  const of = snapshots.filter(({ rss }) => rss !== undefined).length >= MIN_SNAPSHOTS ? "rss" : "sys";
  const points = snapshots.flatMap((snapshot) => {
    const whole = snapshot[of];
    const heap = snapshot.heapInuse ?? snapshot.heapAlloc ?? snapshot.inuseSpace;
    if (whole === undefined || heap === undefined) return [];
    return [{ atMs: snapshot.atMs, whole, inside: heap + (snapshot.stackInuse ?? 0), sys: snapshot.sys }];
  });
  if (points.length < MIN_SNAPSHOTS) return undefined;
  const first = points[0];
  const last = points[points.length - 1];
  const growth = last.whole - first.whole;
  const outside = growth - Math.max(0, last.inside - first.inside);
  if (growth < Math.max(LEAST_GROWTH, LEAST_PART * first.whole) || outside < OUTSIDE_PART * growth) return undefined;
  // Pages that the runtime took long ago and now touches are the heap's own, not growth outside it.
  if (of === "rss" && first.sys !== undefined && last.sys !== undefined) {
    if (last.whole < last.sys && last.sys - first.sys < OUTSIDE_PART * growth) return undefined;
  }
  const times = points.map(({ atMs }) => atMs);
  const rising = (values: readonly number[]) => {
    const shape = shapeOf(times, values);
    return mannKendallZ(values) >= TREND_Z && shape !== "stalled" && shape !== "one-step";
  };
  const grows = rising(points.map(({ whole }) => whole)) && rising(points.map(({ whole, inside }) => whole - inside));
  return grows ? { of, growth, outside } : undefined;
}
