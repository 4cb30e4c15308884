import { expect, test } from "vitest";
import { applyFilter, labelFilterOf } from "../../../src/core/profile/filter.js";
import { labelSummaries } from "../../../src/core/profile/label-summary.js";
import { weightsOf } from "../../../src/core/profile/weights.js";
import { profileOf } from "../../support/folded.js";

const profile = profileOf(`
  main;a 3 {tenant=blue bytes=64}
  main;b 5 {tenant=red bytes=2048}
  main;c 1 {tenant=blue.2}
`);

test("lists keys by name and values by weight, in words and as filters", () => {
  expect(labelSummaries(profile, weightsOf(profile, 0), 10)).toEqual([
    {
      key: "bytes",
      distinct: 2,
      values: [
        { text: "2kB", filter: "bytes=2048bytes", weight: 5 },
        { text: "64B", filter: "bytes=64bytes", weight: 3 },
      ],
    },
    {
      key: "tenant",
      distinct: 3,
      values: [
        { text: "red", filter: "tenant=^red$", weight: 5 },
        { text: "blue", filter: "tenant=^blue$", weight: 3 },
        { text: "blue.2", filter: "tenant=^blue\\.2$", weight: 1 },
      ],
    },
  ]);
});

test("its filters find exactly those samples", () => {
  const weights = weightsOf(profile, 0);
  for (const { values } of labelSummaries(profile, weights, 10)) {
    for (const { filter, weight } of values) {
      const { kept } = applyFilter(profile, { labels: [labelFilterOf(filter)] });
      const sum = weights.reduce((total, one, sample) => total + (kept?.[sample] ? one : 0), 0);
      expect([filter, sum]).toEqual([filter, weight]);
    }
  }
});

test("lists no more values than asked for, and says how many there are", () => {
  const [, tenant] = labelSummaries(profile, weightsOf(profile, 0), 1);
  expect([tenant.distinct, tenant.values.map(({ text }) => text)]).toEqual([3, ["red"]]);
});
