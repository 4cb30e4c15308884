/**
 * Samples of a program that runs, which never imported pprof: paused for moments that the client hears nothing of, over
 * either engine, Go 1.24 and newest.
 */
import { gunzipSync } from "node:zlib";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { diagnose } from "../../src/core/diagnose.js";
import type { Snapshot } from "../../src/core/diagnosis.js";
import { openProfile } from "../../src/core/open.js";
import type { SampleBody, SeriesBody } from "../../src/delve/requests.js";
import { connection, type Connection, INITIALIZE, markedLine } from "../support/conversation.js";
import { built, MACHINES } from "../support/paused-debuggee.js";

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
    here = await connection({ version: delveVersion, dlv, env: process.env }, engine, folder);
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

  test("a breakpoint that is hit is the client's, and what it asks meanwhile is answered after it", async () => {
    const line = markedLine(folder, "tick");
    const source = { path: join(folder, "main.go") };
    await here.talk.ask("configurationDone");
    const ids = here.talk.ask("goDiagnostics/sample");
    here.talk.send("setBreakpoints", { source, breakpoints: [{ line }] });
    expect((await ids).success).toBe(true);
    const stopped = await here.talk.event("stopped");
    expect(stopped.body).toMatchObject({ reason: "breakpoint" });
    // At a stop the program is read where it stands.
    expect((await asked<SampleBody>("goDiagnostics/sample")).pausedMs).toBe(0);
    await here.talk.ask("setBreakpoints", { source, breakpoints: [] });
    await here.talk.ask("continue", { threadId: 1 });
    expect((await asked<SampleBody>("goDiagnostics/sample")).pausedMs).toBeGreaterThan(0);
    here.talk.send("pause", { threadId: 1 });
    expect((await here.talk.event("stopped")).body).toMatchObject({ reason: "pause" });
  });

  async function asked<Body>(command: string, args: object = {}): Promise<Body> {
    const { success, message, body } = await here.talk.ask(command, args);
    if (!success) throw new Error(`${command}: ${message}`);
    return body as Body;
  }
});

function opened(base64: string) {
  return openProfile(gunzipSync(Buffer.from(base64, "base64")));
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
