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
  ["labels.(*Builder).Labels", "github.com/x/labels.(*Builder).Labels", true],
  ["labels.(*Builder).Labels", "labels.Builder.Labels", false],
  ["labels\\.\\(\\*Builder\\)", "labels.(*Builder).Labels", true],
  ["cache.(*LRU[...]).Add$", "cache.(*LRU[go.shape.string,go.shape.int]).Add", true],
  ["cache.(*LRU[...]).Add$", "cache.(*LRU[...]).Add", true],
  ["slices.Sort[...]", "slices.Sort[go.shape.[]int]", true],
  ["slices.Sort[...]", "slices.Sort.", false],
  ["unique.Make[go.shape.string]", "unique.Make[go.shape.string]", true],
  ["unique.Make[go.shape.string]", "unique.Makeg", false],
  ["(main|app)[.]run", "app.run", true],
])("%s on %s: %s", (source, text, matches) => expect(patternOf(source).test(text)).toBe(matches));

test("says what is wrong with a pattern", () =>
  expect(() => patternOf("a(")).toThrow(/"a\(" is not a regular expression/));
