/**
 * The heap as a whole: does it grow although no stack and no goroutine explains it?
 *
 * What the runtime counts itself (HeapInuse, HeapAlloc after a collection) is exact, whatever the heap profile shows:
 * where sampling is off, coarse, or spread over many stacks, it is all that there is. A recorded series has the sum of
 * its profiles. Such growth is told as a suspicion without a place, and never as "no growth".
 */
import type { Finding, Note, SnapshotNumbers } from "./diagnosis.js";
import { amount } from "./report/diagnosis-text.js";
import { judgeExact } from "./growth/exact-growth.js";
import { judge, MIN_SNAPSHOTS, stepsUp, type Trend, TREND_Z } from "./growth/growth-judgement.js";
import type { HeapGrowth } from "./growth/growth.js";
import { driftSpread, slopeT } from "./growth/trend.js";

/** Growth below a fifth of the heap, or below this, comes and goes with load. */
const MIN_PART = 0.2;
const MIN_BYTES = 2 * 1024 * 1024;
/** From a third on what slows down is told of (less is a program that warms up), and what is only estimated. */
const LARGE_PART = 1 / 3;
/** The sum of all stacks drifts by chance as each of them does. */
const SURE_DZ = 3.3;
/** Load scatters around a trend, and drifts: the straight line through the numbers must be this clear. */
const CLEAR_SLOPE_T = 5;
/** One-sided 0.5%: two numbers are judged, of every program. */
const SURE_Z = 2.58;
/** What is found explains the growth when it makes this part of it. */
const EXPLAINED_PART = 0.5;
/** What one goroutine that never ends may keep alive beside its stack. */
const KEPT_BY_GOROUTINE = 64 * 1024;
/** One step of the whole heap is told of from here on. */
const STEP_BYTES = 16 * 1024 * 1024;

/** Why no place is known, and what shows it. */
export interface Unseen {
  readonly why: string;
  readonly todo: string;
}

export interface WholeHeap {
  readonly findings: readonly Finding[];
  readonly notes: readonly Note[];
}

interface Measure {
  readonly name: string;
  readonly sampleType: string;
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

/**
 * @param numbers of the snapshots of this life of the program
 * @param heap what was found in the heap profiles that were taken at `heapTimes`
 * @param found what is accused or explained already
 * @param outside bytes that the process grew outside its heap
 * @param unseen asked only where there is something to tell
 */
export function wholeHeap(
  numbers: readonly SnapshotNumbers[],
  heap: HeapGrowth | undefined,
  heapTimes: readonly number[],
  found: { readonly findings: readonly Finding[]; readonly explained: number; readonly outside: number },
  unseen: () => Unseen,
): WholeHeap {
  const exact = [
    measure(numbers, "The heap in use (runtime.MemStats.HeapInuse)", "bytes", ({ heapInuse }) => heapInuse),
    measure(numbers, "The live heap (runtime.MemStats.HeapAlloc)", "bytes", ({ heapAlloc }) => heapAlloc),
  ].filter((one) => one !== undefined);
  const told = exact.at(0) ?? sampledMeasure(heap, heapTimes);
  if (told === undefined) return NOTHING;
  const explained = found.explained + found.findings.reduce((sum, finding) => sum + explainedBy(finding), 0);
  // Both must grow: HeapAlloc alone is garbage of the moment, HeapInuse alone is fragmentation.
  const trends = exact.length > 0 ? exact.map(exactTrend) : [sampledTrend(told, heap)];
  const [trend] = trends;
  const growth = told.values[told.values.length - 1] - told.values[0];
  if (trend === undefined || trends.includes(undefined)) return { findings: [], notes: stepNote(told, heap) };
  if (explained >= EXPLAINED_PART * growth || found.outside > growth) return NOTHING;
  const { why, todo } = unseen();
  const rest = explained > 0 ? `, of which ${amount(Math.min(explained, growth), "bytes")} are explained` : "";
  const finding: Finding = {
    kind: "heap-growth",
    level: "suspect",
    function: WHOLE_HEAP,
    file: "",
    line: 0,
    stack: [],
    sampleType: told.sampleType,
    first: told.values[0],
    last: told.values[told.values.length - 1],
    slopePerMinute: trend.slopePerMinute,
    z: trend.z,
    dz: trend.dz,
    share: Math.max(0, Math.min(1, 1 - explained / growth)),
    series: told.values,
    explanation: `${told.name} grew by ${amount(growth, "bytes")}${rest}. ${why}`,
    advice: todo,
  };
  return { findings: [finding], notes: [] };
}

/** Named where no function is known. */
const WHOLE_HEAP = "the heap as a whole";
const NOTHING: WholeHeap = { findings: [], notes: [] };

function measure(
  numbers: readonly SnapshotNumbers[],
  name: string,
  sampleType: string,
  pick: (numbers: SnapshotNumbers) => number | undefined,
): Measure | undefined {
  const points = numbers.flatMap((at) => {
    const value = pick(at);
    return value === undefined ? [] : [{ atMs: at.atMs, value }];
  });
  if (points.length < MIN_SNAPSHOTS) return undefined;
  return { name, sampleType, timesMs: points.map(({ atMs }) => atMs), values: points.map(({ value }) => value) };
}

function sampledMeasure(heap: HeapGrowth | undefined, timesMs: readonly number[]): Measure | undefined {
  if (heap === undefined || timesMs.length < MIN_SNAPSHOTS) return undefined;
  return { name: "The heap, as sampled,", sampleType: "inuse_space", timesMs, values: Array.from(heap.total) };
}

function explainedBy({ kind, first, last }: Finding): number {
  return Math.max(0, last - first) * (kind === "goroutine" ? KEPT_BY_GOROUTINE : 1);
}

function exactTrend({ timesMs, values }: Measure): Trend | undefined {
  const first = values[0];
  const trend = judgeExact(timesMs, { values }, Math.max(MIN_BYTES, MIN_PART * first), SURE_Z);
  if (trend === undefined || slopeT(timesMs, values) < CLEAR_SLOPE_T) return undefined;
  return trend.shape === "slowing" && values[values.length - 1] < (1 + LARGE_PART) * first ? undefined : trend;
}

/** The sum of a profile is an estimate: it must grow beyond what sampling explains. */
function sampledTrend({ timesMs, values }: Measure, heap: HeapGrowth | undefined): Trend | undefined {
  if (heap === undefined) return undefined;
  const guard = { trendZ: SURE_Z * driftSpread(timesMs), dz: SURE_Z, rankZ: TREND_Z };
  const noise = { values, variances: heap.totalNoise, growthVariance: heap.growthNoise };
  const trend = judge(timesMs, values, noise, Math.max(MIN_BYTES, LARGE_PART * values[0]), guard);
  if (trend === undefined || trend.dz < SURE_DZ || slopeT(timesMs, values) < CLEAR_SLOPE_T) return undefined;
  return trend;
}

/** One step is no trend; where a stack shows it, its note tells more. */
function stepNote({ name, values }: Measure, heap: HeapGrowth | undefined): readonly Note[] {
  const [first, last] = [values[0], values[values.length - 1]];
  if ((heap?.stepped.length ?? 0) > 0 || !stepsUp(values, Math.max(STEP_BYTES, MIN_PART * first), 1)) return [];
  return [
    {
      code: "heap-stepped",
      message: `${name} rose in one step, from ${amount(first, "bytes")} to ${amount(last, "bytes")}, and no stack shows it: a large allocation, a memory map or a table that was loaded. One step is no trend: sample for several times as long to see whether it goes on.`,
    },
  ];
}
