import { expect, test } from "vitest";
import { patternOf } from "../../../src/core/text/pattern.js";

test.each([
  ["main\\.main$", "main.main", true],
  ["(?i)SERVE", "serve", true],
  ["(?P<x>a)b", "ab", true],
  ["^[[:alpha:]]+\\z", "abc", true],
  ["^[[:alpha:]]+\\z", "ab1", false],
  ["\\Amain", "xmain", false],
  ["\\\\z", "\\z", true],
])("%s on %s: %s", (source, text, matches) => expect(patternOf(source).test(text)).toBe(matches));

test("says what is wrong with a pattern", () =>
  expect(() => patternOf("a(")).toThrow(/"a\(" is not a regular expression/));
