/** The arithmetic of live numbers: quantiles, counters that wrap, goals, goroutines that come and go. */
import { expect, test } from "vitest";
import { heapGoal, type Pacer } from "../../../src/core/live/heap-goal.js";
import { isCountOf, wrapped32 } from "../../../src/core/live/reading-checks.js";
import {
  BUCKETS,
  countsSince,
  lowerBound,
  quantilesOf,
  type TimeHistogram,
} from "../../../src/core/live/time-histogram.js";

function histogram(counted: Readonly<Record<number, number>>, underflow = 0, overflow = 0): TimeHistogram {
  const counts = new Float64Array(BUCKETS);
  for (const [bucket, count] of Object.entries(counted)) counts[Number(bucket)] = count;
  return { counts, underflow, overflow };
}

test("buckets begin where the runtime has them", () => {
  expect([0, 1, 3, 4, 5, 8, BUCKETS].map(lowerBound)).toEqual([0, 64, 192, 256, 320, 512, 2 ** 47]);
});

test("quantiles are never too small, and nothing has none", () => {
  expect(quantilesOf(histogram({ 4: 98, 8: 1, 12: 1 }))).toEqual({ p50: 320, p99: 640, max: 1280 });
  expect(quantilesOf(histogram({ 4: 1 }))).toEqual({ p50: 320, p99: 320, max: 320 });
  expect(quantilesOf(histogram({}, 1, 1))).toEqual({ p50: 0, p99: 2 ** 47, max: 2 ** 47 });
  expect(quantilesOf(histogram({}))).toEqual({ p50: null, p99: null, max: null });
});

test("what was counted since, and not of another program", () => {
  const since = countsSince(histogram({ 4: 2 }), histogram({ 4: 5, 7: 1 }));
  expect([since?.counts[4], since?.counts[7]]).toEqual([3, 1]);
  expect(countsSince(histogram({ 4: 2 }), histogram({ 4: 1 }))).toBeUndefined();
});

test("a counter of 32 bits starts anew", () => {
  expect([wrapped32(5, 7), wrapped32(2 ** 32 - 1, 1)]).toEqual([2, 2]);
  expect(wrapped32(7, 5)).toBe(2 ** 32 - 2);
});

const MB = 2 ** 20;
const pacer: Pacer = {
  gcPercentHeapGoal: 200 * MB,
  sweepDistMinTrigger: 0,
  triggered: 2 ** 64,
  memoryLimit: 2 ** 63,
  heapMarked: 100 * MB,
  heapFree: 10 * MB,
  totalAlloc: 500 * MB,
  totalFree: 380 * MB,
  mappedReady: 140 * MB,
};

test.each([
  ["by GOGC", {}, 200 * MB],
  ["none with GOGC=off", { gcPercentHeapGoal: 2 ** 64 }, undefined],
  ["a little above where a late collection began", { triggered: 210 * MB }, 210 * MB + 65_536],
  ["after what must be swept", { sweepDistMinTrigger: 205 * MB }, 205 * MB],
  ["below the memory limit", { memoryLimit: 160 * MB }, 150 * MB - Math.floor((150 * MB) / 100) * 3],
  ["what is marked, where the limit is too low", { memoryLimit: 8 * MB }, 100 * MB],
])("the goal is %s", (_, change, goal) => {
  expect(heapGoal({ ...pacer, ...change })).toBe(goal);
});

test("goroutines are as listed; while they come and go, about", () => {
  const listed = { own: 100, callers: 1 };
  expect(
    [
      [100, 100],
      [101, 101],
      [99, 99],
      [102, 102],
    ].map((counts) => isCountOf(listed, counts)),
  ).toEqual([...[true, true, false, false]]);
  expect(isCountOf(listed, [90, 98])).toBe(true);
  expect(isCountOf(listed, [50, 60])).toBe(false);
});
