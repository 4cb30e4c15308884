import { expect, test } from "vitest";
import { diagnose } from "../../../src/core/diagnosis/diagnose.js";
import { diagnosisText } from "../../../src/core/diagnosis/report/diagnosis-text.js";

const MB = 1024 * 1024;

const diagnosed = (threads: readonly number[]) =>
  diagnose(
    "test",
    threads.map((count, i) => ({ atMs: i * 5000, heapInuse: 4 * MB, rss: 20 * MB, threads: count })),
  );

test.each<[string, readonly number[], string]>([
  ["with every snapshot, by many", [9, 19, 30, 38, 51, 60, 70, 82], "leak: confirmed threads 9 → 82"],
  ["with every snapshot, by some", [9, 11, 12, 14, 16, 18, 20, 21], "suspect: suspect threads 9 → 21"],
])("threads that become more %s", (_, threads, expected) => {
  const { verdict, findings } = diagnosed(threads);
  expect(`${verdict}: ${findings.map((one) => `${one.level} ${one.kind} ${one.first} → ${one.last}`).join()}`).toBe(
    expected,
  );
});

test("the number of threads is shown and told of", () => {
  const text = diagnosisText(diagnosed([9, 19, 30, 38, 51, 60, 70, 82]));
  expect(text).toMatch(/^Leak: the number of threads keeps growing/);
  expect(text).toMatch(/^threads +9 → 82 /m);
  expect(text).toContain("LockOSThread");
});

test.each<[string, readonly number[]]>([
  ["stay", [9, 9, 9, 9, 9, 9, 9, 9]],
  ["are made while the program warms up", [5, 9, 14, 18, 18, 18, 18, 18]],
  ["come with load and go", [9, 14, 11, 16, 10, 15, 12, 17]],
  ["are a few more", [9, 9, 10, 11, 12, 12, 13, 14]],
])("threads that %s are no finding", (_, threads) => {
  expect(diagnosed(threads).findings).toEqual([]);
});
