import { expect, test } from "vitest";
import { hitRange, onlyInGoroutine } from "../../../src/extension/debugging/breakpoint-text.js";

test.each([
  [undefined, "runtime.curg.goid == 7"],
  ["  ", "runtime.curg.goid == 7"],
  ["i > 3 || done", "(i > 3 || done) && runtime.curg.goid == 7"],
  ["runtime.curg.goid == 5", "runtime.curg.goid == 7"],
  ["(i > 3) && runtime.curg.goid == 12", "(i > 3) && runtime.curg.goid == 7"],
  ["runtime.GoroutineID() == 5", "runtime.curg.goid == 7"],
])("%j only in goroutine 7: %j", (before, after) => {
  expect(onlyInGoroutine(before, 7)).toBe(after);
  expect(onlyInGoroutine(after, 7)).toBe(after);
});

test.each([
  ["3-7", { from: 3, to: 7 }],
  [" 3 to 7 ", { from: 3, to: 7 }],
  ["3..7", { from: 3, to: 7 }],
  ["5", { from: 5, to: 5 }],
  ["7-3", undefined],
  ["0-3", undefined],
  ["three", undefined],
  ["", undefined],
])("hits %j", (text, range) => expect(hitRange(text)).toEqual(range));
