/**
 * Leak verdicts on real programs, from dumps alone: each pattern is found and blamed on its line, programs that only
 * wait are left alone. Both are built here, from test/kernels.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findLeaks } from "../../../src/core/goroutines/leak.js";
import { runtimesReading } from "../../../src/core/goroutines/memory-reading.js";
import { buildOwn, sourceOf } from "../../kernels/kernel-programs.js";
import { momentsOf } from "../../kernels/kernel-run.js";

const folder = mkdtempSync(join(tmpdir(), "godiag-leaks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const patterns = await buildOwn(folder, "patterns");
const healthy = await buildOwn(folder, "healthy");

const source = sourceOf("patterns").split("\n");
/** Line of the marker "// #NAME" in patterns.go.txt; undefined where the library alone is on the stack. */
const lineOf = (marker: string) => {
  const index = source.findIndex((line) => line.endsWith(`// #${marker}`));
  return index < 0 ? undefined : index + 1;
};

/** Dumps leave out what tells these from their neighbours: a range from a receive, a ticker from another channel. */
const TOLD_AS: Readonly<Record<string, string>> = {
  "range-not-closed": "chan-receive",
  "timer-loop": "chan-receive",
  "time-after-loop": "select",
  "http-handler-stuck": "chan-send",
};

test.each(patterns)("$name is found, with its line and where it was started", async ({ name, program }) => {
  const { earlier, now } = await momentsOf(program, name);
  for (const base of [undefined, earlier]) {
    const findings = findLeaks(now, base);
    const finding = findings.find(({ pattern }) => pattern === (TOLD_AS[name] ?? name));
    expect(finding?.count, JSON.stringify(findings.map(({ pattern, count }) => [pattern, count]))).toBe(
      name === "http-client-per-request" ? 150 : 12,
    );
    const line = name === "context-never-cancelled" ? undefined : lineOf(name);
    if (line !== undefined) expect(finding?.line).toBe(line);
    const start = lineOf(`${name}-start`);
    if (start !== undefined) expect(finding?.createdBy?.line).toBe(start);
    expect(finding?.explanation).toMatch(/^\d+ goroutines .*; .*\.$/);
    expect(finding?.advice).not.toBe("");
  }
});

test("the goroutine that likely holds the lock is named", async () => {
  const { now } = await momentsOf(patterns[0].program, "mutex");
  const finding = findLeaks(now).find(({ pattern }) => pattern === "mutex");
  expect(finding?.evidence.join("\n")).toMatch(
    new RegExp(
      `Goroutine \\d+ is in main\\.\\(\\*store\\)\\.put \\(.*:${lineOf("mutex-holder")}\\) and waits itself \\(chan send\\)`,
    ),
  );
});

test.each(healthy)("$name is not accused", async ({ name, program }) => {
  const { earlier, now, proof } = await momentsOf(program, name);
  expect(findLeaks(proof, undefined, runtimesReading(proof))).toEqual([]);
  if (name === "hub") {
    // Subscribers whose starters have ended look like what requests leave behind: from a dump that is all that can be said.
    expect(findLeaks(now, earlier)).toMatchObject([
      {
        level: "suspect",
        evidence: expect.arrayContaining([expect.stringMatching(/^It may be no leak: /)]) as string[],
      },
    ]);
    return;
  }
  expect(findLeaks(now)).toEqual([]);
  expect(findLeaks(now, earlier)).toEqual([]);
  expect(findLeaks(proof)).toEqual([]);
});
