import { expect, test } from "vitest";
import { anyOf, parseSelector, selectorText } from "../../../src/core/fleet/selector.js";

test.each([
  ['{service_name="shop"}', '{service_name="shop"}'],
  ['service_name="shop", pod=~"a|b"', '{service_name="shop",pod=~"a|b"}'],
  ['{a!="x",b!~"y.*"}', '{a!="x",b!~"y.*"}'],
  ['{a="}{,\\"\\\\"}', '{a="}{,\\"\\\\"}'],
  ["{}", "{}"],
])("%s is %s", (text, written) => expect(selectorText(parseSelector(text)!)).toBe(written));

test.each(["{a}", "{a=b}", '{a="b}', '{a=="b"}', '{"a"="b"}', '{a="b" c="d"}'])("%s is no selector", (text) =>
  expect(parseSelector(text)).toBeUndefined(),
);

test("a matcher of several values takes them as they are written", () => {
  expect(anyOf("pod", ["a.b", "c|d"])).toEqual({ name: "pod", op: "=~", value: "a\\.b|c\\|d" });
  expect(anyOf("pod", ["a.b"])).toEqual({ name: "pod", op: "=", value: "a.b" });
});
