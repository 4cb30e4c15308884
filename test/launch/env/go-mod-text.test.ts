import { expect, test } from "vitest";
import { moduleOf, replacesOf, usesOf, vendoredOf } from "../../../src/launch/env/go-mod-text.js";

test.each([
  ["module example.com/m", "example.com/m"],
  ['\uFEFF// a comment\r\nmodule "example.com/m" // another\r\n', "example.com/m"],
  ["module (\n  example.com/m\n)", "example.com/m"],
  ["go 1.26", undefined],
  ["", undefined],
])("the module of %j", (text, module) => expect(moduleOf(text)).toBe(module));

test.each([
  ["use ./a", ["./a"]],
  ["go 1.26\nuse (\n\t./a // first\n\n\t`./b c`\n)\nuse ../d", ["./a", "./b c", "../d"]],
  ["use (\n./a", ["./a"]],
  ["use", []],
])("the folders of %j", (text, folders) => expect(usesOf(text)).toEqual(folders));

test.each([
  ["replace m => ../m", [{ module: "m", version: undefined, target: "../m" }]],
  ["replace (\nm v1.0.0 => n v2.0.0\n)", [{ module: "m", version: "v1.0.0", target: "n" }]],
  ["replace m =>", []],
  ["replace m ../m", []],
])("the replacements of %j", (text, replaces) => expect(replacesOf(text)).toEqual(replaces));

test("the modules of vendor/modules.txt", () => {
  expect(vendoredOf("# m v1.0.0\n## explicit; go 1.26\nm\nm/sub\n# n v0.1.0 => ../n\n")).toEqual(["m", "n"]);
});
