/**
 * Programs that are named by what they are: a process, a gops agent, a package to build and run. Real programs, built
 * with the installed Go.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildProgram, goVersion, startProgram } from "../../../src/capture/go-program.js";
import { goProcesses } from "../../../src/capture/go-processes.js";
import { gopsAgentOf } from "../../../src/capture/gops.js";
import { run } from "../../../src/cli/main.js";
import type { Diagnosis } from "../../../src/core/diagnosis/diagnosis.js";
import { delve } from "../../support/delve.js";
import { testTerminal } from "../../support/terminal.js";

const temporary = mkdtempSync(join(tmpdir(), "godiag-targets-"));
const env = {
  ...process.env,
  PATH: [dirname(resolve(delve)), process.env["PATH"]].join(delimiter),
  TMPDIR: temporary,
  GOPS_CONFIG_DIR: join(temporary, "gops"),
} as Record<string, string>;
beforeAll(async () => {
  if ((await goVersion(process.env)) === undefined) {
    throw new Error(
      "Go was not found. Install it from https://go.dev/dl, put its bin folder on PATH, and run: npm test",
    );
  }
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

async function godiag(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const terminal = testTerminal({ cwd: temporary, env });
  const code = await run(args, terminal);
  return { code, ...terminal.written };
}

async function running(folder: string): Promise<{ pid: number; stop: () => Promise<void> }> {
  const built = await buildProgram(folder, ".", process.env, new AbortController().signal);
  if (!built.ok) throw new Error(built.problem.why);
  const started = await startProgram(built.value.binary, [], { env });
  if (!started.ok) throw new Error(started.problem.why);
  const stop = async () => {
    await started.value.stop();
    built.value.remove();
  };
  return { pid: started.value.pid, stop };
}

test("a process is captured and diagnosed by its id", async () => {
  const { pid, stop } = await running("test/fixtures/leaks/stacks");
  try {
    await sleep(1000);
    const captured = await godiag("capture", `pid:${pid}`, "--profile", "heap", "-o", "heap.pb.gz");
    expect([captured.code, captured.err]).toEqual([0, ""]);
    const { code, out } = await godiag("diagnose", `pid:${pid}`, "--samples", "8", "--interval", "1", "--json");
    const { verdict, findings, snapshots } = JSON.parse(out) as Diagnosis;
    expect([code, verdict, findings[0]?.function]).toEqual([0, "leak", "main.node.walk"]);
    expect(snapshots.every(({ rss, heapInuse, stackInuse }) => rss && heapInuse && stackInuse)).toBe(true);
    if (process.platform === "linux") {
      expect((await goProcesses()).map((one) => one.pid)).toContain(pid);
    }
  } finally {
    await stop();
  }
});

test("a program with nothing but a gops agent is diagnosed through it", async () => {
  const { pid, stop } = await running("test/fixtures/gops-program");
  try {
    while ((await gopsAgentOf(pid, env)) === undefined) await sleep(50); // the test's own timeout ends it
    const stacks = await godiag("capture", `gops:${pid}`, "--profile", "goroutine", "-o", "goroutines.txt");
    expect([stacks.code, stacks.err]).toEqual([0, ""]);
    expect((await godiag("goroutines", "goroutines.txt")).out).toContain("main.main");
    // By its process id, too: it listens, but serves no pprof.
    for (const target of [`gops:${pid}`, `pid:${pid}`]) {
      const { code, out } = await godiag("diagnose", target, "--samples", "8", "--interval", "0.7", "--json");
      const { verdict, findings, snapshots } = JSON.parse(out) as Diagnosis;
      expect([code, verdict, findings[0]?.function]).toEqual([0, "leak", "main.keep"]);
      expect(snapshots.every(({ rss, goroutines, gcCycles }) => rss && goroutines && gcCycles)).toBe(true);
    }
  } finally {
    await stop();
  }
});

/** Command lines of processes that were started from the temporary folder. */
const leftBehind = (): string[] =>
  execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })
    .split("\n")
    .filter((args) => args.startsWith(temporary) || args.includes("sleep 98765"));

