/** "No growth" needs evidence: what rises by too little to be told from warming up is "cannot tell yet". */
import { expect, test } from "vitest";
import { diagnose, isUndecided } from "../../../src/core/diagnosis/diagnose.js";
import type { SnapshotNumbers } from "../../../src/core/diagnosis/diagnosis.js";

const MB = 1024 * 1024;
/** Differs from snapshot to snapshot as a program under load does. */
const ripple = (i: number) => ((i * 7) % 5) * 0.01 * MB;

function told(count: number, numbers: (i: number) => Omit<SnapshotNumbers, "atMs">): string {
  const diagnosis = diagnose(
    "test",
    Array.from({ length: count }, (_, i) => ({ atMs: i * 5000, ...numbers(i) })),
  );
  const note = diagnosis.notes.find(({ code }) => code === "cannot-tell-yet");
  expect(isUndecided(diagnosis)).toBe(diagnosis.verdict !== "no-growth" && diagnosis.verdict !== "growth-outside-heap");
  return [diagnosis.verdict, ...(note === undefined ? [] : [note.message])].join(": ");
}

const heap = (bytes: (i: number) => number) => (i: number) => ({ heapInuse: bytes(i), heapAlloc: 0.8 * bytes(i) });

test("a heap that rises in a line by less than a finding asks for", () => {
  expect(
    told(
      8,
      heap((i) => (4 + 0.2 * i) * MB + ripple(i)),
    ),
  ).toMatch(/^not-enough-data: The heap in use rose from 4\S* ?MB to 5\S* ?MB, steadily/);
});

test("resident memory that rises beside a heap that does not", () => {
  const numbers = (i: number) => ({ ...heap(() => 4 * MB + ripple(i))(i), rss: (8 + 0.8 * i) * MB + ripple(i) });
  expect(told(8, numbers)).toMatch(
    /^not-enough-data: Resident memory rose from 8\S* ?MB to 13\S* ?MB, most of it beyond/,
  );
});

test.each<[string, (i: number) => number]>([
  ["stands still", (i) => 4 * MB + ripple(i)],
  ["warms up and stays", (i) => Math.min(5, 4 + 0.3 * i) * MB + ripple(i)],
  ["goes up and down", (i) => (4 + 0.3 * (i % 3)) * MB],
  ["rises by a twentieth", (i) => (100 + 0.5 * i) * MB + ripple(i)],
])("a heap that %s has not grown", (_, bytes) => {
  expect(told(8, heap(bytes))).toBe("no-growth");
});

test("a program whose memory rises by some pages has not grown", () => {
  expect(told(8, (i) => ({ ...heap(() => 4 * MB)(i), rss: (20 + 0.1 * i) * MB }))).toBe("no-growth");
});
