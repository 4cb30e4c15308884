import { expect, test } from "vitest";
import { lifeOf, livesOf, sendsTotals } from "../../../src/core/fleet/lives.js";

const series = (text: string) => Float64Array.from(text.split(" "), (word) => (word === "-" ? NaN : Number(word)));

test("a fall to less than a half is a new life, a gap is not", () => {
  expect(livesOf(series("10 12 - 13 5 6 7"))).toEqual([
    { from: 0, to: 3 },
    { from: 4, to: 6 },
  ]);
});

test("where totals are sent, their fall tells a restart that live bytes do not show", () => {
  const live = series("10 11 10 9 10 11 10 11");
  expect(livesOf(live, series("50 90 130 20 60 100 140 180"))).toEqual([
    { from: 0, to: 2 },
    { from: 3, to: 7 },
  ]);
  expect(livesOf(live, series("50 40 60 20 60 30 70 20"))).toEqual([{ from: 0, to: 7 }]);
});

test("totals and deltas are told apart", () => {
  expect(sendsTotals(series("1 2 3 4 5 1 2 3"))).toBe(true);
  expect(sendsTotals(series("5 3 5 2 6 1"))).toBe(false);
  expect(sendsTotals(series("1 2 - -"))).toBeUndefined();
});

test("the last life that is long enough is judged", () => {
  expect(lifeOf(series("9 9 9 9 9 9 1 1 1 1 1"))).toEqual({ from: 6, to: 10 });
  expect(lifeOf(series("9 9 9 9 9 9 1 1"))).toEqual({ from: 0, to: 5 });
  expect(lifeOf(series("- - -"))).toBeUndefined();
});
