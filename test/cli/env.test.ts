/** `godiag env check` on made-up machines: a PATH of shell scripts, and a folder to look from. */
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run } from "../../src/cli/main.js";
import { testTerminal } from "../support/terminal.js";

let machine: string;
beforeEach(() => (machine = realpathSync(mkdtempSync(join(tmpdir(), "go-diagnostics-env-")))));
afterEach(() => rmSync(machine, { recursive: true, force: true }));

const put = (path: string, text: string) => {
  mkdirSync(dirname(join(machine, path)), { recursive: true });
  writeFileSync(join(machine, path), text);
};
const program = (path: string, script: string) => {
  put(path, `#!/bin/sh\n${script}\n`);
  chmodSync(join(machine, path), 0o755);
};
/** A go command of an SDK in `root`, which answers `go version` and `go env`. */
const sdk = (root: string, version: string, goEnv = "{}") => {
  put(`${root}/VERSION`, `go${version}`);
  program(
    `${root}/bin/go`,
    `case $1 in version) echo "go version go${version} linux/amd64";; env) echo '${goEnv}';; esac`,
  );
};
const dlv = (version: string) => program("tools/dlv", `echo "Delve Debugger"; echo "Version: ${version}"`);

async function check(args: string[] = [], env: Record<string, string> = {}) {
  const path = ["tools", "go/bin", "old/bin"].map((folder) => join(machine, folder)).join(":");
  const terminal = testTerminal({ cwd: machine, env: { PATH: path, HOME: machine, ...env } });
  const code = await run(["env", "check", ...args], terminal);
  return { code, ...terminal.written };
}
/** Rules that were found, without what depends on the kernel that runs this test. */
async function rules(env: Record<string, string> = {}): Promise<string[]> {
  const { out } = await check(["--json"], env);
  const { findings } = JSON.parse(out) as { findings: { rule: string }[] };
  return findings.map(({ rule }) => rule).filter((rule) => rule !== "ptrace-scope");
}

test("a sound machine", async () => {
  sdk("go", "1.26.8");
  dlv("1.27.1");
  expect(await rules()).toEqual(["go", "dlv"]);
});

test("an empty one", async () => {
  expect(await rules()).toEqual(["go-missing", "dlv-missing"]);
  expect((await check()).code).toBe(1);
});

test("a dlv that is too old for the go on PATH, and another go behind it", async () => {
  sdk("go", "1.27.3");
  sdk("old", "1.22.0");
  dlv("1.24.0");
  expect(await rules()).toEqual(["go", "several-go", "dlv", "dlv-too-old"]);
});

test("one go under two names is one go", async () => {
  sdk("go", "1.26.8");
  mkdirSync(join(machine, "old/bin"), { recursive: true });
  symlinkSync(join(machine, "go/bin/go"), join(machine, "old/bin/go"));
  dlv("1.27.1");
  expect(await rules()).toEqual(["go", "dlv"]);
});

test("GOROOT of another SDK", async () => {
  sdk("go", "1.26.8");
  dlv("1.27.1");
  expect(await rules({ GOROOT: join(machine, "old") })).toEqual(["go", "goroot", "dlv"]);
  expect(await rules({ GOROOT: join(machine, "go") })).toEqual(["go", "dlv"]);
});

test("what go env answers is judged beside the files of the folder and of those above", async () => {
  sdk("go", "1.26.8", `{"GOFLAGS":"-mod=vendor","GO111MODULE":"off","GOWORK":"off"}`);
  dlv("1.27.1");
  put("go.mod", "module m");
  put("go.work", "go 1.26");
  put("inner/x.go", "package x");
  const { code, out } = await check(["inner"]);
  expect(code).toBe(1);
  for (const rule of ["go111module", "gowork", "goflags-vendor"]) expect(out).toContain(`${rule}: `);
});

test("a go that fails says why", async () => {
  put("go/VERSION", "");
  program("go/bin/go", "echo 'go: cannot find GOROOT directory' >&2; exit 2");
  dlv("1.27.1");
  const { out } = await check();
  expect(out).toContain("`go env` fails here: go: cannot find GOROOT directory");
});

test("escape sequences of a program do not reach the terminal", async () => {
  program("go/bin/go", "printf 'go: \\033[31mred\\n' >&2; exit 2");
  expect((await check()).out).not.toContain("\u001b");
});

test("a folder that is not there", async () => {
  expect(await check(["nowhere"])).toEqual({
    code: 2,
    out: "",
    err: "godiag: cannot check nowhere: there is no such folder. Name one that exists\n",
  });
});
