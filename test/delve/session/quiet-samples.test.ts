/**
 * Samples of a program that runs, which never imported pprof: paused for moments that the client hears nothing of, over
 * either engine, Go 1.24 and newest.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { gunzipSync } from "node:zlib";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { diagnose } from "../../../src/core/diagnosis/diagnose.js";
import type { Snapshot } from "../../../src/core/diagnosis/diagnosis.js";
import { parseDump } from "../../../src/core/goroutines/goroutine-dump.js";
import { ancestorFrames, framesOf } from "../../../src/core/goroutines/leak-frames.js";
import { openProfile } from "../../../src/core/open.js";
import { heapSampleRate } from "../../../src/core/profile/heap-measures.js";
import type { SampleBody, SeriesBody, StatusBody } from "../../../src/delve/session/requests.js";
import { connection, type Connection, INITIALIZE, markedLine } from "../../support/conversation.js";
import { built, MACHINES, NEW_MACHINE } from "../../support/paused-debuggee.js";
import { nothingRemains } from "../../support/remaining.js";

const folder = resolve("test/fixtures/no-pprof");
const SAMPLES = 8;
const EVERY_MS = 400;

const ways = MACHINES.flatMap((machine) => [
  { ...machine, engine: "rpc" as const },
  { ...machine, engine: "dap" as const },
]);

describe.each(ways)("$go, $engine engine", ({ dlv, delveVersion, go, engine }) => {
  let here: Connection;
  beforeEach(async () => {
    const options = { recordStarters: true };
    here = await connection({ version: delveVersion, dlv, env: process.env }, engine, folder, options);
    await here.talk.ask("initialize", INITIALIZE);
    here.talk.send("launch", { mode: "exec", program: built(folder, ".", go), args: ["serve"], outputMode: "remote" });
    await here.talk.event("initialized");
  });
  afterEach(async () => {
    await here.talk.ask("disconnect", { terminateDebuggee: true });
    await here.close();
  });

  test("a series names the line that leaks, and the client hears of no stop", async () => {
    await here.talk.ask("configurationDone");
    const { notes } = await asked<SeriesBody>("goDiagnostics/series", { collectEveryMs: EVERY_MS / 2 });
    expect(notes).toEqual([expect.stringContaining("every 0.2 s")]);
    const snapshots: Snapshot[] = [];
    for (let i = 0; i < SAMPLES; i++) {
      await later(EVERY_MS);
      const { heap, goroutines, totals, pausedMs } = await asked<SampleBody>("goDiagnostics/sample");
      expect(pausedMs).toBeGreaterThan(0);
      snapshots.push({ atMs: i * 60_000, heap: opened(heap), goroutine: opened(goroutines), ...totals });
    }
    await asked<SeriesBody>("goDiagnostics/series");
    expect(here.talk.text()).not.toMatch(/event (stopped|continued)/);
    // Each has a collection of its own.
    const cycles = snapshots.map(({ gcCycles = 0 }) => gcCycles);
    expect(new Set(cycles).size).toBe(SAMPLES);
    const { verdict, findings } = diagnose("no-pprof", snapshots);
    expect(verdict).toBe("leak");
    const places = findings.map(({ kind, line }) => [kind, line]);
    expect(places).toContainEqual(["heap-stack", markedLine(folder, "session")]);
    expect(places).toContainEqual(["goroutine", markedLine(folder, "stuck")]);
  });

  test("who started each goroutine is kept from the start on, and comes with a sample that asks for all of them", async () => {
    await here.talk.ask("configurationDone");
    await later(2 * EVERY_MS);
    const { heap, dump = "" } = await asked<SampleBody>("goDiagnostics/sample", { dump: true });
    expect(heapSampleRate(opened(heap))).toBe(64 * 1024);
    const goroutines = parseDump(Buffer.from(dump, "base64"));
    const stuck = Array.from({ length: goroutines.count }, (_, row) => row).filter((row) =>
      framesOf(goroutines, row).some(({ line }) => line === markedLine(folder, "stuck")),
    );
    expect(stuck.length).toBeGreaterThan(0);
    for (const row of stuck)
      expect(ancestorFrames(goroutines, row).map((frame) => frame.function)).toContain("main.main");
  });

  test("a breakpoint that is hit is the client's, and what it asks meanwhile is answered", async () => {
    const line = markedLine(folder, "tick");
    const source = { path: join(folder, "main.go") };
    await here.talk.ask("configurationDone");
    here.talk.send("goDiagnostics/sample");
    here.talk.send("setBreakpoints", { source, breakpoints: [{ line }] });
    const stopped = await here.talk.event("stopped"); // before the sample is answered, or after it
    expect(stopped.body).toMatchObject({ reason: "breakpoint" });
    // At a stop the program is read where it stands.
    expect((await asked<SampleBody>("goDiagnostics/sample")).pausedMs).toBe(0);
    await here.talk.ask("setBreakpoints", { source, breakpoints: [] });
    await here.talk.ask("continue", { threadId: 1 });
    expect((await asked<SampleBody>("goDiagnostics/sample")).pausedMs).toBeGreaterThan(0);
    here.talk.send("pause", { threadId: 1 });
    expect((await here.talk.event("stopped")).body).toMatchObject({ reason: "pause" });
    expect(here.talk.text().match(/< goDiagnostics\/sample \{/g)).toHaveLength(3);
  });

  async function asked<Body>(command: string, args: object = {}): Promise<Body> {
    const { success, message, body } = await here.talk.ask(command, args);
    if (!success) throw new Error(`${command}: ${message}`);
    return body as Body;
  }
});

describe.each([["rpc"], ["dap"]] as const)("an end in the middle of a pause, %s engine", (engine) => {
  const temporary = mkdtempSync(join(tmpdir(), "godiag-quiet-"));
  const program = join(temporary, "program");
  beforeAll(() => cpSync(built(folder, ".", NEW_MACHINE.go), program));
  afterAll(() => rmSync(temporary, { recursive: true, force: true }));
  const { dlv, delveVersion } = NEW_MACHINE;

  /** A session whose program is being read at this moment. */
  async function inAPause(command: "launch" | "attach", args: object, breakpoints: object[] = [], known?: number) {
    const here = await connection({ version: delveVersion, dlv, env: process.env }, engine, temporary);
    onTestFinished(() => here.close());
    const { talk } = here;
    await talk.ask("initialize", INITIALIZE);
    talk.send(command, args);
    await talk.event("initialized");
    await talk.ask("configurationDone");
    const { processes } = (await talk.ask("goDiagnostics/status")).body as unknown as StatusBody;
    const pid = known ?? processes[0].pid;
    const source = { path: join(folder, "main.go") };
    await talk.ask("setBreakpoints", { source, breakpoints });
    talk.send("goDiagnostics/sample");
    // Longer than a condition takes to be tested; the test's own timeout ends it.
    while (stateOf(pid) !== "t" || (await later(20), stateOf(pid)) !== "t") await later(1);
    return { ...here, pid };
  }
  const launched = () => inAPause("launch", { mode: "exec", program, args: ["serve"], outputMode: "remote" });

  /** Every request was answered, and nothing is left. */
  async function over({ talk, proxy }: Connection): Promise<void> {
    await proxy?.ended;
    await talk.end.closed;
    const isAnswer = ({ command }: { command?: string }) => command === "goDiagnostics/sample";
    expect(talk.end.left.some(isAnswer) || talk.text().includes("< goDiagnostics/sample")).toBe(true);
    await nothingRemains(temporary);
  }

  test.each([["disconnect"], ["terminate"]])("%s", async (command) => {
    const here = await launched();
    await here.talk.ask(command, { terminateDebuggee: true });
    if (command === "terminate") await here.talk.ask("disconnect", { terminateDebuggee: true });
    await over(here);
  });

  test("the program is killed", async () => {
    const here = await launched();
    process.kill(here.pid, "SIGKILL");
    await here.talk.ask("disconnect", { terminateDebuggee: true });
    // Delve may tell, as a stop of its own, that there is no such process any more; there is no other.
    const stops = here.talk.text().match(/event stopped .*/g) ?? [];
    expect(stops.filter((stop) => !stop.includes('"text":"no such process"'))).toEqual([]);
    await over(here);
  });

  test("dlv is killed", async () => {
    const here = await launched();
    process.kill(Number(statusOf(here.pid, "TracerPid")), "SIGKILL");
    await here.talk.event("terminated");
    await over(here);
  });

  test("the client is gone", async () => {
    const { talk, proxy } = await launched();
    talk.end.socket.destroy();
    await proxy?.ended;
    await nothingRemains(temporary);
  });

  test("disconnect from a process that goes on", async () => {
    const child = spawn(program, ["serve"], { stdio: "ignore" });
    try {
      // Never true, and tested every 10 ms, so that Delve halts it now and then where it has just been stopped.
      const busy = [{ line: markedLine(folder, "tick"), condition: "request == -1" }];
      const here = await inAPause("attach", { mode: "local", processId: child.pid }, busy, child.pid);
      await here.talk.ask("disconnect", { terminateDebuggee: false });
      await here.proxy?.ended;
      await expect.poll(() => [statusOf(here.pid, "TracerPid"), stateOf(here.pid)]).toEqual(["0", "S"]);
      await later(100); // neither a breakpoint nor a signal of Delve's is left in it
      expect([child.exitCode, child.signalCode]).toEqual([null, null]);
      child.kill("SIGKILL");
      await over(here);
    } finally {
      child.kill("SIGKILL");
    }
  });
});

/** A field of /proc/PID/status. */
function statusOf(pid: number, field: string): string | undefined {
  return new RegExp(`^${field}:\\s+(\\S+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
}

/** "t" while it is traced and stands still, "S" while it sleeps. */
const stateOf = (pid: number) => statusOf(pid, "State");

function opened(base64: string) {
  return openProfile(gunzipSync(Buffer.from(base64, "base64")));
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
