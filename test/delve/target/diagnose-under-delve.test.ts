/**
 * Programs that never imported pprof, from the terminal: a package that is run under Delve, a process that is attached to
 * and goes on, a program that a headless Delve holds.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { isAlive } from "../../../src/capture/process.js";
import { run } from "../../../src/cli/main.js";
import type { Diagnosis } from "../../../src/core/diagnosis/diagnosis.js";
import type { LeakFinding } from "../../../src/core/goroutines/leak.js";
import { openProfile } from "../../../src/core/open.js";
import { markedLine } from "../../support/conversation.js";
import { ended, listening } from "../../support/dap-session.js";
import { delve } from "../../support/delve.js";
import { built, NEW_MACHINE } from "../../support/paused-debuggee.js";
import { testTerminal } from "../../support/terminal.js";

const folder = resolve("test/fixtures/no-pprof");
const own = mkdtempSync(join(tmpdir(), "godiag-under-delve-"));
afterAll(() => rmSync(own, { recursive: true, force: true }));
const env = { ...process.env, PATH: [dirname(resolve(delve)), process.env["PATH"]].join(delimiter) };

async function godiag(...args: string[]) {
  const terminal = testTerminal({ env, cwd: own });
  const code = await run(args, terminal);
  return { code, ...terminal.written };
}

async function diagnosed(target: string, ...more: string[]): Promise<Diagnosis> {
  const { out, err } = await godiag("diagnose", target, "--interval", "0.5", "--json", ...more);
  if (out === "") throw new Error(err);
  return JSON.parse(out) as Diagnosis;
}

const leak = { verdict: "leak", lines: [markedLine(folder, "session"), markedLine(folder, "stuck")] };
const shown = ({ verdict, findings }: Diagnosis) => ({ verdict, lines: findings.map(({ line }) => line).sort() });
const notes = (diagnosis: Diagnosis) => diagnosis.notes.map(({ message }) => message).join("\n");

async function withProgram(use: (program: ChildProcess) => Promise<void>): Promise<void> {
  const program = spawn(built(folder, ".", NEW_MACHINE.go), ["serve"], { stdio: "ignore" });
  try {
    await use(program);
  } finally {
    program.kill();
  }
}

test("a package without pprof is run under Delve, and nothing of it remains", async () => {
  const pidFile = join(own, "pid");
  const load = `echo $GODIAG_PID > ${pidFile}`;
  const diagnosis = await diagnosed(folder, "--args", "serve", "--warm-up", "1", "--load", load);
  expect(shown(diagnosis)).toEqual(leak);
  // Once for each snapshot, once for who has started the goroutines that have become more.
  expect(notes(diagnosis)).toMatch(/the program was paused 9 times, for \d+ ms on average/);
  expect(diagnosis.snapshots.every(({ heapInuse, rss }) => heapInuse !== undefined && rss !== undefined)).toBe(true);
  expect(isAlive(Number(readFileSync(pidFile, "utf8")))).toBe(false);
});

test("a process without pprof is attached to, and goes on", async () => {
  await withProgram(async ({ pid, exitCode }) => {
    const diagnosis = await diagnosed(`pid:${pid}`, "--max-pause", "60");
    expect(shown(diagnosis)).toEqual(leak);
    expect(notes(diagnosis)).toContain("what was allocated before is not in it");
    // One for each snapshot, two for who holds the memory, and one for who has started the goroutines that have become more.
    const { count = 0, maxMs = 0, totalMs = 0 } = diagnosis.pauses ?? {};
    expect(count).toBe(diagnosis.snapshots.length + 3);
    expect(maxMs).toBeGreaterThan(0);
    expect(totalMs).toBeGreaterThan(maxMs);
    expect([exitCode, isAlive(pid ?? 0)]).toEqual([null, true]);
    const file = join(own, "heap.pb.gz");
    const heap = await godiag("capture", `pid:${pid}`, "--profile", "heap", "-o", file, "--max-pause", "60");
    expect(heap.code, heap.err).toBe(0);
    expect(openProfile(gunzipSync(readFileSync(file))).sampleTypes.map(({ type }) => type)).toContain("inuse_space");
    expect(isAlive(pid ?? 0)).toBe(true);
  });
});

test("a program that a headless Delve holds is run, sampled, and held again", async () => {
  const flags = ["--headless", "--accept-multiclient", "--api-version=2", "--listen=127.0.0.1:0"];
  const binary = built(folder, ".", NEW_MACHINE.go);
  const child = spawn(delve, ["exec", binary, ...flags, "--", "serve"], { stdio: ["ignore", "pipe", "pipe"] });
  try {
    const { address } = await listening(child);
    expect(shown(await diagnosed(`dlv:${address}`))).toEqual(leak);
    const file = join(own, "goroutines.pb.gz");
    const goroutines = await godiag("capture", `dlv:${address}`, "--profile", "goroutine", "-o", file);
    expect([goroutines.code, goroutines.err]).toEqual([0, ""]);
    expect(openProfile(gunzipSync(readFileSync(file))).sampleTypes[0].type).toBe("goroutine");
    const cpu = await godiag("capture", `dlv:${address}`, "--profile", "cpu", "-o", file);
    expect([cpu.code, cpu.err]).toEqual([2, expect.stringContaining("heap, goroutine, block, mutex")]);
  } finally {
    await ended(child);
  }
});

test("leaks and goroutines of a package", async () => {
  const { out } = await godiag("leaks", folder, "--args", "serve", "--after", "2", "--json");
  const { findings } = JSON.parse(out) as { findings: readonly LeakFinding[] };
  expect(findings.map(({ line, basis }) => [line, basis])).toEqual([[markedLine(folder, "stuck"), "memory"]]);
  const over = await godiag("goroutines", folder, "--after", "1");
  expect([over.code, over.err]).toEqual([2, expect.stringContaining("its program has ended")]);
});
