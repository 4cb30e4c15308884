/**
 * Profile files as a series of snapshots: ordered by the profiles' own time, heap and goroutine profiles of the same
 * moment put together.
 *
 * Text forms carry no time. Such profiles are taken in the order given, the k-th goroutine dump with the k-th heap
 * profile, and where nothing has a time, as if they were taken at equal intervals.
 */
import type { Note, Snapshot } from "./diagnosis.js";
import { isGoroutineProfile } from "./growth/goroutine-growth.js";
import { isHeapProfile } from "../profile/heap-measures.js";
import type { Profile } from "../profile/profile.js";
import { median } from "./growth/trend.js";

/** Assumed between profiles without a time. */
const ASSUMED_INTERVAL_MS = 10_000;
/** Profiles captured one after the other belong together when this near, whatever the interval of the series. */
const SAME_MOMENT_MS = 1_000;

/** Whether a profile can be part of a diagnosis. */
export function isDiagnosable(profile: Profile): boolean {
  return isHeapProfile(profile) || isGoroutineProfile(profile);
}

export function snapshotsOf(profiles: readonly Profile[]): {
  readonly snapshots: readonly Snapshot[];
  readonly notes: readonly Note[];
} {
  const heaps = inOrder(profiles.filter(isHeapProfile));
  const goroutines = inOrder(profiles.filter((profile) => !isHeapProfile(profile) && isGoroutineProfile(profile)));
  const timed = (list: readonly Profile[]) => list.length > 0 && list.every(hasTime);
  const heapTimes = timesMs(heaps, heaps);
  const snapshots: Snapshot[] = heaps.map((heap, i) => ({ atMs: heapTimes[i], heap }));
  const notes: Note[] = [];
  if ((heaps.length > 0 && !timed(heaps)) || (heaps.length === 0 && !timed(goroutines))) {
    notes.push({
      code: "times-unknown",
      message: `The profiles do not say when they were taken: they are judged in the order given, as if ${ASSUMED_INTERVAL_MS / 1000} s apart.`,
    });
  }
  if (heaps.length === 0) {
    const times = timesMs(goroutines, goroutines);
    return { snapshots: goroutines.map((goroutine, i) => ({ atMs: times[i], goroutine })), notes };
  }
  if (timed(heaps) && timed(goroutines)) {
    attachByTime(snapshots, goroutines, timesMs(goroutines, heaps));
  } else {
    for (const [i, goroutine] of goroutines.entries()) {
      if (i < snapshots.length) snapshots[i] = { ...snapshots[i], goroutine };
    }
    if (goroutines.length > 0 && goroutines.length !== heaps.length) {
      notes.push({
        code: "unmatched-goroutines",
        message: `${goroutines.length} goroutine profiles without a time for ${heaps.length} heap profiles: they were matched in the order given, which may be wrong.`,
      });
    }
  }
  return { snapshots: fromZero(snapshots), notes };
}

function attachByTime(snapshots: Snapshot[], goroutines: readonly Profile[], times: readonly number[]): void {
  const heapTimes = snapshots.map(({ atMs }) => atMs);
  const near = Math.max(SAME_MOMENT_MS, median(heapTimes.slice(1).map((at, i) => at - heapTimes[i])) / 2);
  for (const [i, goroutine] of goroutines.entries()) {
    let best = -1;
    for (const [k, at] of heapTimes.entries()) {
      if (snapshots[k].goroutine !== undefined || Math.abs(at - times[i]) > near) continue;
      if (best < 0 || Math.abs(at - times[i]) < Math.abs(heapTimes[best] - times[i])) best = k;
    }
    if (best >= 0) snapshots[best] = { ...snapshots[best], goroutine };
    else snapshots.push({ atMs: times[i], goroutine });
  }
  snapshots.sort((a, b) => a.atMs - b.atMs);
}

/** A goroutine profile may be older than the first heap profile. */
function fromZero(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const first = snapshots.reduce((least, { atMs }) => Math.min(least, atMs), 0);
  return first === 0 ? snapshots : snapshots.map((snapshot) => ({ ...snapshot, atMs: snapshot.atMs - first }));
}

const hasTime = ({ timeNanos }: Profile): boolean => timeNanos !== 0n;

function inOrder(profiles: readonly Profile[]): readonly Profile[] {
  if (!profiles.every(hasTime)) return profiles;
  return [...profiles].sort((a, b) => (a.timeNanos < b.timeNanos ? -1 : a.timeNanos > b.timeNanos ? 1 : 0));
}

/** Milliseconds since the first of `origin`. */
function timesMs(profiles: readonly Profile[], origin: readonly Profile[]): readonly number[] {
  if (!profiles.every(hasTime)) return profiles.map((_, i) => i * ASSUMED_INTERVAL_MS);
  return profiles.map(({ timeNanos }) => Number(timeNanos - origin[0].timeNanos) / 1e6);
}
