import { expect, test } from "vitest";
import type { Labels } from "../../../src/core/fleet/fleet.js";
import { separatingLabel } from "../../../src/core/fleet/separating-label.js";

/** `n` instances with these labels, each with a pod of its own. */
let pods = 0;
const some = (n: number, labels: Labels): Labels[] =>
  Array.from({ length: n }, () => ({ ...labels, pod: `p${pods++}` }));

test("the version of all that leak, and of no other", () => {
  const leaking = [...some(3, { version: "2", zone: "a" }), ...some(2, { version: "2", zone: "b" })];
  const healthy = [...some(13, { version: "1", zone: "a" }), ...some(12, { version: "1", zone: "b" })];
  expect(separatingLabel(leaking, healthy, "pod")).toMatchObject({
    ...{
      name: "version",
      value: "2",
      leakingWith: 5,
      allWith: 5,
      leakingWithout: 0,
      allWithout: 25,
      others: ["1"],
      same: [],
    },
    chance: expect.closeTo((1 / 142_506) * 2, 8) as number,
  });
});

test("two labels that part them in the same way are both named", () => {
  const found = separatingLabel(some(5, { zone: "b", version: "2" }), some(15, { zone: "a", version: "1" }), "pod");
  expect(found).toMatchObject({ name: "version", same: [{ name: "zone", value: "b" }] });
});

test("what chance explains is told of nobody", () => {
  const leaking = [...some(2, { version: "2" }), ...some(2, { version: "1" })];
  expect(
    separatingLabel(leaking, [...some(10, { version: "2" }), ...some(12, { version: "1" })], "pod"),
  ).toBeUndefined();
  expect(separatingLabel(some(1, { version: "2" }), some(3, { version: "1" }), "pod")).toBeUndefined();
  expect(separatingLabel(some(5, { version: "1" }), [], "pod")).toBeUndefined();
});

test("a label that names instances sets none apart", () => {
  const one = (i: number): Labels => ({ pod: `a${i}`, ip: `10.0.0.${i}` });
  expect(separatingLabel([0, 1, 2].map(one), [3, 4, 5, 6, 7, 8].map(one), "pod")).toBeUndefined();
});
