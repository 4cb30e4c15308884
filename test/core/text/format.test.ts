import { expect, test } from "vitest";
import { formatPercent, formatValue, unitRatio } from "../../../src/core/text/format.js";

test.each([
  [0, "bytes", "0"],
  [1, "bytes", "1B"],
  [1536, "bytes", "1.50kB"],
  [5 * 2 ** 30, "bytes", "5GB"],
  [-2048, "bytes", "-2kB"],
  [12, "kilobytes", "12kB"],
  [999, "nanoseconds", "999ns"],
  [1.5e9, "nanoseconds", "1.50s"],
  [90, "minutes", "90minutes"],
  [7.2e12, "nanoseconds", "2hrs"],
  [42, "count", "42"],
  [0.5, "nanoseconds", "0.50ns"],
])("%d %s is %s", (value, unit, text) => expect(formatValue(value, unit)).toBe(text));

test.each([
  [1, 3, "33.33%"],
  [1, 1, "100%"],
  [9999, 10000, "100%"],
  [1, 1000, "0.1%"],
  [1, 1e6, "0.0001%"],
  [-1, 4, "25.00%"],
  [1, 0, "0%"],
])("%d of %d is %s", (value, total, text) => expect(formatPercent(value, total)).toBe(text));

test.each([
  ["ms", "nanoseconds", 1e6],
  ["bytes", "MB", 2 ** -20],
  ["count", "count", 1],
  ["bytes", "seconds", undefined],
  ["count", "bytes", undefined],
])("one of %s in %s is %s", (from, to, ratio) => expect(unitRatio(from, to)).toBe(ratio));