test("a package is built, run, put under load, diagnosed and stopped, with what the load started", async () => {
  const load = 'echo "$GODIAG_PID $GODIAG_PPROF" > load.txt; sleep 98765';
  const options = ["--load", load, "--warm-up", "1", "--samples", "8", "--interval", "1", "--json"];
  const { code, out } = await godiag("diagnose", resolve("test/fixtures/leaks/stacks"), ...options);
  const { verdict, findings } = JSON.parse(out) as Diagnosis;
  expect([code, verdict, findings[0]?.function]).toEqual([0, "leak", "main.node.walk"]);
  expect(execFileSync("cat", [join(temporary, "load.txt")], { encoding: "utf8" })).toMatch(
    /^\d+ http:\/\/127\.0\.0\.1:\d+\/debug\/pprof\/\n$/,
  );
  expect([leftBehind(), readdirSync(temporary).filter((name) => name.startsWith("godiag-run"))]).toEqual([[], []]);
});

test("load that ends early is told", async () => {
  const options = ["--load", "exit 3", "--warm-up", "0.2", "--samples", "2", "--interval", "0.2", "--json"];
  const { out } = await godiag("diagnose", resolve("test/fixtures/leaks/channel"), ...options);
  expect((JSON.parse(out) as Diagnosis).notes[0].code).toBe("load-ended");
});

test.each([
  ["without a main package", "test/fixtures/leaks/internal/service", /it is not a main package/],
  ["that does not compile", "test/fixtures/leaks", /cannot build .*no Go files/],
  ["that ends at once, under Delve", "test/fixtures/launch-program", /it ended, and said "kept 41"/],
])("a package %s is told, and nothing is left behind", async (_, folder, words) => {
  const { code, out, err } = await godiag("diagnose", resolve(folder), "--wait", "1");
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(words);
  expect(leftBehind()).toEqual([]);
});

test("a stripped program is told, and goes on", async () => {
  const stripped = { ...process.env, GOFLAGS: "-ldflags=-s" };
  const built = await buildProgram("test/fixtures/no-pprof", ".", stripped, new AbortController().signal);
  if (!built.ok) throw new Error(built.problem.why);
  const started = await startProgram(built.value.binary, ["serve"], { env });
  if (!started.ok) throw new Error(started.problem.why);
  try {
    const { pid } = started.value;
    for (const args of [
      ["diagnose", `pid:${pid}`],
      ["leaks", `pid:${pid}`],
      ["capture", `pid:${pid}`, "--profile", "heap", "-o", "x.pb.gz"],
    ]) {
      const { code, out } = await godiag(...args, "--json", "--max-pause", "60");
      expect([code, JSON.parse(out)]).toEqual([
        2,
        { error: { code: "no-debug-info", message: expect.stringContaining("it has no debug information") as string } },
      ]);
    }
    process.kill(pid, 0); // it is still there
    const terminal = testTerminal({ cwd: temporary, env: { ...env, GOFLAGS: "-ldflags=-s" } });
    expect(await run(["diagnose", resolve("test/fixtures/no-pprof"), "--json"], terminal)).toBe(2);
    expect(terminal.written.out).toContain('"code":"no-debug-info"');
  } finally {
    await started.value.stop();
    built.value.remove();
  }
});

test("a program that is linked dynamically is diagnosed from its first allocation on", async () => {
  const terminal = testTerminal({ cwd: temporary, env: { ...env, GOFLAGS: "-tags=dynamic" } });
  const series = ["--samples", "6", "--interval", "1", "--warm-up", "0", "--args", "serve"];
  const code = await run(["diagnose", resolve("test/fixtures/no-pprof"), ...series, "--json"], terminal);
  const { verdict, findings } = JSON.parse(terminal.written.out) as Diagnosis;
  expect([code, verdict]).toEqual([0, "leak"]);
  expect(findings.map((finding) => finding.function)).toContain("main.session");
});
