import { expect, test } from "vitest";
import { changedPart } from "../../../src/extension/configurations/text-change.js";
import { applyEdits } from "../../../src/launch/change.js";

test.each([
  ["abc", "abc", ""],
  ["abc", "axc", "x"],
  ["abc", "ac", ""],
  ["aaa", "aaaa", "a"],
  ["", "x", "x"],
  ["x", "", ""],
  ["a\r\nb", "a\nb", "\n"],
  ["a\r\nb\r\n", "a\r\nb\r\nc\r\n", "c\r\n"],
])("from %j to %j: %j", (before, after, content) => {
  const edit = changedPart(before, after);
  expect(applyEdits(before, [edit])).toBe(after);
  expect(edit.content).toBe(content);
});
