/**
 * Which goroutines accumulate: counts per place over snapshots of the goroutine profile.
 *
 * Goroutines are grouped by what they wait in, from the leaf up to the first user frame: the blocked line. Where they
 * were called from does not matter, a leak reached by two callers is one leak.
 *
 * Counts are exact, there is no sampling noise, but there is load: how many requests are under way differs from
 * snapshot to snapshot about as a Poisson count does. Hence two ways to be suspected: more growth than load explains
 * (dz >= 2), or a count that never falls, as leaked goroutines never end. 5 goroutines more are the least to tell of,
 * 10 the least to be sure; confirmed are dz >= 3, or a count that never falls and rises in at least 4 steps.
 */
import { blameIndex, isStandard } from "../../profile/allocation-blame.js";
import { CONFIRMED_DZ, MIN_SNAPSHOTS, shapeOf, SUSPECT_DZ, type Trend, TREND_Z } from "./growth-judgement.js";
import type { Profile } from "../../profile/profile.js";
import {
  type SeriesFrame,
  stackFrames,
  type StackIndex,
  type StackSeries,
  stackSeries,
} from "../../profile/stack-series.js";
import { mannKendallZ, poissonDz, theilSenSlope } from "./trend.js";

export interface GoroutineGrowth {
  readonly total: Float64Array;
  readonly grown: readonly GrownGoroutines[];
  readonly stacks: StackSeries;
}

export interface GrownGoroutines extends Trend {
  /** Leaf first: the stack of the group that most goroutines have. */
  readonly frames: readonly SeriesFrame[];
  /** Index into `frames` of the blocked line. */
  readonly blamed: number;
  readonly counts: Float64Array;
  /** The runtime function that waits like that, where only the state tells (dumps leave the runtime's frames out). */
  readonly waitsIn: string | undefined;
}

const MIN_GROWTH = 5;
const SURE_GROWTH = 10;
const SURE_RISES = 4;
const MS_PER_MINUTE = 60_000;

/** Functions of the goroutine that takes the profile, which is there in every snapshot. */
const TAKING_THE_PROFILE = /^runtime\/pprof\.(?:writeGoroutine|runtime_goroutineProfile|writeRuntimeProfile)/;

export function goroutineGrowth(profiles: readonly Profile[], timesMs: readonly number[]): GoroutineGrowth {
  const stacks = stackSeries(profiles, (profile) => [...measureGoroutines(profile), ...measureStates(profile)]);
  const { length, stackCount, values } = stacks;
  const total = new Float64Array(length);
  const groups = new Map<string, { counts: Float64Array; most: number; mostCount: number }>();
  for (let stack = 0; stack < stackCount; stack++) {
    const counts = values[0].subarray(stack * length, (stack + 1) * length);
    for (let at = 0; at < length; at++) total[at] += counts[at];
    const key = waitOf(stacks, stackFrames(stacks, stack));
    if (key === undefined) continue;
    let group = groups.get(key);
    if (group === undefined)
      groups.set(key, (group = { counts: new Float64Array(length), most: stack, mostCount: -1 }));
    for (let at = 0; at < length; at++) group.counts[at] += counts[at];
    if (counts[length - 1] > group.mostCount) {
      group.most = stack;
      group.mostCount = counts[length - 1];
    }
  }
  const grown: GrownGoroutines[] = [];
  for (const { counts, most } of groups.values()) {
    const trend = judgeCounts(timesMs, counts);
    if (trend === undefined) continue;
    const frames = stackFrames(stacks, most);
    const level = isIdleServerConnection(stacks, frames) ? "suspect" : trend.level;
    grown.push({ ...trend, level, frames, blamed: blamedOf(stacks, frames), counts, waitsIn: waitsIn(stacks, most) });
  }
  return { total, grown, stacks };
}

/** Goroutines per sample: the one value that goroutine profiles have. */
export function measureGoroutines(profile: Profile): readonly Float64Array[] {
  const { count, values } = profile.samples;
  const width = profile.sampleTypes.length;
  return [Float64Array.from({ length: count }, (_, i) => values[i * width])];
}

