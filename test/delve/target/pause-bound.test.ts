/**
 * How long a process stands still to be read, without Delve and through it: what its own heartbeat sees is reported, and is never more
 * than is allowed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeEach, expect, test, type TestContext } from "vitest";
import { run } from "../../../src/cli/main.js";
import type { Pauses } from "../../../src/core/diagnosis/diagnosis.js";
import { tracingOf } from "../../../src/process/proc.js";
import { delve } from "../../support/delve.js";
import { built } from "../../support/paused-debuggee.js";
import { testTerminal } from "../../support/terminal.js";

const own = mkdtempSync(join(tmpdir(), "godiag-pauses-"));
afterAll(() => rmSync(own, { recursive: true, force: true }));
const env = { ...process.env, PATH: [dirname(resolve(delve)), process.env["PATH"]].join(delimiter) };
/** Beyond a stop: until a busy machine lets the program run again. */
const BUSY_MS = 300;

let written = "";
let context: TestContext;
beforeEach((one) => {
  context = one;
  written = "";
});

async function godiag(...args: string[]) {
  const terminal = testTerminal({ env, cwd: own });
  const code = await run(args, terminal);
  return { code, ...terminal.written };
}

/** Resolves when it is ready; its gaps are written down from then on. */
async function heartbeat(name: string, ...args: string[]): Promise<ChildProcess> {
  const binary = built("test/fixtures/heartbeat", name, "go1.26.8");
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "ignore"] });
  context.onTestFinished(() => void child.kill("SIGKILL"));
  child.stdout.setEncoding("utf8").on("data", (text: string) => (written += text));
  await expect.poll(() => written, { timeout: 60_000 }).toContain("ready");
  return child;
}

/** The longest time, in milliseconds, in which the program itself did not get on. */
async function longestGap(): Promise<number> {
  await sleep(200); // it tells the last one when it runs again
  const gaps = [...written.matchAll(/^gap (\d+\.\d)$/gm)].map(([, ms]) => Number(ms));
  return Math.max(0, ...gaps);
}

function expectFree({ pid, exitCode, signalCode }: ChildProcess): void {
  expect([exitCode, signalCode, tracingOf(String(pid))?.tracer]).toEqual([null, null, 0]);
}

const ways: readonly string[][] = [
  ["goroutines"],
  ["leaks"],
  ["capture", "--profile", "heap", "-o", "heap.pb.gz"],
  ["diagnose", "--samples", "2", "--interval", "0.2"],
];

const throughDelve = ways.map((way) => [...way, "--delve"]);

test.each([...ways, ...throughDelve])("%s: all of the stop that the program sees is reported", async (...asked) => {
  const [command, ...options] = asked;
  const child = await heartbeat(".", "-goroutines=100");
  const { code, out, err } = await godiag(command, `pid:${child.pid}`, ...options, "--max-pause", "60", "--json");
  expect(code, err).toBe(0);
  const { count, maxMs, totalMs } = (JSON.parse(out) as { pauses: Pauses }).pauses;
  // Two samples, and through Delve to attach and to let go, else once to see who holds the memory: nothing grows.
  expect(count).toBe(command !== "diagnose" ? 1 : asked.includes("--delve") ? 4 : 3);
  expect(maxMs).toBeGreaterThan(0);
  expect(totalMs).toBeGreaterThanOrEqual(maxMs);
  if (command !== "diagnose") expect(await longestGap()).toBeLessThan(maxMs + BUSY_MS);
  expectFree(child);
});

test.each(throughDelve)("%s is not begun when it would take longer than is allowed", async (command, ...options) => {
  const child = await heartbeat(".");
  const { code, out, err } = await godiag(command, `pid:${child.pid}`, ...options, "--max-pause", "0.05");
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(/that would stop it for about [\d.]+ s.*, and 0\.05 s is allowed: it was not begun\. Allow a/);
  expect(await longestGap()).toBeLessThan(50 + BUSY_MS);
  expectFree(child);
});

test.each([
  ["without Delve", 0.03, []],
  ["through Delve", 0.6, ["--delve"]],
])("a reading that takes longer than is allowed is ended, and the program goes on: %s", async (_, seconds, options) => {
  const child = await heartbeat(".", "-mb=100", "-goroutines=50000");
  written = "";
  const pause = ["--max-pause", String(seconds)];
  const { code, out } = await godiag("leaks", `pid:${child.pid}`, ...pause, ...options, "--json");
  const message = expect.stringContaining(
    `than the pause of ${seconds} s that is allowed: it was ended, and the program goes on`,
  ) as string;
  expect([code, JSON.parse(out)]).toEqual([2, { error: { code: "max-pause", message } }]);
  expect(await longestGap()).toBeLessThan(seconds * 1000 + BUSY_MS);
  expectFree(child);
  const { length } = written;
  child.kill("SIGSTOP");
  await sleep(50);
  child.kill("SIGCONT");
  await expect.poll(() => written.length).toBeGreaterThan(length); // its heart beats: it tells of that gap
});

test("the debug information of a large program is not read at a stop unless that is allowed", async () => {
  const child = spawn(delve, ["dap", "--listen=127.0.0.1:0"], { stdio: "ignore" });
  context.onTestFinished(() => void child.kill("SIGKILL"));
  await expect.poll(() => tracingOf(String(child.pid))?.tracer).toBe(0);
  const { code, err } = await godiag("leaks", `pid:${child.pid}`, "--delve");
  expect([code, err]).toEqual([2, expect.stringMatching(/\d+ MB of debug information, .* 1 s is allowed: it was not/)]);
  expectFree(child);
});

test("a program that serves its profiles is asked itself, unless Delve is asked for", async () => {
  const child = await heartbeat("./served");
  for (const command of ["goroutines", "leaks"]) {
    const asked = await godiag(command, `pid:${child.pid}`, "--json");
    expect(asked.code).toBe(0);
    expect(JSON.parse(asked.out)).not.toHaveProperty("pauses");
    expect(asked.err).toMatch(/was asked itself, and not stopped; --delve reads its memory too/);
    const read = await godiag(command, `pid:${child.pid}`, "--delve", "--max-pause", "60");
    expect([read.code, read.err]).toEqual([0, expect.stringMatching(/stood still for \d+ ms, once\n$/)]);
  }
});
