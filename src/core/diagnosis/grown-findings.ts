/** What grew, heap or goroutines, as findings: the line to blame, the series, the words. */
import { allocationWords, type Words } from "./report/allocation-advice.js";
import { blameIndex } from "../profile/allocation-blame.js";
import type { Finding } from "./diagnosis.js";
import { goroutineWords } from "./report/goroutine-advice.js";
import type { GrownGoroutines } from "./growth/goroutine-growth.js";
import { amount } from "./report/diagnosis-text.js";
import { MAX_DZ, type Shape } from "./growth/growth-judgement.js";
import type { Grown, HeapGrowth } from "./growth/growth.js";
import { namedStack, type StackFrame } from "../profile/named-stack.js";
import type { SeriesFrame, StackSeries } from "../profile/stack-series.js";
import { growthOf } from "./growth/trend.js";
import { thousands } from "../text/format.js";

export function heapFindings(heap: HeapGrowth | undefined, grown: readonly Grown[]): readonly Finding[] {
  if (heap === undefined) return [];
  const found = grown.reduce((sum, { bytes }) => sum + growthOf(bytes), 0);
  const whole = Math.max(found, growthOf(heap.total));
  return onePerLine(heap, grown).map((each): Finding => {
    const { kind, bytes, objects } = each;
    const stack = namedStack(heap.stacks, each.frames);
    const blamed = blamedOf(heap, each);
    return {
      kind,
      ...numbersOfTrend(each),
      ...stack[blamed],
      stack,
      sampleType: "inuse_space",
      share: share(growthOf(bytes), whole),
      first: bytes[0],
      last: bytes[bytes.length - 1],
      series: Array.from(bytes),
      ...heapWords(each, stack.slice(0, blamed + 1), growthOf(objects)),
    };
  });
}

function blamedOf({ stacks }: HeapGrowth, { functionAt, frames }: Grown): number {
  return functionAt ?? blameIndex(namedStack(stacks, frames));
}

/** Several stacks that are blamed on the same line are one growth, at the stack that grew most. */
function onePerLine(heap: HeapGrowth, grown: readonly Grown[]): readonly Grown[] {
  const lines = new Map<SeriesFrame, Grown[]>();
  for (const each of grown) {
    const frame = each.frames[blamedOf(heap, each)];
    const members = lines.get(frame);
    if (members === undefined) lines.set(frame, [each]);
    else members.push(each);
  }
  return [...lines].map(([frame, members]): Grown => {
    if (members.length === 1) return members[0];
    const [largest] = members.toSorted((a, b) => growthOf(b.bytes) - growthOf(a.bytes));
    const [surest] = members.toSorted((a, b) => Number(b.level === "confirmed") - Number(a.level === "confirmed"));
    return {
      ...largest,
      kind: "heap-function",
      functionAt: largest.frames.indexOf(frame),
      level: surest.level,
      slopePerMinute: members.reduce((sum, { slopePerMinute }) => sum + slopePerMinute, 0),
      bytes: sumOf(members.map(({ bytes }) => bytes)),
      objects: sumOf(members.map(({ objects }) => objects)),
      stackCount: members.reduce((sum, { stackCount }) => sum + stackCount, 0),
    };
  });
}

function sumOf(series: readonly Float64Array[]): Float64Array {
  return series.reduce((sum, each) => sum.map((value, at) => value + each[at]), new Float64Array(series[0].length));
}

/** Below this many times the objects of before it is their size that grew, not their number. */
const MAX_ARRAYS_RATIO = 1.5;

function heapWords(grown: Grown, callees: readonly StackFrame[], moreObjects: number): Words {
  const { cache, stackCount, bytes, objects, shape, dz } = grown;
  const last = objects.length - 1;
  const average = objects[last] > 0 ? bytes[last] / objects[last] : 0;
  const isArray = dz >= MAX_DZ && objects[last] < MAX_ARRAYS_RATIO * Math.max(1, objects[0]);
  const words = allocationWords(
    callees.map((frame) => frame.function),
    average,
    isArray ? 0 : moreObjects,
  );
  const spread = stackCount > 1 ? ` It is spread over ${stackCount} stacks; the one that grew most is shown.` : "";
  if (cache === undefined && isArray) {
    const count = Math.max(1, Math.round(objects[last]));
    const what = count === 1 ? "It is one object" : `They are ${thousands(count)} objects`;
    const array = ` ${what} of ${amount(bytes[last] / count, "bytes")}: what is full is copied into a larger one, as append, a bytes.Buffer and a map do.`;
    return {
      explanation: words.explanation + array + spread,
      advice:
        "Look at what is added at this line: remove what is done with, limit how much is kept, or reset and reuse it.",
    };
  }
  if (cache === undefined) return { ...words, explanation: words.explanation + spread + shapeWords(shape) };
  return {
    explanation:
      `The memory passes through ${cache.name}, ` +
      (cache.bounded
        ? "which has a limit: likely it is still filling up."
        : "whose entries expire, or which has a limit only where one was set: see how it is made.") +
      spread +
      shapeWords(shape),
    advice: "Sample again later: a cache levels off. If it does not, look at its limit and at what it keeps.",
  };
}

export function goroutineFindings(
  stacks: StackSeries | undefined,
  total: Float64Array | undefined,
  grown: readonly GrownGoroutines[],
): readonly Finding[] {
  if (stacks === undefined || total === undefined) return [];
  const found = grown.reduce((sum, { counts }) => sum + growthOf(counts), 0);
  const whole = Math.max(found, growthOf(total));
  return grown.map((each): Finding => {
    const stack = namedStack(stacks, each.frames);
    const callees = stack.slice(0, each.blamed + 1).map((frame) => frame.function);
    const words = goroutineWords(each.waitsIn === undefined ? callees : [each.waitsIn, ...callees]);
    return {
      kind: "goroutine",
      ...numbersOfTrend(each),
      ...stack[each.blamed],
      stack,
      sampleType: "goroutine",
      share: share(growthOf(each.counts), whole),
      first: each.counts[0],
      last: each.counts[each.counts.length - 1],
      series: Array.from(each.counts),
      explanation: words.explanation + shapeWords(each.shape),
      advice: words.advice,
    };
  });
}

const numbersOfTrend = ({ level, slopePerMinute, z, dz }: Grown | GrownGoroutines) => ({
  level,
  slopePerMinute,
  z,
  dz,
});

function shapeWords(shape: Shape): string {
  if (shape === "mostly-one-step") return " It rose mostly in one step.";
  if (shape === "doubling")
    return " It rose in steps with longer and longer silences between, as a map or slice does that only grows.";
  return shape === "slowing" ? " It has been slowing down." : "";
}

const share = (part: number, whole: number): number => (whole > 0 ? Math.max(0, Math.min(1, part / whole)) : 0);
