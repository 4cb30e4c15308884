/** Every case of every launch rule. */
import { expect, test } from "vitest";
import { RULES } from "../../src/launch/rules.js";
import { expectCase } from "../support/launch-case.js";
import { CASES } from "./rule-cases.js";

for (const one of CASES) {
  test(`${one.id}: ${one.name.replace(/\s+/g, " ").slice(0, 100)}`, () => expectCase(one));
}

test("every rule has a case", () => {
  const covered = new Set(CASES.map(({ id }) => id));
  expect(RULES.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([]);
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
});
