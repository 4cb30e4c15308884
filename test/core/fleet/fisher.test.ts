import { expect, test } from "vitest";
import { binomialTail, fisherExact } from "../../../src/core/fleet/fisher.js";

// scipy.stats.fisher_exact, and by hand where it is a fraction.
test.each([
  [[5, 0, 0, 25], 1 / 142_506],
  [[3, 1, 1, 3], 34 / 70],
  [[8, 2, 1, 5], 0.034965],
  [[0, 5, 5, 0], 2 / 252],
  [[1, 1, 1, 1], 1],
])("%j has p %d", ([a, b, c, d], p) => expect(fisherExact(a, b, c, d)).toBeCloseTo(p, 5));

test("the tail of a binomial distribution", () => {
  expect(binomialTail(100, 0.01, 1)).toBeCloseTo(1 - 0.99 ** 100, 10);
  expect(binomialTail(2, 0.5, 2)).toBeCloseTo(0.25, 10);
  expect(binomialTail(10, 0.01, 0)).toBe(1);
});
