import { expect, test } from "vitest";
import { againstBaseline, baselineFindings, fingerprint } from "../../../../src/core/diagnosis/report/baseline.js";
import { aDiagnosis, aFinding } from "../../../support/a-diagnosis.js";

const stateAgainst = (before: Parameters<typeof aFinding>[0], now: Parameters<typeof aFinding>[0] = {}) =>
  againstBaseline(aDiagnosis({ findings: [aFinding(now)] }), [aFinding(before)]).findings[0].baselineState;

test.each<[string, Parameters<typeof aFinding>[0], string]>([
  ["the same", {}, "unchanged"],
  ["a moved line is the same", { line: 99 }, "unchanged"],
  ["half as fast before", { slopePerMinute: 5 * 1024 * 1024 }, "worse"],
  ["a suspect before", { level: "suspect" }, "worse"],
  ["another function", { function: "app.other" }, "new"],
  ["another kind", { kind: "goroutine" }, "new"],
])("against a baseline: %s", (_, before, state) => expect(stateAgainst(before)).toBe(state));

test("a finding by function is the same whichever stack grew most", () => {
  const other = aFinding({ kind: "heap-function", stack: [] });
  expect(fingerprint(other)).toBe(fingerprint(aFinding({ kind: "heap-function" })));
  expect(fingerprint(aFinding({ stack: [] }))).not.toBe(fingerprint(aFinding()));
});

test.each([[null], [[]], [{}], ["x"], [{ findings: [1] }], [{ findings: [{ kind: "heap-stack" }] }], [{ error: {} }]])(
  "%j is no diagnosis",
  (document) => expect(baselineFindings(document)).toBeUndefined(),
);

test("what was written is read", () => {
  const document: unknown = JSON.parse(JSON.stringify(aDiagnosis()));
  expect(baselineFindings(document)).toHaveLength(1);
});
