import { expect, test } from "vitest";
import { diagnose, isUndecided } from "../../../src/core/diagnosis/diagnose.js";
import { diagnosisText } from "../../../src/core/diagnosis/report/diagnosis-text.js";
import type { Snapshot, SnapshotNumbers } from "../../../src/core/diagnosis/diagnosis.js";
import { healthySites, heapProfile, runProgram } from "../../support/heap-simulation.js";

const MB = 1024 * 1024;
const RISING = [10, 20, 31, 40, 52, 60, 71, 81];
const STEADY = [60, 63, 58, 61, 64, 59, 62, 60];

const numbers = (heapInuse: readonly number[], heapAlloc: readonly number[] = heapInuse): SnapshotNumbers[] =>
  heapInuse.map((inuse, i) => ({ atMs: i * 10_000, heapInuse: inuse * MB, heapAlloc: heapAlloc[i] * MB }));

/** A heap profile that does not change, beside the numbers. */
const beside = (series: readonly SnapshotNumbers[], more: Partial<Snapshot> = {}): Snapshot[] =>
  series.map((at, i) => ({
    ...at,
    heap: heapProfile(`main.main;app.hold ${(i + 1) * 1000} ${(i + 1) * 64_000_000} 400 ${400 * 64_000}`, at.atMs),
    ...more,
  }));

const told = (series: readonly Snapshot[]) => {
  const { verdict, findings, notes } = diagnose("test", series);
  return [verdict, ...findings.map(({ kind, level }) => `${level} ${kind}`), ...notes.map(({ code }) => code)];
};

test("with sampling off the runtime's own number tells that the heap grows, and the words how to see where", () => {
  const series = numbers(RISING).map((at) => ({
    ...at,
    sampleRate: 0,
    heap: heapProfile("main.main 0 0 0 0", at.atMs, 0),
  }));
  const diagnosis = diagnose("test", series);
  expect(told(series)).toEqual(["suspect", "suspect heap-growth", "sampling-off"]);
  const [{ first, last, explanation, advice, file, line, stack }] = diagnosis.findings;
  expect([first, last, file, line, stack]).toEqual([10 * MB, 81 * MB, "", 0, []]);
  expect(explanation).toContain("runtime.MemProfileRate is 0");
  expect(advice).toContain("runtime.MemProfileRate = 524288");
  expect(diagnosisText(diagnosis)).toMatch(/^The heap grows, where is not seen yet/);
  expect(isUndecided(diagnosis)).toBe(true);
});

test("with sampling off, a heap that does not grow is none, and without numbers there is no verdict", () => {
  const off = (at: SnapshotNumbers): Snapshot => ({
    ...at,
    sampleRate: 0,
    heap: heapProfile("main.main 0 0 0 0", 0, 0),
  });
  expect(diagnose("test", numbers(STEADY).map(off)).verdict).toBe("no-growth");
  expect(
    diagnose(
      "test",
      STEADY.map((_, i) => off({ atMs: i * 10_000 })),
    ).verdict,
  ).toBe("not-enough-data");
});

test.each<[string, Snapshot[], string[]]>([
  ["no stack explains it", beside(numbers(RISING)), ["suspect", "suspect heap-growth"]],
  ["only numbers", numbers(RISING), ["suspect", "suspect heap-growth"]],
  ["only what is in use grows: fragmentation", beside(numbers(RISING, STEADY)), ["no-growth"]],
  ["only what is alive at the moment grows: garbage", beside(numbers(STEADY, RISING)), ["no-growth"]],
  ["load", beside(numbers(STEADY)), ["no-growth"]],
  ["a program that warms up", beside(numbers([20, 30, 45, 60, 61, 62, 61, 62])), ["no-growth"]],
  ["one step", beside(numbers([60, 60, 61, 60, 143, 143, 144, 143])), ["no-growth", "heap-stepped"]],
  ["a little", beside(numbers([60, 60.2, 60.4, 60.6, 60.8, 61, 61.2, 61.4])), ["no-growth"]],
])("the heap as a whole: %s", (_, series, expected) => expect(told(series)).toEqual(expected));

test("a rate that is too coarse is the reason that is told", () => {
  const series = beside(numbers(RISING), { sampleRate: 64 * MB });
  expect(diagnose("test", series).findings[0].explanation).toContain("only one allocation in 64MB is recorded");
});

test("what a finding explains is not told twice", () => {
  const series = RISING.map((size, i) => ({
    ...numbers(RISING)[i],
    heap: heapProfile(`main.main;app.keep@k.go:3 ${size * 16} ${size * MB} ${size * 16} ${size * MB}`, i * 10_000),
  }));
  const { verdict, findings } = diagnose("test", series);
  expect([verdict, findings.map(({ function: name }) => name)]).toEqual(["leak", ["app.keep"]]);
});

test("growth that is spread over all stacks of a recorded series is told with the stacks that lead", () => {
  const sites = healthySites(60, 3, 0).map((site, i) => ({
    ...site,
    stack: site.stack.replace("main.serve", `main.serve${i % 9}`),
    objectBytes: 2000,
    live: (at: number) => (1.2 + 0.06 * at) * MB,
  }));
  const { verdict } = diagnose("test", runProgram({ sites, snapshots: 14, seed: 5 }));
  expect(verdict).not.toBe("no-growth");
});
