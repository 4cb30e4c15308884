/** `godiag watch` on a real program: a contract of JSON lines, a table for people, and sentences for what cannot be. */
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../src/cli/main.js";
import type { LiveSample } from "../../src/core/live/live-sample.js";
import { builtHolders, startHolders } from "../support/holders-program.js";
import { builtLive, type LiveProgram, startLive } from "../support/live-program.js";
import { testTerminal } from "../support/terminal.js";

let live: LiveProgram;
beforeAll(async () => {
  live = startLive(builtLive("go1.26.8"));
  for (let i = 0; i < 6; i++) await live.ask("work");
}, 120_000);
afterAll(() => live.stop());

async function watch(args: readonly string[], world: Partial<ReturnType<typeof testTerminal>> = {}) {
  const terminal = { ...testTerminal(), ...world };
  const code = await run(["watch", ...args], terminal);
  return { code, ...terminal.written };
}

const samplesIn = (out: string) =>
  out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as LiveSample);

test("JSON lines are as the contract says", async () => {
  const { code, out, err } = await watch([`pid:${live.pid}`, "--interval", "0.1", "--seconds", "0.45", "--json"]);
  expect([code, err]).toEqual([0, ""]);
  const samples = samplesIn(out);
  expect(samples.length).toBeGreaterThan(1);
  const [first, second] = samples;
  const runtime = ["heapLive", "heapGoal", "heapInuse", "stacks", "numGC", "gcPauseNs", "schedLatencyNs", "goroutines"];
  const system = ["threads", "rss", "cpuSeconds", "fds"];
  const about = ["atMs", "source", "stopsOfTheWorld"];
  expect(Object.keys(first).sort()).toEqual([...about, ...runtime, ...system, "pss"].sort());
  expect(Object.keys(second).sort()).toEqual([...about, ...runtime, ...system].sort());
  expect([first.source, first.stopsOfTheWorld]).toEqual(["memory", 0]);
  expect(Object.keys(first.gcPauseNs)).toEqual(["p50", "p99", "max"]);
  expect(first.gcPauseNs.max).toBeGreaterThan(0);
  expect(second.gcPauseNs).toEqual({ p50: null, p99: null, max: null });
  expect(first.rss).toBeGreaterThan(2 ** 20);
});

test("people get a line a sample in a pipe, and a table that stands still on a terminal", async () => {
  const args = [`pid:${live.pid}`, "--interval", "0.1", "--seconds", "0.15"];
  const piped = await watch(args);
  const [title, header, line] = piped.out.split("\n");
  expect(title).toMatch(/^pid:\d+, go1\.26\.8, every 0\.1 s, read from its memory: 0 stops of the world/);
  expect(header).toMatch(/^ +heap +goal +in use .* CPU$/);
  expect(line).toMatch(/^ +[\d.]+MB +[\d.]+MB /);
  const shown = await watch(args, { columns: 100 });
  expect(shown.out).toContain("\u001b[14A\u001b[J");
  expect(shown.out).toMatch(/ +now +in [\d.]+m?s\n/);
  expect(shown.out).toMatch(/^heap live +[\d.]+MB/m);
  expect(shown.out).toMatch(/^GC pauses +.* p50 +.* p99 +.* max$/m);
});

test("it ends with the program, and says so", async () => {
  const other = startLive(builtLive("go1.26.8"));
  await other.ask("work");
  let lines = 0;
  const terminal = testTerminal();
  const out = (text: string) => {
    terminal.out(text);
    if (++lines === 2) void other.stop();
  };
  const code = await run(["watch", `pid:${other.pid}`, "--interval", "0.05", "--json"], { ...terminal, out });
  expect([code, terminal.written.err]).toEqual([0, `pid:${other.pid} has ended\n`]);
  expect(samplesIn(terminal.written.out).length).toBeGreaterThanOrEqual(2);
});

test("it ends when it is told to", async () => {
  const told = new AbortController();
  const terminal = testTerminal({ signal: told.signal });
  const out = () => told.abort();
  expect(await run(["watch", `pid:${live.pid}`, "--json"], { ...terminal, out })).toBe(0);
});

test("what cannot be watched is said, with what to do", async () => {
  const stripped = builtHolders("go1.26.8", ["-ldflags=-s"]);
  const program = await startHolders(stripped);
  const gone = spawnSync("true").pid;
  const refusals: [string, RegExp][] = [
    ["http://localhost:6060", /only these are watched\. Give pid:N/],
    ["dlv:localhost:1", /only these are watched/],
    ["gops:1", /only these are watched/],
    ["./cmd", /only these are watched/],
    ["pid:none", /pid:none names no process/],
    [`pid:${gone}`, /there is no such process/],
    [`pid:${process.pid}`, /it is no Go program/],
    [`pid:${program.account.pid}`, /built without symbols \(-ldflags=-s\)/],
  ];
  try {
    for (const [target, sentence] of refusals) {
      const { code, out, err } = await watch([target]);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toMatch(sentence);
    }
  } finally {
    await program.stop();
  }
  expect((await watch([`pid:${live.pid}`, "--interval", "0"])).err).toMatch(/from 0\.05 to/);
});
