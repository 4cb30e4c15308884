import { expect, test } from "vitest";
import { check } from "../../../src/launch/check.js";
import {
  type Packages,
  aimOf,
  packageFacts,
  readyFor,
  startableSnippets,
} from "../../../src/launch/writing/ready-made.js";
import type { Facts } from "../../../src/launch/rule.js";
import { SNIPPETS } from "../../../src/launch/writing/snippets.js";

const facts: Facts = { goos: "linux", proxy: false, root: true, dlv: { version: "1.27.1", path: "dlv" } };
const both: Packages = { programs: [""], tests: [{ folder: "", names: ["TestA"] }] };
const ids = (of: Partial<Facts>, cCompiler = true, packages = both) =>
  startableSnippets({ facts: { ...facts, ...of }, cCompiler }, packages).map(({ id }) => id);
const left = (of: string[]) => SNIPPETS.map(({ id }) => id).filter((id) => !of.includes(id));

test("offers everything where everything starts", () => expect(ids({})).toEqual(left([])));

test.each<[string, string[], string[]]>([
  ["an old dlv", ids({ dlv: { version: "1.24.0", path: "dlv" } }), ["children"]],
  ["no C compiler", ids({}, false), ["race"]],
  ["ptrace is restricted", ids({ root: false, ptraceScope: 1 }), ["attach"]],
  ["macOS", ids({ goos: "darwin" }), ["children"]],
  ["no tests", ids({}, true, { ...both, tests: [] }), ["benchmark", "test", "coverage"]],
])("leaves out what does not start: %s", (_, offered, gone) => expect(offered).toEqual(left(gone)));

test.each(SNIPPETS)("$id pointed at a folder has nothing to find", (snippet) => {
  const ready = readyFor(snippet, facts, "cmd/shop", "TestCart");
  const text = JSON.stringify({ configurations: [ready] });
  expect(check(text, "launch", facts).filter(({ severity }) => severity !== "information")).toEqual([]);
  expect(ready["program"]).toBe(aimOf(snippet) === "process" ? undefined : "${workspaceFolder}/cmd/shop");
  expect(text).not.toMatch(/TestName|dlvLoadAll/);
});

test.each([
  ["main.go", "package main\n\nfunc main() {}", { isProgram: true, tests: [] }],
  ["lib.go", "package lib\n\nfunc main() {}", { isProgram: false, tests: [] }],
  ["gen.go", "//go:build ignore\n\npackage main\n\nfunc main() {}", { isProgram: false, tests: [] }],
  [
    "a_test.go",
    "package a\nfunc TestÄ(t *testing.T) {}\nfunc Test_b(t *testing.T) {}\nfunc Testify(t *testing.T) {}\nfunc TestMain(m *testing.M) {}",
    { isProgram: false, tests: ["TestÄ", "Test_b"] },
  ],
])("reads a Go file: %s", (path, text, expected) => expect(packageFacts(path, text)).toEqual(expected));
