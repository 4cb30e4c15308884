/**
 * Workspaces as people have them, read from the disk: what is found in them, after what is there.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { check, fixAll, pathsNamed } from "../../src/launch/check.js";
import { pathFacts } from "../../src/machine/launch-facts.js";
import { NEWEST, configuration } from "../support/launch-case.js";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function workspace(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "godiag-field-"));
  folders.push(folder);
  for (const [name, text] of Object.entries({ "go.mod": "module x\n", ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const main = "package main\n\nfunc main() {}\n";
const usesHelper = "package main\n\nfunc main() { helper() }\n";
const helper = "package main\n\nfunc helper() {}\n";
const launch = (more: string) => `"request": "launch", "mode": "debug", ${more}`;
const at = (path: string) => `"program": "\${workspaceFolder}${path}"`;

test.each<[string, Readonly<Record<string, string>>, string, string[]]>([
  ["a program", { "main.go": main }, launch(at("")), []],
  [
    "no envFile",
    { "main.go": main },
    launch(`${at("")}, "envFile": "\${workspaceFolder}/.env"`),
    ["error missing-files"],
  ],
  ["an envFile", { "main.go": main, ".env": "" }, launch(`${at("")}, "envFile": "\${workspaceFolder}/.env"`), []],
  ["no cwd", { "main.go": main }, launch(`${at("")}, "cwd": "\${workspaceFolder}/nope"`), ["error missing-files"]],
  ["a library", { "lib/l.go": "package lib\n" }, launch(at("/lib")), ["error program-package"]],
  ["no Go files", { "main.go": main, "docs/a.md": "" }, launch(at("/docs")), ["error program-package"]],
  [
    "one file of two",
    { "main.go": usesHelper, "helper.go": helper },
    launch(at("/main.go")),
    ["error program-package"],
  ],
  ["one file that is enough", { "main.go": main, "helper.go": helper }, launch(at("/main.go")), []],
  ["no program", { "main.go": main }, launch(at("/cmd")), ["error program-not-found"]],
  [
    "a binary that a task builds",
    {},
    `"request": "launch", "mode": "exec", ${at("/bin/app")}, "preLaunchTask": "b"`,
    [],
  ],
  [
    "a binary on another machine",
    {},
    `"request": "launch", "mode": "exec", "program": "/no/app", "port": 2345, "host": "10.0.0.5"`,
    ["information port-on-launch"],
  ],
])("%s", async (_, files, body, found) => {
  const folder = workspace(files);
  const text = configuration(body);
  const known = async (about: string) => ({
    ...NEWEST,
    ...(await pathFacts(pathsNamed(about, "launch"), { folder, env: {} })),
  });
  const facts = await known(text);
  expect(check(text, "launch", facts).map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(found);
  // What a fix writes is there, too.
  const { text: fixed } = fixAll(text, "launch", facts);
  const before = check(text, "launch", facts).filter(({ fix }) => !fix);
  expect(check(fixed, "launch", await known(fixed)).map(({ rule }) => rule)).toEqual(before.map(({ rule }) => rule));
});

test("a launch.json apart from its module says nothing about Go files", async () => {
  const folder = mkdtempSync(join(tmpdir(), "godiag-field-"));
  folders.push(folder);
  const facts = await pathFacts(["."], { folder, env: {} });
  expect(facts).toEqual({ folder, paths: { ".": "directory" }, packages: {} });
});
