/** Lines of live charts: dashed across gaps, dots where a value stands alone, no peak lost where rows outnumber pixels. */
import { expect, test } from "vitest";
import { LiveHistory } from "../../../src/core/live/live-history.js";
import { HEAT_ROWS } from "../../../src/core/live/live-row.js";
import { linePaths } from "../../../webview/live/line-path.js";
import { heatRow, roundAbove, rowBeginNs } from "../../../webview/live/scales.js";

const NONE = new Uint32Array(HEAT_ROWS);

/** Values, one a second; undefined is not known, and `|` before a value is a gap. */
function drawn(values: readonly (number | string | undefined)[], pixelsPerRow = 10) {
  const history = new LiveHistory([{ id: "a", name: "a", unit: "count", chart: "a" }], 1_000);
  values.forEach((value, i) =>
    history.add({
      axisMs: i,
      atMs: i,
      hasGap: typeof value === "string",
      values: Float64Array.of(value === undefined ? NaN : Number(String(value).replace("|", ""))),
      heats: { pauses: NONE, latencies: NONE },
    }),
  );
  const scale = { x: (axisMs: number) => axisMs * pixelsPerRow, y: (value: number) => value };
  return linePaths(history, 0, { first: 0, last: history.length - 1 }, scale);
}

test.each([
  [[1, 2, 3], "M0 1L10 2L20 3", ""],
  [[1, "|2", 3], "M0 1h.01M10 2L20 3", "M0 1L10 2"],
  [[1, undefined, 3], "M0 1h.01M20 3h.01", ""],
  [[undefined, 5, undefined], "M10 5h.01", ""],
  [["|1", 2], "M0 1L10 2", ""],
  [[undefined, undefined], "", ""],
])("%j", (values, solid, dashed) => {
  expect(drawn(values)).toEqual({ solid, dashed });
});

test("of the rows of one pixel the least, the greatest and the last are drawn", () => {
  const values = Array.from({ length: 100 }, (_, i) => (i === 37 ? 900 : i === 40 ? -3 : 1));
  const { solid } = drawn(values, 0.01);
  expect(solid).toContain(" 900");
  expect(solid).toContain(" -3");
  expect(solid.length).toBeLessThan(100);
});

test("scales end at round numbers", () => {
  expect([0, 1, 37, 100, 101].map((value) => roundAbove(value, "count"))).toEqual([1, 1, 40, 100, 125]);
  expect(roundAbove(97 * 2 ** 20, "bytes")).toBe(112 * 2 ** 20);
  expect(roundAbove(2.6, "percent")).toBe(2.75);
});

test("a duration lies in the row that counts it", () => {
  for (let row = 0; row < HEAT_ROWS - 1; row++) {
    expect(heatRow(rowBeginNs(row))).toBeCloseTo(row, 9);
    expect(Math.floor(heatRow(rowBeginNs(row + 1) * 0.999))).toBe(row);
  }
});
