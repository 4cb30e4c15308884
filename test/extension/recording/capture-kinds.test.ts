import { expect, test } from "vitest";
import { CAPTURE_KINDS, kindsFor, waysToEnd } from "../../../src/extension/recording/capture-kinds.js";

const labels = (isRunning: boolean) => kindsFor(isRunning).map(({ label }) => label);

test("what is read from memory needs a program that stands still, a recording one that runs", () => {
  expect(labels(false)).toEqual(["Heap", "Goroutines", "Blocking", "Mutexes"]);
  expect(labels(true)).toContain("CPU");
  expect(labels(true)).toContain("Goroutine leaks");
});

test.each([
  ["Heap", false, ["now", "stop"]],
  ["Heap", true, ["now", "seconds", "hand", "stop"]],
  ["Allocations", true, ["now", "seconds", "hand"]],
  ["CPU", true, ["seconds"]],
  ["Execution trace", true, ["seconds"]],
  ["Flight recorder", true, ["now", "seconds", "hand"]],
])("%s, running: %s", (label, isRunning, ways) => {
  const kind = CAPTURE_KINDS.find((one) => one.label === label);
  expect(kind && waysToEnd(kind, isRunning)).toEqual(ways);
});
