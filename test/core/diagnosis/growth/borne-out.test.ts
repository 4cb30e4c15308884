/** What sampling shows is sure only where the heap, as the runtime counts it, grew as well. */
import { expect, test } from "vitest";
import { diagnose } from "../../../../src/core/diagnosis/diagnose.js";
import { heapSampleRate } from "../../../../src/core/profile/heap-measures.js";
import { runProgram } from "../../../support/heap-simulation.js";

const MB = 1024 * 1024;

function told(growth: number, heap: ((i: number) => number) | undefined, rate: number): string {
  const snapshots = runProgram({
    sites: [
      {
        stack: "main.main@m.go:1;main.keep@m.go:7",
        objectBytes: 4096,
        live: (i) => (2 + growth * i) * MB,
        turnover: 0,
      },
    ],
    snapshots: 8,
    seed: 3,
    rate,
  });
  expect(heapSampleRate(snapshots[0].heap!)).toBe(rate);
  const { verdict, findings, notes } = diagnose(
    "test",
    snapshots.map((snapshot, i) => ({ ...snapshot, ...(heap && { heapInuse: heap(i), heapAlloc: heap(i) }) })),
  );
  return [verdict, `${findings.length}`, ...notes.map(({ code }) => code)].join(" ");
}

test.each<[string, number, ((i: number) => number) | undefined, number, string]>([
  ["grows as much", 4, (i) => (10 + 4 * i) * MB, 512 * 1024, "leak 1"],
  ["is not known", 4, undefined, 512 * 1024, "leak 1"],
  ["grows by less than half of it", 4, (i) => (10 + i) * MB, 512 * 1024, "suspect 1"],
  ["stands still", 4, (i) => (10 + (i % 2)) * MB, 512 * 1024, "suspect 1"],
  ["grows as much, finely sampled", 1, (i) => (10 + i) * MB, 64 * 1024, "leak 1"],
  ["grows by little, finely sampled", 0.2, (i) => (10 + 0.2 * i) * MB, 64 * 1024, "suspect 1"],
])("where the heap %s", (_, growth, heap, rate, expected) => {
  expect(told(growth, heap, rate)).toBe(expected);
});
