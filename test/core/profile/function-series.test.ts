import { expect, test } from "vitest";
import { framesOf } from "../../../src/core/profile/frames.js";
import { functionSeries, growthIn } from "../../../src/core/profile/function-series.js";
import { costsOf } from "../../../src/core/views/report.js";
import { weightsOf } from "../../../src/core/profile/weights.js";
import { profileOf } from "../../support/folded.js";

test("meets functions by name over profiles whose indexes differ", () => {
  const profiles = ["main;a 1\nmain;b 5", "main;b 4\nmain;new 2", "main;a 3\nmain;b 4"].map((one) => profileOf(one));
  const frames = profiles.map((profile) => framesOf(profile, "function"));
  const cums = profiles.map((profile, i) => costsOf(profile, frames[i], weightsOf(profile, 0)).cum);
  const series = functionSeries(frames, cums);
  const rows = series.names.map((name, row) => [
    name,
    ...series.values.subarray(row * 3, row * 3 + 3),
    growthIn(series, row),
  ]);
  expect(rows.sort()).toEqual([
    ["a", 1, 0, 3, 2],
    ["b", 5, 4, 4, -1],
    ["main", 6, 6, 7, 1],
    ["new", 0, 2, 0, 0],
  ]);
});
