/** `godiag env check` on made-up machines: a PATH of shell scripts, and a folder to look from. */
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
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
async function rules(env: Record<string, string> = {}, args: string[] = []): Promise<string[]> {
  const { out } = await check([...args, "--json"], env);
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
  expect(out).toContain("does not tell its version: go: cannot find GOROOT directory.");
  expect(out).toContain("`go env` fails here: go: cannot find GOROOT directory");
});

test("a go whose answer is no JSON", async () => {
  put("go/VERSION", "go1.26.8");
  program("go/bin/go", "echo 'go version go1.26.8 linux/amd64'");
  dlv("1.27.1");
  expect(await rules()).toEqual(["go", "go-env", "dlv"]);
});

test("a machine with everything: shim, old archives, a go.work that uses a module twice, the editor's own -mod", async () => {
  const home = join(machine, "home");
  sdk("old", "1.22.0");
  program(
    "tools/shims/go",
    `case $1 in version) echo "go version go1.26.8 linux/amd64";; env) echo '{"GOFLAGS":"","GOPATH":"${home}","GOPROXY":"none"}';; esac`,
  );
  dlv("1.27.1");
  put("home/pkg/linux_amd64/example.com/m.a", "!<arch>");
  put("home/pkg/mod/cache/x.a", "");
  put("w/go.work", "go 1.26\nuse (\n\t./a\n\t./b\n)\n");
  put("w/a/go.mod", "module example.com/m\n");
  put("w/b/go.mod", "module example.com/m\n");
  put("w/.vscode/settings.json", `{ "go.toolsEnvVars": { "GOFLAGS": "-mod=vendor" }, }`);
  put(
    "w/.vscode/launch.json",
    `{ "configurations": [{ "name": "Run", "type": "go", "request": "launch", "mode": "exec" }] }`,
  );
  const path = ["tools/shims", "tools", "old/bin"].map((folder) => join(machine, folder)).join(":");
  expect(await rules({ PATH: path }, ["w/a"])).toEqual([
    "go",
    "go-shim",
    "several-go",
    "dlv",
    "stale-pkg",
    "module-twice",
    "goflags-mod-differs",
    "goflags-optimised",
    "goproxy-malformed",
  ]);
});

test("a module proxy is asked whether it is there, and only that", async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  sdk("go", "1.26.8", `{"GOPROXY":"http://user:secret@127.0.0.1:${port}/go,direct"}`);
  dlv("1.27.1");
  expect(await rules()).toEqual(["go", "dlv"]);
  await new Promise((resolve) => server.close(resolve));
  expect(await rules()).toEqual(["go", "dlv", "goproxy-unreachable"]);
  expect(await rules({ HTTPS_PROXY: "http://127.0.0.1:1" })).toEqual(["go", "dlv"]);
  expect(asked).toEqual(["HEAD /go undefined"]);
});

test("a module proxy that never answers is given up", async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  sdk("go", "1.26.8", `{"GOPROXY":"http://127.0.0.1:${port}|direct"}`);
  dlv("1.27.1");
  const { code, out } = await check();
  expect(out).toContain(`The module proxy http://127.0.0.1:${port} was not reached (no answer within 2 s)`);
  expect(code === 0 || out.includes("ptrace-scope")).toBe(true); // information alone is no failure
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
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
