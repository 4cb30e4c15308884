import { describe, expect, test } from "vitest";
import { FormatError } from "../../../src/core/text/format-error.js";
import { type Random, randomFrom } from "../../support/random.js";
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

test.each([
  ["a(?i:B)c", "aBc", true],
  ["a(?i:b)C", "aBc", false],
  ["x(?i)yz", "xYZ", true],
  ["(?s).\\z", "\n", true],
  ["\\Qa.b(\\E+", "a.b((", true],
  ["\\pL{3}", "1äßÇ", true],
  ["\\p{Greek}", "abc", false],
  ["^\\PL+$", "12", true],
  ["\\x{263a}", "☺", true],
  ["[^[:^space:]a]", "a ", true],
])("as Go means it: %s on %s: %s", (source, text, matches) => expect(patternOf(source).test(text)).toBe(matches));

test.each([
  ["a(", "Unterminated group"],
  ["a)", "Unmatched ')'"],
  ["*", "Nothing to repeat"],
  ["a**", "Nothing to repeat"],
  ["[a", "Unterminated character class"],
  ["[b-a]", "Range out of order in character class"],
  ["a{2,1}", "numbers out of order in {} quantifier"],
  ["\\", "\\ at end of pattern"],
  ["(?<n>a)(?<n>b)", "Duplicate capture group name"],
  ["a(?=b)", "looking ahead or behind is not possible, as in Go"],
  ["(?<!a)b", "looking ahead or behind is not possible, as in Go"],
  ["(a)\\1", "back references (\\1) are not possible, as in Go"],
  ["((a{100}){100}){100}", "it is too large"],
  ["(".repeat(600) + ")".repeat(600), "more than 500 groups inside each other"],
  ["a".repeat(30_000), "it is longer than 20000 characters"],
])("%.40s is none: %s", (source, why) => expect(() => patternOf(source)).toThrow(why));

test("means what JavaScript means, on random patterns and texts", () => {
  const random = randomFrom(3);
  let matched = 0;
  let refused = 0;
  for (let round = 0; round < 10_000; round++) {
    const source = randomPattern(random);
    const flags = random.pick(["", "i", "m", "s", "im"]);
    const theirs = attempt(() => new RegExp(source, flags));
    const ours = attempt(() => patternOf(source, flags));
    expect([source, ours !== undefined]).toEqual([source, theirs !== undefined]);
    if (theirs === undefined || ours === undefined) {
      refused++;
      continue;
    }
    for (let i = 0; i < 4; i++) {
      const text = Array.from({ length: random.int(7) }, () => random.pick(UNITS)).join("");
      const isMatch = theirs.test(text);
      if (isMatch) matched++;
      if (ours.test(text) !== isMatch) throw new Error(`/${source}/${flags} on ${JSON.stringify(text)}: ${!isMatch}`);
    }
  }
  expect(matched).toBeGreaterThan(5_000);
  expect(refused).toBeGreaterThan(500);
});

const UNITS = [..."abA1c_ \n\u2028éÉx-kK\u212aſSß{\\\u0001"];
const ATOMS = [
  "a",
  "b",
  "A",
  "\\d",
  "\\w",
  "\\W",
  "[a-c]",
  "[^ab]",
  ".",
  "é",
  "\\n",
  "\\s",
  "[\\w-]",
  "[\\d-x]",
  "[]",
  "[^]",
];
const ODD = [
  "^",
  "$",
  "\\b",
  "\\B",
  "{",
  "]",
  "\\x41",
  "\\u0041",
  "\\c",
  "\\cA",
  "[b-A]",
  "a{2",
  "\u212a",
  "ſ",
  "ß",
  "\\.",
];
const QUANTIFIERS = ["", "", "", "", "*", "+", "?", "*?", "{2}", "{0,2}", "{1,}", "{0}", "**", "{2,1}"];

function randomPattern(random: Random, depth = 0): string {
  const atom = (): string => {
    // No deeper: JavaScript's own engine would take time without end.
    const kind = random.int(depth > 1 ? 4 : 6);
    if (kind === 4) return `(${randomPattern(random, depth + 1)})`;
    if (kind === 5) return `(?:${randomPattern(random, depth + 1)})`;
    return random.pick(kind === 3 ? ODD : ATOMS);
  };
  const sequence = () => Array.from({ length: random.int(4) }, () => atom() + random.pick(QUANTIFIERS)).join("");
  return Array.from({ length: random.chance(0.3) ? 1 + random.int(3) : 1 }, sequence).join("|");
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** The ten worst known ones: each takes time without end in an engine that goes back. */
const WORST = [
  "^(\\w+[.(*)]*)+#",
  "(a+)+$x",
  "(a|a)*$b",
  "(.*)*x$#",
  "(a|aa)+$b",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  "(x+x+)+y#",
  ".*.*.*.*.*=.*#",
  "(\\w*)*\\d{3}z#",
  "([^/]*/?)*#",
  // … and what makes many states of an engine that does not.
  "[a-e].{20}x#",
  "(a|b|c).{9000}x",
  "(.{1,60}[aeiou].{1,60}){40}!",
  "(\\w+\\W+){30}#",
];

describe("a hundred thousand names: an answer or a refusal", () => {
  const random = randomFrom(5);
  const letters = [..."abcdefghijklmnopqrstuvwxyz/.(*)"];
  const names = Array.from({ length: 100_000 }, () => {
    let name = "";
    for (let i = 0; i < 30; i++) name += random.pick(letters);
    return `${name}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`;
  });

  test.each(WORST)("%s", (source) => {
    const pattern = patternOf(source);
    try {
      expect(names.some((name) => pattern.test(name))).toBe(false);
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      expect((error as FormatError).message).toMatch(/takes too long; write a simpler one$/);
    }
  });
});

test("says what is wrong with a pattern", () =>
  expect(() => patternOf("a(")).toThrow(/"a\(" is not a regular expression/));
