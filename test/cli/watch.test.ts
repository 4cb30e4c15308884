/** `godiag watch` on a real program: a contract of JSON lines, a table for people, and sentences for what cannot be. */
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../src/cli/main.js";
import type { LiveSample } from "../../src/core/live/live-sample.js";
import { builtHolders, startHolders } from "../support/holders-program.js";
import { httpServer } from "../support/local-server.js";
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
    ["http://127.0.0.1:1/metrics", /nothing listens on 127\.0\.0\.1:1/],
    ["unix:/none.sock", /only http and https addresses are watched/],
    ["dlv:localhost:1", /only these are watched/],
    ["gops:1", /it has no gops agent/],
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

const METRICS = `# HELP go_goroutines Number of goroutines that currently exist.
go_goroutines 12
go_threads 9
go_gc_duration_seconds_count 4
go_memstats_heap_alloc_bytes 3.145728e+06
go_memstats_heap_inuse_bytes 4.194304e+06
go_memstats_next_gc_bytes 6e+06
go_memstats_stack_inuse_bytes 65536
process_cpu_seconds_total 1.5
process_open_fds 11
process_resident_memory_bytes 2.5e+07
`;

test("what a program publishes is watched as well, and what it does not publish is null", async () => {
  const server = await httpServer((request, response) => {
    if (request.url === "/metrics") response.end(METRICS);
    else response.end(JSON.stringify({ memstats: { HeapAlloc: 7, NextGC: 9, HeapInuse: 8, StackInuse: 1, NumGC: 2 } }));
  });
  const watched = async (path: string) =>
    samplesIn((await watch([`${server}${path}`, "--interval", "0.1", "--seconds", "0.05", "--json"])).out)[0];
  expect(await watched("/metrics")).toMatchObject({
    ...{ source: "metrics", stopsOfTheWorld: 0, heapLive: 3_145_728, heapGoal: 6e6, heapInuse: 4_194_304 },
    ...{ stacks: 65_536, numGC: 4, goroutines: 12, threads: 9, rss: 2.5e7, cpuSeconds: 1.5, fds: 11 },
    gcPauseNs: { p50: null, p99: null, max: null },
  });
  expect(await watched("/debug/vars")).toMatchObject({
    ...{ source: "expvar", stopsOfTheWorld: 1, heapLive: 7, heapGoal: 9, heapInuse: 8, numGC: 2 },
    ...{ goroutines: null, threads: null, rss: null, fds: null },
  });
  const { out } = await watch([`${server}/debug/vars`, "--seconds", "0.05"]);
  expect(out).toMatch(/every 15 s, read from its expvar: 1 stop of the world a sample/);
});

test("an endless answer is refused, and one without numbers of Go", async () => {
  const server = await httpServer((request, response) => {
    if (request.url === "/text") return void response.end("hello");
    const line = `other_metric{label="${"x".repeat(1_000)}"} 1\n`.repeat(64);
    const more = () => {
      while (response.write(line));
      response.once("drain", more);
    };
    more();
  });
  expect((await watch([`${server}/metrics`])).err).toMatch(/larger than 4 MB/);
  expect((await watch([`${server}/text`])).err).toMatch(/has no numbers of a Go runtime/);
});
