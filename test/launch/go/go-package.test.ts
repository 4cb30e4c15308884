/** What go makes of a folder or of one file in it, by the text alone: certain, or nothing said. */
import { expect, test } from "vitest";
import { packageFact } from "../../../src/launch/go/go-package.js";

const files = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([name, text]) => ({ name, text }));
const main = "package main\n\nfunc main() {}\n";
const lib = "package lib\n\nfunc Do() {}\n";

test.each<[string, Readonly<Record<string, string>>, string | undefined]>([
  ["a program", { "main.go": main }, "main"],
  ["a library", { "lib.go": lib }, "library"],
  ["nothing", {}, "none"],
  ["tests alone", { "a_test.go": "package a" }, "library"],
  ["a program behind comments", { "main.go": `// package lib\n/* package lib\n*/\n${main}` }, "main"],
  ["a library with a generator", { "lib.go": lib, "gen.go": `//go:build ignore\n\n${main}` }, "library"],
  ["a library that may be a program", { "lib.go": lib, "cli.go": `//go:build cli\n\n${main}` }, undefined],
  ["files for other systems only", { "main_windows.go": main }, undefined],
  ["two packages", { "a.go": main, "b.go": lib }, undefined],
  ["cgo", { "main.go": `package main\nimport "C"\nfunc main() {}` }, undefined],
])("%s", (_, texts, kind) => expect(packageFact(files(texts))?.kind).toBe(kind));

test.each<[string, string, readonly string[]]>([
  ["calls", "package main\nfunc main() { helper() }", ["helper"]],
  ["makes", "package main\nfunc main() { _ = Config{} }", ["Config"]],
  ["takes the address of", "package main\nfunc main() { run(&Config{}) }\nfunc run(any) {}", ["Config"]],
  ["asks a variable", "package main\nfunc main() { rootCmd.Execute() }", ["rootCmd"]],
  ["reaches into a block", "package main\nfunc main() { second() }", ["second"]],
  ["names in strings and comments", 'package main\n// helper()\nfunc main() { println("helper()") }', []],
  ["has its own", "package main\nfunc main() { helper() }\nfunc helper() {}", []],
  ["has a local one", "package main\nfunc main() { helper := func() {}; helper() }", []],
  ["has a parameter", "package main\nfunc main() { run(nil) }\nfunc run(helper func()) { helper() }", []],
  ["imports one", 'package main\nimport "example.com/helper"\nfunc main() { helper.Do() }', []],
  ["uses a field", "package main\nfunc main() { x.helper() }\nvar x struct{ helper func() }", []],
  ["fills a field", "package main\ntype T struct{ rootCmd int }\nfunc main() { _ = T{rootCmd: 1} }", []],
  ["needs nothing", main, []],
])("one file that %s", (_, text, expected) => {
  const other =
    "package main\n\nfunc helper() {}\n\ntype Config struct {\n\tA int\n}\n\nvar rootCmd = 1\n\nvar (\n\tfirst = 1\n\tsecond = func() {}\n)\n";
  const fact = packageFact(files({ "main.go": text, "other.go": other, "lib_test.go": "package main" }), "main.go");
  expect(fact).toEqual({ kind: "main", hasTests: true, mains: 1, declaredElsewhere: expected });
});

test("a file that a constraint may leave out is not judged, and a second main is counted", () => {
  expect(packageFact(files({ "main.go": `//go:build x\n\n${main}` }), "main.go")).toBeUndefined();
  expect(packageFact(files({ "a.go": main, "b.go": main }), "a.go")?.mains).toBe(2);
});
