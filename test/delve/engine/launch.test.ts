/**
 * The proof of the launch rules: what they call an error fails on a real dlv, what they write starts on one, and
 * every ready-made configuration starts as it is written. On the newest dlv and on 1.24.
 */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "jsonc-parser";
import { afterAll, describe, expect, test } from "vitest";
import { check, fixAll } from "../../../src/launch/check.js";
import type { Facts } from "../../../src/launch/rule.js";
import { SNIPPETS, snippetsFor } from "../../../src/launch/writing/snippets.js";
import { delve } from "../../support/delve.js";
import { askGo } from "../../../src/process/go-command.js";
import { askProgram } from "../../../src/process/run-to-end.js";
import { configuration } from "../../support/launch-case.js";
import { type Attributes, type Machine, startServer, stopAt } from "../../support/start-configuration.js";

const old = resolve(".tools/dlv-1.24/dlv");
if (!existsSync(old)) throw new Error("Delve 1.24 is missing. Run: node setup.mjs test");

const folder = join(mkdtempSync(join(tmpdir(), "godiag launch ü-")), "program");
cpSync("test/fixtures/launch-program", folder, { recursive: true });
afterAll(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

/** Each dlv debugs programs of its own range of Go versions only. */
const machines: readonly (Machine & { readonly version: string })[] = [
  { version: "1.27.1", dlv: delve, folder, env: process.env },
  { version: "1.24.0", dlv: old, folder, env: { ...process.env, GOTOOLCHAIN: "go1.24.13" } },
];

/** What articles tell people to write, in our words. */
const articles: Readonly<Record<string, string>> = {
  "heap sampling": `
    "request": "launch", "mode": "launch", "program": "\${workspaceFolder}",
    "args": ["--allow-non-terminal-interactive=true"],
    "dlvLoadAll": true, // show all goroutines
    "dlvLoadConfig": { "followPointers": true, "maxStringLen": 4096, "maxArrayValues": 1000 },`,
  "child processes": `
    "request": "launch", "mode": "auto", "program": "\${workspaceFolder}",
    "dlvArgs": ["--follow-fork", "--log-output=debugline,rpc"], "subprocess": true,
    "followForkFilter": "launched|child",`,
  "all goroutines": `
    "request": "launch", "mode": "debug", "program": "\${workspaceFolder}/main.go",
    "dlvDapMode": true, "dlvLoadAllConfig": { "maxArrayValues": -1 }, "stackTraceDepth": "100",
    "hideSystemGoroutines": "false"`,
  "continue on start": `
    "request": "launch", "program": "\${workspaceFolder}", "stopOnEntry": "false",
    "dlvFlags": ["--continue-on-start", "--allow-non-terminal-interactive", "--log-output=debugger,debugline"]`,
  "headless template": `
    "request": "launch", "mode": "debug", "program": "\${workspaceFolder}",
    "dlvFlags": ["--headless", "--api-version=2", "--accept-multiclient", "--only-same-user", "--continue"],
    "apiVersion": 2, "console": "integrated"`,
  "race detector": `
    "request": "launch", "mode": "debug", "program": "\${workspaceFolder}", "args": ["-race", "-v"]`,
  coverage: `
    "request": "launch", "mode": "test", "program": "\${workspaceFolder}",
    "args": ["-coverprofile=cover.out", "-run", "TestSum", "-race"]`,
  "memory limit and GC trace": `
    "request": "launch", "program": "\${workspaceFolder}",
    "env": { "GODEBUG": "gctrace=1", "GOMEMLIMIT": "2G", "GOLANGPPROF": "localhost:6060", "VERBOSE": 1 },
    "buildFlags": "-ldflags='-s -w' -gcflags='all=-N -l'"`,
  "flags as one string": `
    "request": "launch", "program": "\${workspaceFolder}", "dlvFlags": "--log --follow-fork=worker --preload",
    "env": ["A=b"], "substitutePath": [{ "local": "\${workspaceFolder}", "remote": "\${workspaceFolder}" }]`,
};

describe.each(machines)("dlv $version", (machine) => {
  const facts: Facts = {
    goos: "linux",
    proxy: false,
    root: true,
    dlv: { version: machine.version, path: machine.dlv },
  };

  test("is the one that is meant", async () => {
    const answer = await askProgram(machine.dlv, ["version"]);
    expect(answer).toMatchObject({ stdout: expect.stringContaining(`Version: ${machine.version}`) as string });
  });

  test.each(Object.entries(articles))("starts the fixed configuration of: %s", async (_, text) => {
    const before = configuration(text);
    expect(check(before, "launch", facts).filter(({ severity }) => severity !== "information")).not.toEqual([]);
    const { text: after, left } = fixAll(before, "launch", facts);
    // What is left is what only a newer dlv can do.
    const tooNew = machine.version === "1.24.0" ? ["newer-than-dlv"] : [];
    expect(tooNew).toEqual(
      expect.arrayContaining(left.filter(({ severity }) => severity !== "information").map(({ rule }) => rule)),
    );
    const [fixed] = (parse(after) as { configurations: Attributes[] }).configurations;
    const stopped = await stopAt("stop", fixed, machine);
    expect(stopped).toMatchObject({ reason: "breakpoint", function: expect.stringMatching(/\.sum$/) as string });
  });

  test.each(snippetsFor(facts))("starts the ready-made $id", async ({ id, configuration: ready, before }) => {
    expect(
      check(JSON.stringify({ configurations: [ready] }), "launch", facts).filter(
        ({ severity }) => severity !== "information",
      ),
    ).toEqual([]);
    const stopped = await startReady(id, ready, before, machine);
    expect(stopped).toMatchObject({ reason: "breakpoint" });
  });
});

test("the newest dlv gets every ready-made configuration", () => {
  expect(snippetsFor({ goos: "linux", proxy: false, dlv: { version: "1.27.1", path: "" } })).toEqual(SNIPPETS);
});

/** One line each: what is written, and how a real start of it ends. */
const failures: readonly (readonly [string, RegExp])[] = [
  [`"dlvFlags": ["--follow-fork"]`, /unknown flag: --follow-fork/],
  [`"dlvFlags": ["--continue-on-start"]`, /unknown flag: --continue-on-start/],
  [`"dlvFlags": ["--continue"]`, /unknown flag: --continue/],
  [`"dlvFlags": ["--preload"]`, /unknown flag: --preload/],
  [`"dlvFlags": ["--log-output rpc"]`, /unknown flag: --log-output rpc/],
  [`"dlvFlags": ["-check-go-version=false"]`, /unknown shorthand flag/],
  [`"dlvFlags": ["-headless"]`, /ended before it listened/],
  [`"dlvFlags": ["--log-output=rpc"]`, /--log-output specified without --log/],
  [`"mode": "launch"`, /unsupported 'mode' attribute "launch"/],
  [`"stackTraceDepth": "100"`, /cannot unmarshal string into "\S*stackTraceDepth" of type int/],
  [`"stopOnEntry": "false"`, /cannot unmarshal string into "\S*stopOnEntry" of type bool/],
  [`"env": { "PORT": 8080 }`, /cannot unmarshal number into "env" of type string/],
  [`"args": [8080]`, /cannot unmarshal number into "args" of type string/],
  [`"substitutePath": [{ "from": "/a" }]`, /requires both 'from' and 'to'/],
  [`"outputMode": "remotely"`, /unsupported 'outputMode' attribute/],
  [`"backend": "gdb"`, /unknown backend "gdb"/],
  [`"buildFlags": ["--allow-non-terminal-interactive"]`, /flag provided but not defined/],
  [`"env": { "GOMEMLIMIT": "2G" }`, /ended before it listened: .*malformed GOMEMLIMIT/s],
  [`"outputMode": "remote", "stdoutTo": "out.txt"`, /can not be used together with stdoutTo/],
];
const disappointments: typeof failures = [
  [`"buildFlags": "-ldflags='-s -w'"`, /does not bind: .*binary is stripped/],
  [`"buildFlags": ["-trimpath"]`, /does not bind: could not find file/],
];

test.each([
  ...failures.map(([body, words]) => [body, words, "error"] as const),
  ...disappointments.map(([body, words]) => [body, words, "warning"] as const),
])("goes wrong on dlv 1.27.1, as the rules say: %s", async (body, words, severity) => {
  const [newest] = machines;
  const text = configuration(`"request": "launch", "program": "\${workspaceFolder}", ${body}`);
  const facts: Facts = { goos: "linux", proxy: false, dlv: { version: newest.version, path: "" } };
  expect(check(text, "launch", facts).map((finding) => finding.severity)).toContain(severity);
  const [broken] = (parse(text) as { configurations: Attributes[] }).configurations;
  await expect(stopAt("stop", broken, newest)).rejects.toThrow(words);
});

async function startReady(id: string, ready: Attributes, before: string | undefined, machine: Machine) {
  const named = JSON.parse(JSON.stringify(ready).replace("TestName", "TestSum")) as Attributes;
  if (before !== undefined) {
    const { address, stop } = await startServer(before.replace(":2345", ":0"), machine);
    try {
      return await stopAt("stop", { ...named, port: Number(address.split(":")[1]) }, machine);
    } finally {
      await stop();
    }
  }
  if (id !== "attach") return stopAt(id === "children" ? "child" : "stop", named, machine);
  const built = join(folder, "..", `waiting-${machine.dlv.length}`);
  const answer = await askGo(["build", "-gcflags=all=-N -l", "-o", built, "."], {
    cwd: folder,
    env: { ...machine.env },
    limitMs: 60_000,
  });
  expect(answer).toMatchObject({ exitCode: 0 });
  const child = spawn(built, ["wait"], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    await new Promise((resolve) => child.stdout.once("data", resolve));
    return await stopAt("tick", named, { ...machine, processId: child.pid ?? 0 });
  } finally {
    child.kill("SIGKILL");
  }
}
