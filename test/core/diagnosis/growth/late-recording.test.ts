import { expect, test } from "vitest";
import { diagnose } from "../../../../src/core/diagnosis/diagnose.js";
import type { Snapshot } from "../../../../src/core/diagnosis/diagnosis.js";
import { runProgram } from "../../../support/heap-simulation.js";

const MB = 1024 * 1024;
const growing = runProgram({
  sites: [
    { stack: "main.main@m.go:1;main.fill@m.go:7", objectBytes: 65_536, live: (i) => (4 + 8 * i) * MB, turnover: 0 },
  ],
  snapshots: 8,
  seed: 1,
});

function told(numbers: (i: number) => Partial<Snapshot>) {
  const { verdict, findings, notes } = diagnose(
    "test",
    growing.map((snapshot, i) => ({ ...snapshot, ...numbers(i) })),
  );
  return [verdict, findings.length, notes.some(({ code }) => code === "recorded-late")];
}

test("a cache that is replaced looks like growth where recording began late, and is not accused", () => {
  const steady = (i: number) => ({ heapInuse: (80 + (i % 3)) * MB });
  expect(told((i) => ({ ...steady(i), recordedLate: true }))).toEqual(["no-growth", 0, true]);
  // Not accused for certain either, where all of it was recorded: the heap as a whole stands still.
  expect(told(steady)).toEqual(["suspect", 1, false]);
});

test("a heap that grows as a whole bears a finding out", () => {
  expect(told((i) => ({ heapInuse: (80 + 8 * i) * MB, recordedLate: true }))).toEqual(["leak", 1, false]);
});
