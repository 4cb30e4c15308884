import { describe, expect, test } from "vitest";
import { baseWeights, ownWeights, subtract } from "../../../src/core/profile/diff.js";
import { foldedStacks } from "../../../src/core/views/export-folded.js";
import { framesOf, stacksOf } from "../../../src/core/profile/frames.js";
import type { Profile } from "../../../src/core/profile/profile.js";
import { costsOf, ranked } from "../../../src/core/views/report.js";
import { weightsOf } from "../../../src/core/profile/weights.js";
import { profileOf } from "../../support/folded.js";

const plain = { normalize: false };

function folded(profile: Profile, sampleType = 0): string[] {
  const frames = framesOf(profile, "function");
  return [...foldedStacks(frames, stacksOf(profile, frames), weightsOf(profile, sampleType))]
    .join("")
    .split("\n")
    .slice(0, -1);
}

test("subtracts stack by stack; what did not change is gone", () =>
  expect(
    folded(
      subtract(profileOf("main;a 5\nmain;b 2\nmain;c 1"), profileOf("main;b 2\nmain;a 1\nmain;d 3"), plain).profile,
    ),
  ).toEqual(["main;a 4", "main;c 1", "main;d -3"]));

test("a profile minus itself is nothing", () => {
  const profile = profileOf("main;a 5\nmain;a>b 2");
  const difference = subtract(profile, profile, plain);
  expect([folded(difference.profile), difference.total(0, "difference")]).toEqual([[], 0]);
});

test("tells both sides of each row", () => {
  const difference = subtract(profileOf("main;a 5\nmain;b 2"), profileOf("main;a 1\nmain;d 3"), plain);
  const frames = framesOf(difference.profile, "function");
  const weights = weightsOf(difference.profile, 0);
  const [delta, own, base] = [weights, ownWeights(difference, weights), baseWeights(difference, weights)].map((of) =>
    costsOf(difference.profile, frames, of),
  );
  const rows = ranked(frames, delta, "flat").map(
    (f) => `${frames.name[f]} ${delta.cum[f]} = ${own.cum[f]} - ${base.cum[f]}`,
  );
  expect(rows).toEqual(["a 4 = 5 - 1", "d -3 = 0 - 3", "b 2 = 2 - 0", "main 3 = 7 - 4"]);
});

describe("percentages refer to", () => {
  const difference = subtract(profileOf("main;a 5\nmain;b 2"), profileOf("main;a 1\nmain;d 3"), plain);
  test("all changes, whatever their sign", () => expect(difference.total(0, "difference")).toBe(9));
  test("the base", () => expect(difference.total(0, "base")).toBe(4));
});

test("normalised, both sides weigh the same and only the shape differs", () =>
  expect(
    folded(subtract(profileOf("main;a 30\nmain;b 10"), profileOf("main;a 1\nmain;b 3"), { normalize: true }).profile),
  ).toEqual(["main;a 2", "main;b -2"]));

test("keeps the sample types that both have, in the finer unit", () => {
  const types = (...of: string[]) => ({
    sampleTypes: of.map((text) => ({ type: text.split("/")[0], unit: text.split("/")[1] })),
  });
  const { profile } = subtract(
    profileOf("main 1 5 2", types("samples/count", "delay/milliseconds", "extra/count")),
    profileOf("main 1500000 1", types("delay/nanoseconds", "samples/count")),
    plain,
  );
  expect(profile.sampleTypes).toEqual([
    { type: "samples", unit: "count" },
    { type: "delay", unit: "nanoseconds" },
  ]);
  expect([folded(profile, 0), folded(profile, 1)]).toEqual([[], ["main 3500000"]]);
});

test("refuses profiles that have nothing in common", () => {
  const of = (type: string, unit: string) => profileOf("main 1", { sampleTypes: [{ type, unit }] });
  expect(() => subtract(of("cpu", "nanoseconds"), of("space", "bytes"), plain)).toThrow(
    "the profile has cpu, the base space",
  );
  expect(() => subtract(of("cpu", "nanoseconds"), of("cpu", "bytes"), plain)).toThrow("cannot be compared");
});
