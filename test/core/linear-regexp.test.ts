import { expect, test } from "vitest";
import { wholeMatcher } from "../../src/core/linear-regexp.js";

const PATTERNS = [
  "malloc|free|(__)?posix_memalign|tcmalloc::.*|operator new(\\[\\])?",
  "a*b+c?",
  "(a|b)*abb",
  "(?:ab|a)(c|bcd)*",
  "runtime\\.call[0-9]*",
  "[^a-c]+|[a\\]-]x",
  "x{2}y{1,3}z{2,}",
  "(ab?){2,3}",
  ".*a.*b.*",
  "^a$|^\\w+\\d\\s?$",
  "",
  "a|",
  "(a*)*b",
];
const TEXTS = [
  "", "a", "b", "ab", "abb", "aabb", "abc", "abcd", "abcbcd", "aab", "malloc", "mallocs", "posix_memalign",
  "__posix_memalign", "tcmalloc::x", "tcmalloc:", "operator new", "operator new[]", "runtime.call16", "runtimexcall",
  "ddd", "]x", "-x", "ax", "bx", "xxyzz", "xxyyyzzz", "xxyyyyzz", "xyzz", "abab", "ababa", "abababab", "a1 ", "ключ", "𝕊", "a\nb",
]; // prettier-ignore

test.each(PATTERNS)("%j matches what JavaScript's own engine matches", (pattern) => {
  const matches = wholeMatcher(pattern);
  const own = new RegExp(`^(?:${pattern})$`, "u");
  for (const text of TEXTS) expect(matches?.(text), text).toBe(own.test(text));
});

test.each([
  "(",
  ")",
  "a)",
  "*",
  "a**",
  "[a",
  "[z-a]",
  "\\",
  "\\p{L}",
  "(?i)a",
  "(?=a)",
  "a{2000}",
  "((a{999}){999})",
  "[[:alpha:]]",
])("%j is not understood", (pattern) => expect(wholeMatcher(pattern)).toBeUndefined());

test("a pattern that makes others hang is linear", () => {
  expect(wholeMatcher("(a+)+(a|aa)*b")?.("a".repeat(20_000))).toBe(false);
});

test("groups nested without end do not overflow the stack", () => {
  expect(wholeMatcher("(".repeat(100_000))).toBeUndefined();
});
