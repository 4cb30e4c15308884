/**
 * Programs that leak in the ways that programs leak, each in a process of its own: every one must be diagnosed at the
 * marked line, with the settings that people get. `npm run leaks` writes the same as a table into docs/diagnosis.md.
 */
import { execFileSync } from "node:child_process";
import { beforeAll, expect, test } from "vitest";
import { diagnoseLeak, LEAKING_PROGRAMS, markedLine, placesOf } from "../../support/leaking-programs.js";

beforeAll(() => {
  for (const [tool, args, where] of [
    ["go", ["version"], "Install it from https://go.dev/dl"],
    ["cc", ["--version"], "The cgo program needs a C compiler: apt-get install gcc, or xcode-select --install"],
  ] as const) {
    try {
      execFileSync(tool, args);
    } catch {
      throw new Error(`${tool} was not found. ${where}, and run: npm test`);
    }
  }
});

const OUTSIDE = ["cgo", "mmap"];

test.concurrent.each(Object.keys(LEAKING_PROGRAMS))("%s", { timeout: 300_000 }, async (program) => {
  const diagnosis = await diagnoseLeak(program, { samples: 14, intervalMs: 4000 });
  const { file, line } = markedLine(program);
  const [first] = placesOf(diagnosis);
  expect(`${first?.file}:${first?.line}`, JSON.stringify(diagnosis.notes)).toMatch(new RegExp(`/${file}:${line}$`));
  expect(diagnosis.verdict).toBe(OUTSIDE.includes(program) ? "growth-outside-heap" : "leak");
});

test.concurrent("profilingoff", { timeout: 300_000 }, async () => {
  const { verdict, findings, notes } = await diagnoseLeak("profilingoff", { samples: 8, intervalMs: 4000 });
  expect([verdict, findings.map(({ kind, level }) => `${level} ${kind}`)]).toEqual([
    "suspect",
    ["suspect heap-growth"],
  ]);
  expect(findings[0].advice).toContain("runtime.MemProfileRate = 524288");
  expect(notes.map(({ code }) => code)).toEqual(["sampling-off"]);
});
