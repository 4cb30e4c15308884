import { expect, test } from "vitest";
import {
  driftSpread,
  mannKendallZ,
  median,
  normalQuantile,
  overdispersion,
  poissonDz,
  leanZ,
  theilSenSlope,
} from "../../../../src/core/diagnosis/growth/trend.js";

const steps = (n: number) => Array.from({ length: n }, (_, i) => i);

test.each([
  [[1, 2, 3, 4], 1],
  [[4, 3, 2, 1], -1],
  [[5, 5, 5], 0],
  [[1, 2, 3, 4, 100], 1], // an outlier does not bend it
  [[7], 0],
  [[], 0],
])("the slope of %j is %d", (values, slope) => expect(theilSenSlope(steps(values.length), values)).toBe(slope));

test("the slope minds irregular times, and leaves out pairs at the same time", () => {
  expect(theilSenSlope([0, 1, 10, 10], [0, 2, 20, 20])).toBe(2);
});

// Variances by hand: n(n-1)(2n+5)/18, less t(t-1)(2t+5)/18 for each group of t ties.
test.each([
  [[1, 2, 3, 4], 5 / Math.sqrt(156 / 18)],
  [[1, 2, 3, 4, 5], 9 / Math.sqrt(300 / 18)],
  [[5, 4, 3, 2, 1], -9 / Math.sqrt(300 / 18)],
  [[1, 1, 2, 2, 3], 7 / Math.sqrt((300 - 18 - 18) / 18)],
  [[1, 2, 3, 4, 5, 6, 7, 8], 27 / Math.sqrt(1176 / 18)],
  [[1, 3, 2, 4, 5, 6, 7, 8], 25 / Math.sqrt(1176 / 18)],
  [[2, 2, 2, 2], 0],
  [[], 0],
])("Mann-Kendall z of %j is %d", (values, z) => expect(mannKendallZ(values)).toBeCloseTo(z, 12));

test("no order of four values reaches 1.96, the best of five does", () => {
  expect(mannKendallZ([1, 2, 3, 4])).toBeLessThan(1.96);
  expect(mannKendallZ([1, 2, 3, 4, 5])).toBeGreaterThan(1.96);
});

test.each([
  [0, 4, 2],
  [0, 9, 3],
  [50, 50, 0],
  [8, 1, -7 / 3],
  [0, 0, 0],
])("%d samples, then %d: dz %d", (first, last, dz) => expect(poissonDz(first, last)).toBe(dz));

test("the trend of counts is their lean over its spread for one mean", () => {
  expect(leanZ([0, 1, 2], [1, 2, 3])).toBeCloseTo(2 / Math.sqrt(2 * 2), 12);
  expect(leanZ([0, 1, 2], [3, 3, 3])).toBe(0);
  expect(leanZ([0, 1, 2], [0, 0, 0])).toBe(0);
});

test("counts on a line have no overdispersion, counts that follow load do", () => {
  expect(overdispersion(steps(8), [10, 12, 14, 16, 18, 20, 22, 24])).toBe(1);
  expect(overdispersion(steps(8), [100, 200, 100, 200, 100, 200, 100, 200])).toBeGreaterThan(10);
});

test("the more snapshots, the further slow replacement can drift", () => {
  const spread = [5, 8, 20, 60].map((n) => driftSpread(steps(n)));
  expect(spread).toEqual([...spread].sort((a, b) => a - b));
  expect(spread[0]).toBeGreaterThanOrEqual(1);
  expect(driftSpread([5, 5, 5])).toBe(1);
});

test.each([
  [0.5, 0],
  [0.975, 1.96],
  [0.99, 2.326],
  [0.9999, 3.719],
])("a normal variable stays below its %d quantile %d", (p, quantile) =>
  expect(normalQuantile(p)).toBeCloseTo(quantile, 2),
);

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[], 0],
])("the median of %j is %d", (values, middle) => expect(median(values)).toBe(middle));