/** What the state of a goroutine in a dump says about where in the runtime it waits. */
const STATES: readonly (readonly [state: string, waitsIn: string])[] = [
  ["chan send", "runtime.chansend1"],
  ["chan receive", "runtime.chanrecv1"],
  ["select", "runtime.selectgo"],
  ["sleep", "time.Sleep"],
  ["sync.WaitGroup.Wait", "sync.(*WaitGroup).Wait"],
  ["sync.Mutex.Lock", "sync.(*Mutex).Lock"],
  ["sync.RWMutex", "sync.(*RWMutex).Lock"],
  ["sync.Cond.Wait", "sync.(*Cond).Wait"],
  ["IO wait", "internal/poll.runtime_pollWait"],
  ["syscall", "syscall.Syscall"],
];

/** Goroutines per sample and state, for dumps; their samples have the state as a label. */
function measureStates(profile: Profile): readonly Float64Array[] {
  if (profile.format !== "goroutine-dump") return [];
  const { samples, sampleTypes, strings } = profile;
  const columns = STATES.map(() => new Float64Array(samples.count));
  for (let sample = 0; sample < samples.count; sample++) {
    for (let label = samples.labelStart[sample]; label < samples.labelStart[sample + 1]; label++) {
      if (strings.at(samples.labels.key[label]) !== "state") continue;
      const state = strings.at(samples.labels.string[label]);
      const column = STATES.findIndex(([start]) => state.startsWith(start));
      if (column >= 0) columns[column][sample] = samples.values[sample * sampleTypes.length];
    }
  }
  return columns;
}

function waitsIn({ values, length }: StackSeries, stack: StackIndex): string | undefined {
  let most = 0;
  let found: string | undefined;
  for (const [i, [, name]] of STATES.entries()) {
    const count = values[i + 1]?.[(stack + 1) * length - 1] ?? 0;
    if (count > most) {
      most = count;
      found = name;
    }
  }
  return found;
}

export function isGoroutineProfile(profile: Profile): boolean {
  return (
    profile.format === "legacy-goroutine" ||
    profile.format === "goroutine-dump" ||
    // Read from a paused program it has a second type: how long they wait.
    (profile.sampleTypes.length > 0 && /^goroutines?$/.test(profile.sampleTypes[0].type))
  );
}

function judgeCounts(timesMs: readonly number[], counts: Float64Array): Trend | undefined {
  const n = counts.length;
  const growth = counts[n - 1] - counts[0];
  if (n < MIN_SNAPSHOTS || growth < MIN_GROWTH) return undefined;
  let rises = 0;
  let falls = 0;
  for (let i = 1; i < n; i++) {
    if (counts[i] > counts[i - 1]) rises++;
    if (counts[i] < counts[i - 1]) falls++;
  }
  const dz = poissonDz(counts[0], counts[n - 1]);
  if (dz < SUSPECT_DZ && (falls > 0 || rises < SURE_RISES)) return undefined;
  const z = mannKendallZ(counts);
  if (z < TREND_Z) return undefined;
  const shape = shapeOf(timesMs, counts);
  if (shape === "stalled" || shape === "one-step") return undefined;
  const sure = growth >= SURE_GROWTH && (dz >= CONFIRMED_DZ || (falls === 0 && rises >= SURE_RISES));
  return {
    level: sure && shape === "steady" ? "confirmed" : "suspect",
    shape,
    z,
    dz,
    slopePerMinute: theilSenSlope(timesMs, counts) * MS_PER_MINUTE,
  };
}

/** Connections that wait for their next request: how many there are is decided by the clients that keep them open. */
function isIdleServerConnection({ functionName, frameFunction }: StackSeries, frames: readonly SeriesFrame[]): boolean {
  const [caller, callee] = frames.slice(-2).reverse();
  return (
    functionName[frameFunction[caller]] === "net/http.(*conn).serve" &&
    functionName[frameFunction[callee]] === "bufio.(*Reader).Peek"
  );
}

/** What a group has in common: its frames from the leaf to the blocked line; undefined for the profiler's goroutine. */
function waitOf(stacks: StackSeries, frames: readonly SeriesFrame[]): string | undefined {
  const { functionName, frameFunction } = stacks;
  if (frames.some((frame) => TAKING_THE_PROFILE.test(functionName[frameFunction[frame]]))) return undefined;
  return frames.slice(0, blamedOf(stacks, frames) + 1).join();
}

/** The first frame that is not the standard library's; of a stack of the standard library alone, its entry. */
function blamedOf(stacks: StackSeries, frames: readonly SeriesFrame[]): number {
  const { functionName, frameFunction, frameFile } = stacks;
  const named = frames.map((frame) => ({ function: functionName[frameFunction[frame]], file: frameFile[frame] }));
  return named.every((frame) => isStandard(frame.function)) ? named.length - 1 : blameIndex(named);
}
