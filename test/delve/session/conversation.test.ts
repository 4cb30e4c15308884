/**
 * The proxy is invisible: the same conversation with `dlv dap` itself, and through the proxy with each engine, is the
 * same text. The text itself is kept, so that a change of Delve's is seen as one.
 */
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execFileSync, spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { connectRpc } from "../../../src/delve/dlv/json-rpc.js";
import type { StatusBody } from "../../../src/delve/session/requests.js";
import {
  connection,
  INITIALIZE,
  type Machine,
  markedLine,
  type Talk,
  talkToDelve,
} from "../../support/conversation.js";
import { ended, listening } from "../../support/dap-session.js";
import { delve } from "../../support/delve.js";

const old = resolve(".tools/dlv-1.24/dlv");
if (!existsSync(old)) throw new Error("Delve 1.24 is missing. Run: node setup.mjs test");
const machines: readonly Machine[] = [
  { version: "1.27.1", dlv: delve, env: process.env },
  { version: "1.24.0", dlv: old, env: { ...process.env, GOTOOLCHAIN: "go1.24.13" } },
];

const folder = join(mkdtempSync(join(tmpdir(), "godiag conversation ü-")), "program");
cpSync("test/fixtures/conversation", folder, { recursive: true });
afterAll(() => rmSync(join(folder, ".."), { recursive: true, force: true }));
const source = { path: join(folder, "main.go") };
const line = (marker: string) => markedLine(folder, marker);

/** A session as an editor has it: all that people do, and some that fails. */
async function everything(talk: Talk, launch: object, canRestart: boolean): Promise<void> {
  await talk.ask("initialize", INITIALIZE);
  talk.send("launch", { program: ".", ...launch });
  await talk.event("initialized");
  await talk.ask("setBreakpoints", {
    source,
    breakpoints: [
      { line: line("loop"), condition: "i == 1" },
      { line: line("work"), logMessage: "working on {one.id}" },
      { line: 99_999 },
    ],
  });
  await talk.ask("setFunctionBreakpoints", { breakpoints: [{ name: "main.nothing" }] });
  await talk.ask("setExceptionBreakpoints", { filters: [] });
  await talk.ask("configurationDone");
  await talk.event("stopped");
  await talk.ask("threads");
  const { body } = await talk.ask("stackTrace", { threadId: 1, startFrame: 0, levels: 1 });
  const [frame] = body?.["stackFrames"] as { id: number }[];
  const scopes = (await talk.ask("scopes", { frameId: frame.id })).body?.["scopes"] as { variablesReference: number }[];
  const { variables } = (await talk.ask("variables", { variablesReference: scopes[0].variablesReference })).body as {
    variables: { name: string; variablesReference: number }[];
  };
  const first = variables.find(({ name }) => name === "first")?.variablesReference ?? 0;
  await talk.ask("variables", { variablesReference: first });
  await talk.ask("evaluate", { expression: "first.items[1]", frameId: frame.id, context: "watch" });
  await talk.ask("evaluate", { expression: "no such thing", frameId: frame.id, context: "watch" });
  await talk.ask("setVariable", { variablesReference: scopes[0].variablesReference, name: "total", value: "40" });
  await talk.ask("source", { sourceReference: 1 });
  await talk.ask("stepIn", { threadId: 1 });
  await talk.event("stopped");
  await talk.ask("stackTrace", { threadId: 1, startFrame: 0, levels: 2 });
  await talk.ask("next", { threadId: 1 });
  await talk.event("stopped");
  await talk.ask("stepOut", { threadId: 1 });
  await talk.event("stopped");
  if (canRestart) {
    await talk.ask("restart");
    await talk.event("initialized");
    await talk.ask("setBreakpoints", { source, breakpoints: [{ line: line("loop") }] });
    await talk.ask("configurationDone");
    await talk.event("stopped");
  }
  await talk.ask("setBreakpoints", { source, breakpoints: [] });
  await talk.ask("continue", { threadId: 1 });
  await talk.event("stopped");
  await talk.ask("exceptionInfo", { threadId: 1 });
  await talk.ask("terminate");
  await talk.ask("disconnect");
  await talk.event("terminated");
}

