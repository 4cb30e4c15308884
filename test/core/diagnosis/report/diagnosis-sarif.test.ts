import { expect, test } from "vitest";
import { diagnosisSarif } from "../../../../src/core/diagnosis/report/diagnosis-sarif.js";
import { sarifLog } from "../../../../src/core/diagnosis/report/sarif.js";
import { aDiagnosis, aFinding } from "../../../support/a-diagnosis.js";

test("a diagnosis as SARIF", async () => {
  const findings = [
    aFinding({ file: "/home/me/app/cache.go", baselineState: "worse" }),
    aFinding({ kind: "goroutine", level: "suspect", sampleType: "goroutine", first: 1, last: 50 }),
  ];
  const log = diagnosisSarif(aDiagnosis({ findings }), "1.2.3", "/home/me/app");
  await expect(JSON.stringify(log, undefined, 2) + "\n").toMatchFileSnapshot("../../../fixtures/diagnosis.sarif.json");
});

/** The URI that a file is written as, for a root. */
function uri(file: string, root?: string): unknown {
  const result = { rule: "r", level: "note" as const, message: "m", fingerprint: "f", place: { file, line: 1 } };
  const log = sarifLog({ version: "1", rules: [], results: [result], ...(root !== undefined && { root }) });
  const match = /"uri":"([^"]*)"/.exec(JSON.stringify(log));
  return match?.[1];
}

test.each([
  ["/home/me/app/a b.go", "/home/me/app", "a%20b.go"],
  ["/home/me/application/a.go", "/home/me/app", "file:///home/me/application/a.go"],
  ["/usr/go/src/fmt/print.go", undefined, "file:///usr/go/src/fmt/print.go"],
  ["C:\\app\\a.go", "C:\\app", "a.go"],
  ["C:\\go\\a.go", "C:\\app", "file:///C:/go/a.go"],
  ["github.com/lib/pq@v1.10.9/conn.go", undefined, "github.com/lib/pq@v1.10.9/conn.go"],
  ["x\ud800#?.go", undefined, "x%EF%BF%BD%23%3F.go"],
])("%s below %s is %s", (file, root, expected) => expect(uri(file, root)).toBe(expected));

test("a finding without a file has no place", () => {
  const log = diagnosisSarif(aDiagnosis({ findings: [aFinding({ file: "" })] }), "1");
  expect(JSON.stringify(log)).not.toContain('"locations"');
});

test("bytes without sampling noise are said to be exact", () => {
  const results = (dz: number) => JSON.stringify(diagnosisSarif(aDiagnosis({ findings: [aFinding({ dz })] }), "1"));
  expect(results(1000)).toContain('"exact":true');
  expect(results(1000)).toMatch(/"text":"[^"]*\(exact\)\. /);
  expect(results(6.6)).not.toContain("exact");
});

test("fixes become replacements of UTF-16 ranges", () => {
  const fix = { title: "Move it", edits: [{ offset: 3, length: 2, content: "x" }] };
  const result = {
    rule: "r",
    level: "warning" as const,
    message: "m",
    fingerprint: "f",
    fix,
    place: { file: "a", line: 1 },
  };
  expect(JSON.stringify(sarifLog({ version: "1", rules: [], results: [result] }))).toContain(
    '"replacements":[{"deletedRegion":{"charOffset":3,"charLength":2},"insertedContent":{"text":"x"}}]',
  );
});
