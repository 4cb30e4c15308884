/** What grew, heap or goroutines, as findings: the line to blame, the series, the words. */
import { allocationWords, type Words } from "./report/allocation-advice.js";
import { blameIndex } from "../profile/allocation-blame.js";
import type { Finding } from "./diagnosis.js";
import type { StackFrame } from "../profile/named-stack.js";
import { goroutineWords } from "./report/goroutine-advice.js";
import type { GrownGoroutines } from "./growth/goroutine-growth.js";
import type { Shape } from "./growth/growth-judgement.js";
import type { Grown, HeapGrowth } from "./growth/growth.js";
import { namedStack } from "../profile/named-stack.js";
import type { StackSeries } from "../profile/stack-series.js";
import { growthOf } from "./growth/trend.js";

export function heapFindings(heap: HeapGrowth | undefined, grown: readonly Grown[]): readonly Finding[] {
  if (heap === undefined) return [];
  const found = grown.reduce((sum, { bytes }) => sum + growthOf(bytes), 0);
  const whole = Math.max(found, growthOf(heap.total));
  return grown.map((each): Finding => {
    const { kind, functionAt, bytes, objects } = each;
    const stack = namedStack(heap.stacks, each.frames);
    const blamed = functionAt ?? blameIndex(stack);
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

function heapWords(grown: Grown, callees: readonly StackFrame[], moreObjects: number): Words {
  const { cache, stackCount, bytes, objects, shape } = grown;
  const last = objects.length - 1;
  const average = objects[last] > 0 ? bytes[last] / objects[last] : 0;
  const words = allocationWords(
    callees.map((frame) => frame.function),
    average,
    moreObjects,
  );
  const spread = stackCount > 1 ? ` It is spread over ${stackCount} stacks; the one that grew most is shown.` : "";
  if (cache === undefined) return { ...words, explanation: words.explanation + spread + shapeWords(shape) };
  return {
    explanation:
      `The memory passes through ${cache.name}, ` +
      (cache.bounded
        ? "which has a limit: likely it is still filling up."
        : "whose entries expire: likely it is in heavy use.") +
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