describe.each(machines)("dlv $version", (machine) => {
  const canRestart = machine.version !== "1.24.0";

  async function told(through: "direct" | "dap" | "rpc", conversation: (talk: Talk) => Promise<void>): Promise<string> {
    const { talk, close } = await connection(machine, through, folder);
    try {
      await conversation(talk);
      return talk.text();
    } catch (error) {
      throw new Error(`${through}:\n${talk.text()}\n${String(error)}`, { cause: error });
    } finally {
      await close();
    }
  }

  const goBuild = (output: string, ...args: string[]) =>
    execFileSync("go", ["build", ...args, "-o", output, "."], { cwd: folder, env: machine.env });
  const binary = join(folder, `built-${machine.version}`);
  beforeAll(() => void goBuild(binary, "-gcflags=all=-N -l"));

  /**
   * The text of `dlv dap` itself is kept; the proxy's must be the same with each engine. The three talk at the same
   * time, each with its own Delve: most of a conversation is waiting.
   */
  async function same(
    name: string,
    conversation: (talk: Talk) => Promise<void>,
    withoutChance = (text: string) => text,
  ): Promise<void> {
    const [direct, dap, rpc] = await Promise.all([
      told("direct", conversation),
      told("dap", conversation),
      told("rpc", conversation),
    ]);
    const kept = `../../fixtures/conversation/${name}-${machine.version}.txt`;
    await expect(withoutChance(direct)).toMatchFileSnapshot(kept);
    expect(dap, "dap engine").toBe(direct);
    expect(rpc, "rpc engine").toBe(direct);
  }

  test("debug: the whole of a session", () => same("debug", (talk) => everything(talk, { mode: "debug" }, canRestart)));

  test("exec", () =>
    same("exec", async (talk) => {
      await talk.ask("initialize", INITIALIZE);
      const args = { mode: "exec", program: binary, args: ["a b"], cwd: folder, env: { X: "1", PATH: null } };
      talk.send("launch", { ...args, stopOnEntry: true, stackTraceDepth: 7 });
      await talk.event("initialized");
      talk.send("configurationDone");
      await talk.event("stopped");
      await talk.ask("evaluate", { expression: "runtime.argc", context: "repl" });
      talk.send("continue", { threadId: 1 });
      await talk.event("terminated");
      await talk.ask("disconnect");
    }));

  test("test", () =>
    same("test", async (talk) => {
      await talk.ask("initialize", INITIALIZE);
      talk.send("launch", { mode: "test", program: ".", args: ["-test.run=Work"], buildFlags: ["-tags=one two"] });
      await talk.event("initialized");
      await talk.ask("setBreakpoints", { source, breakpoints: [{ line: line("work") }] });
      await talk.ask("configurationDone");
      const stopped = await talk.event("stopped");
      await talk.ask("stackTrace", { threadId: 1_000_000 });
      await talk.ask("evaluate", { expression: "one.id", context: "hover" });
      expect(stopped.body?.["reason"]).toBe("breakpoint");
      await talk.ask("disconnect", { terminateDebuggee: true });
      await talk.event("terminated");
    }));

  test("without debugging", () =>
    same("no-debug", async (talk) => {
      await talk.ask("initialize", INITIALIZE);
      talk.send("launch", { mode: "exec", program: binary, args: ["child"], noDebug: true });
      await talk.event("terminated");
      await talk.ask("disconnect");
    }));

  test.each<[string, object]>([
    ["build-error", { mode: "debug", program: "./broken" }],
    ["no-package", { mode: "debug", program: "./nowhere" }],
    ["no-program", { mode: "exec", program: "/nowhere" }],
    ["no-attribute", { mode: "debug" }],
    ["wrong-type", { mode: "exec", program: binary, args: "one" }],
    ["wrong-mode", { mode: "launch", program: "." }],
    ["wrong-wd", { mode: "exec", program: binary, cwd: "/nowhere" }],
  ])("a launch that fails: %s", (name, launch) =>
    same(`fails-${name}`, async (talk) => {
      await talk.ask("initialize", INITIALIZE);
      expect((await talk.ask("launch", launch)).success).toBe(false);
      await talk.ask("disconnect");
      await talk.event("terminated");
    }),
  );

  /** A headless dlv, its program at the entry, at a port. */
  async function headless(...args: string[]) {
    const flags = ["--headless", "--accept-multiclient", "--api-version=2", "--listen=127.0.0.1:0"];
    const child = spawn(machine.dlv, ["exec", ...flags, binary, "--", ...args], {
      env: machine.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(() => ended(child));
    const { address } = await listening(child);
    return { host: "127.0.0.1", port: Number(address.split(":")[1]) };
  }

  test("attach to a Delve that runs already", async () => {
    const conversation = async (talk: Talk, at: { host: string; port: number }) => {
      await talk.ask("initialize", INITIALIZE);
      talk.send("attach", { mode: "remote", ...at, stopOnEntry: true });
      await talk.event("initialized");
      await talk.ask("setBreakpoints", { source, breakpoints: [{ line: line("tick"), condition: "i == 3" }] });
      talk.send("configurationDone");
      await talk.event("stopped");
      talk.send("continue", { threadId: 1 });
      await talk.event("stopped");
      await talk.ask("threads");
      await talk.ask("stackTrace", { threadId: 1, startFrame: 0, levels: 2 });
      await talk.ask("evaluate", { expression: "i", context: "hover" });
      await talk.ask("disconnect", { terminateDebuggee: true });
      await talk.event("terminated");
      return talk.text();
    };
    const at = await headless("wait");
    const direct = await conversation(await talkToDelve(at.port, folder), at);
    await expect(direct).toMatchFileSnapshot(`../../fixtures/conversation/remote-${machine.version}.txt`);
    for (const engine of ["dap", "rpc"] as const) {
      const { talk, close } = await connection(machine, engine, folder);
      expect(await conversation(talk, await headless("wait")), `${engine} engine`).toBe(direct);
      await close();
    }
  });

  test("core: the memory of a program that was", async () => {
    const core = join(folder, `core-${machine.version}`);
    const rpc = await connectRpc(await headless("wait"));
    await rpc.call("CreateBreakpoint", { Breakpoint: { functionName: "main.tick" } });
    await rpc.call("Command", { name: "continue" });
    await rpc.call("DumpStart", { Destination: core });
    let state: { Dumping: boolean; Err: string };
    do ({ State: state } = await rpc.call<{ State: typeof state }>("DumpWait", { Wait: 1_000 }));
    while (state.Dumping);
    expect(state.Err).toBe("");
    rpc.close();
    const whole = async (talk: Talk) => {
      await talk.ask("initialize", INITIALIZE);
      talk.send("launch", { mode: "core", program: binary, coreFilePath: core });
      await talk.event("initialized");
      talk.send("configurationDone");
      await talk.event("stopped");
      await talk.ask("threads");
      const { body } = await talk.ask("stackTrace", { threadId: 1, startFrame: 0, levels: 2 });
      const [{ id: frameId }] = body?.["stackFrames"] as { id: number }[];
      await talk.ask("evaluate", { expression: "i", frameId, context: "hover" });
      await talk.ask("disconnect");
      await talk.event("terminated");
    };
    // Which thread stands first in the file is chance: that of the goroutine, or another.
    await same("core", whole, (text) => text.replace('"threadId":1,"text"', '"text"').replace('"* [Go 1]', '"[Go 1]'));
  });

  // To play a recording takes rr, and rr takes a processor's performance counters, which virtual machines rarely pass
  // on ("are hardware perf events available?", it asks). What Delve says without rr is the same everywhere.
  test("replay, where there is no rr", async () => {
    const bare = { ...machine, env: { ...machine.env, PATH: "/nowhere" } };
    const texts: string[] = [];
    for (const through of ["direct", "dap", "rpc"] as const) {
      const { talk, close } = await connection(bare, through, folder);
      await talk.ask("initialize", INITIALIZE);
      const launched = await talk.ask("launch", { mode: "replay", traceDirPath: join(folder, "trace") });
      expect(launched.success).toBe(false);
      await talk.ask("disconnect");
      await talk.event("terminated");
      texts.push(talk.text());
      await close();
    }
    await expect(texts[0]).toMatchFileSnapshot(`../../fixtures/conversation/replay-${machine.version}.txt`);
    expect(texts[1], "dap engine").toBe(texts[0]);
    expect(texts[2], "rpc engine").toBe(texts[0]);
  });

  test.each(canRestart ? (["dap", "rpc"] as const) : [])(
    "restart of a binary, over which Delve itself ends the session: %s engine",
    async (engine) => {
      const { talk, close } = await connection(machine, engine, folder);
      onTestFinished(close);
      await talk.ask("initialize", INITIALIZE);
      talk.send("launch", { mode: "exec", program: binary, args: ["wait"], stopOnEntry: true });
      await talk.event("initialized");
      talk.send("configurationDone");
      await talk.event("goDiagnostics/stop");
      const pidOf = async () => {
        const { processes } = (await talk.ask("goDiagnostics/status")).body as unknown as StatusBody;
        return processes.find(({ selected }) => selected)?.pid;
      };
      const before = await pidOf();
      expect((await talk.ask("restart")).success).toBe(true);
      await talk.event("initialized");
      await talk.ask("setBreakpoints", { source, breakpoints: [{ line: line("tick") }] });
      await talk.ask("configurationDone");
      await talk.event("stopped");
      expect(existsSync(`/proc/${before}`)).toBe(false);
      expect((await talk.ask("evaluate", { expression: "i", context: "hover" })).body?.["result"]).toBe("0");
      expect((await talk.ask("goDiagnostics/goroutines")).body).toMatchObject({ complete: true });
      await talk.ask("disconnect", { terminateDebuggee: true });
    },
  );

  test("attach to a process, which goes on afterwards", () =>
    same("attach", async (talk) => {
      const program = spawn(binary, ["wait"], { stdio: ["ignore", "pipe", "ignore"] });
      onTestFinished(() => void program.kill("SIGKILL"));
      await once(program.stdout, "data");
      await talk.ask("initialize", INITIALIZE);
      talk.send("attach", { mode: "local", processId: program.pid });
      await talk.event("initialized");
      await talk.ask("setBreakpoints", { source, breakpoints: [{ line: line("tick") }] });
      await talk.ask("configurationDone");
      await talk.event("stopped");
      await talk.ask("setBreakpoints", { source, breakpoints: [] });
      await talk.ask("disconnect");
      await talk.event("terminated");
      expect(program.exitCode).toBeNull();
      const state = readFileSync(`/proc/${program.pid}/status`, "utf8");
      expect(state).toMatch(/TracerPid:\t0\n/);
      expect(state).not.toMatch(/State:\tt/);
    }));

  test("attach with followExec, which Delve says that it does not do", () =>
    same("attach-follow", async (talk) => {
      const program = spawn(binary, ["wait"], { stdio: ["ignore", "pipe", "ignore"] });
      onTestFinished(() => void program.kill("SIGKILL"));
      await once(program.stdout, "data");
      await talk.ask("initialize", INITIALIZE);
      talk.send("attach", { mode: "local", processId: program.pid, followExec: true });
      await talk.event("initialized");
      await talk.ask("disconnect");
      await talk.event("terminated");
    }));

  test("attach to a process, which is to end", async () => {
    const program = spawn(binary, ["wait"], { stdio: ["ignore", "pipe", "ignore"] });
    onTestFinished(() => void program.kill("SIGKILL"));
    const exit = once(program, "exit");
    await once(program.stdout, "data");
    const { talk, close } = await connection(machine, "rpc", folder);
    await talk.ask("initialize", INITIALIZE);
    talk.send("attach", { mode: "local", processId: program.pid });
    await talk.event("initialized");
    await talk.ask("configurationDone");
    await talk.ask("disconnect", { terminateDebuggee: true });
    await talk.event("terminated");
    await close();
    const [, signal] = (await exit) as [number | null, NodeJS.Signals | null];
    expect(signal).not.toBeNull();
  });
});
