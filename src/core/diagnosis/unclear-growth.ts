/**
 * Signs of growth that are too small, or too short, for a finding: then the answer is "cannot tell yet", and never "no
 * growth". The heap's own numbers, which are exact, or the sum of the profiles, rise in a line, though by less than load
 * may; or resident memory does, and the heap does not explain it.
 */
import type { Note, SnapshotNumbers } from "./diagnosis.js";
import { growthOutsideHeap } from "./outside-heap.js";
import { amount } from "./report/diagnosis-text.js";
import { MIN_SNAPSHOTS, shapeOf, TREND_Z } from "./growth/growth-judgement.js";
import type { HeapGrowth } from "./growth/growth.js";
import { growthOf, mannKendallZ, slopeT } from "./growth/trend.js";
import { candidates } from "./unseen-growth.js";

/** A line through the values must stand out of their scatter this clearly. */
const CLEAR_T = 4;
/** Growth of the heap's own numbers below this, or below this part, is no sign. */
const SIGN_BYTES = 256 * 1024;
const SIGN_PART = 0.05;
/** The sum of the profiles is an estimate: it must grow by more than one sample can make, and beyond their noise. */
const SAMPLED_BYTES = 1024 * 1024;
const SAMPLED_PART = 0.15;
const SAMPLED_DZ = 2.5;
/** Resident memory moves by some pages without a reason. */
const RESIDENT = { bytes: 2 * 1024 * 1024, part: 0.05 };

/** Asked where nothing was found, and nothing outside the heap. `numbers` are those of the snapshots that were judged. */
export function unclearGrowth(
  numbers: readonly SnapshotNumbers[],
  heap: HeapGrowth | undefined,
  heapTimes: readonly number[],
): Note | undefined {
  const exact = heapSign(numbers) ?? residentSign(numbers);
  // Where recording began late, or where the program's own numbers are there, the profiles' sum tells nothing new.
  const isLate = numbers.some(({ recordedLate }) => recordedLate === true);
  const hasOwn = seriesOf(numbers, ({ heapInuse, heapAlloc }) => heapInuse ?? heapAlloc) !== undefined;
  const sign = exact ?? (isLate || hasOwn ? undefined : sampledSign(heap, heapTimes));
  if (sign === undefined) return undefined;
  const most = heap === undefined ? "" : candidates(heap);
  return {
    code: "cannot-tell-yet",
    message: `${sign}, steadily, and by too little to tell a leak from a program that warms up.${most} Sample for several times as long, or with --adaptive.`,
  };
}

function heapSign(numbers: readonly SnapshotNumbers[]): string | undefined {
  const rising = [
    seriesOf(numbers, ({ heapInuse }) => heapInuse),
    seriesOf(numbers, ({ heapAlloc }) => heapAlloc),
  ].filter((series) => series !== undefined);
  const [told] = rising;
  if (told === undefined || !rising.every((series) => rises(series, SIGN_BYTES, SIGN_PART))) return undefined;
  return roseBy("The heap in use", told.values);
}

function sampledSign(heap: HeapGrowth | undefined, timesMs: readonly number[]): string | undefined {
  if (heap === undefined || timesMs.length < MIN_SNAPSHOTS) return undefined;
  const values = Array.from(heap.total);
  const growth = growthOf(heap.total) - Math.max(0, heap.profilersOwn) - Math.max(0, heap.descriptors);
  if (growth < SAMPLED_DZ * Math.sqrt(heap.growthNoise) || growth < SAMPLED_BYTES) return undefined;
  if (!rises({ timesMs, values }, SAMPLED_BYTES, SAMPLED_PART)) return undefined;
  return roseBy("The heap, as sampled, ", values);
}

function residentSign(numbers: readonly SnapshotNumbers[]): string | undefined {
  const outside = growthOutsideHeap(numbers, RESIDENT);
  const series = seriesOf(numbers, ({ rss }) => rss);
  if (outside?.of !== "rss" || series === undefined || !rises(series, RESIDENT.bytes, RESIDENT.part)) return undefined;
  return `${roseBy("Resident memory", series.values)}, most of it beyond the heap`;
}

interface Series {
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

function seriesOf(
  numbers: readonly SnapshotNumbers[],
  pick: (at: SnapshotNumbers) => number | undefined,
): Series | undefined {
  const points = numbers.filter((at) => pick(at) !== undefined);
  if (points.length < MIN_SNAPSHOTS) return undefined;
  return { timesMs: points.map(({ atMs }) => atMs), values: points.map((at) => pick(at) ?? 0) };
}

/** What slows down, or came in one step, is no sign of more to come. */
function rises({ timesMs, values }: Series, leastBytes: number, leastPart: number): boolean {
  const growth = growthOf(Float64Array.from(values));
  if (growth < Math.max(leastBytes, leastPart * values[0])) return false;
  if (mannKendallZ(values) < TREND_Z || slopeT(timesMs, values) < CLEAR_T) return false;
  const shape = shapeOf(timesMs, values);
  return shape === "steady" || shape === "mostly-one-step";
}

function roseBy(what: string, values: readonly number[]): string {
  return `${what.trimEnd()} rose from ${amount(values[0], "bytes")} to ${amount(values[values.length - 1], "bytes")}`;
}
