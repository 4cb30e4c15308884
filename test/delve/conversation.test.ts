/**
 * The proxy is invisible: the same conversation with `dlv dap` itself, and through the proxy with each engine, is the
 * same text. The text itself is kept, so that a change of Delve's is seen as one.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execFileSync, spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { connection, INITIALIZE, type Machine, markedLine, type Talk } from "../support/conversation.js";
import { delve } from "../support/delve.js";

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

  /** The text of `dlv dap` itself is kept; the proxy's must be the same with each engine. */
  async function same(name: string, conversation: (talk: Talk) => Promise<void>): Promise<void> {
    const direct = await told("direct", conversation);
    await expect(direct).toMatchFileSnapshot(`../fixtures/conversation/${name}-${machine.version}.txt`);
    expect(await told("dap", conversation), "dap engine").toBe(direct);
    expect(await told("rpc", conversation), "rpc engine").toBe(direct);
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

  test("attach to a process, which goes on afterwards", async () => {
    const program = spawn(binary, ["wait"], { stdio: ["ignore", "pipe", "ignore"] });
    onTestFinished(() => void program.kill("SIGKILL"));
    await new Promise((resolve) => program.stdout.once("data", resolve));
    await same("attach", async (talk) => {
      await talk.ask("initialize", INITIALIZE);
      talk.send("attach", { mode: "local", processId: program.pid });
      await talk.event("initialized");
      await talk.ask("setBreakpoints", { source, breakpoints: [{ line: line("tick") }] });
      await talk.ask("configurationDone");
      await talk.event("stopped");
      await talk.ask("setBreakpoints", { source, breakpoints: [] });
      await talk.ask("disconnect");
      await talk.event("terminated");
    });
    expect(program.exitCode).toBeNull();
    const state = readFileSync(`/proc/${program.pid}/status`, "utf8");
    expect(state).toMatch(/TracerPid:\t0\n/);
    expect(state).not.toMatch(/State:\tt/);
  });

  test("attach to a process, which is to end", async () => {
    const program = spawn(binary, ["wait"], { stdio: "ignore" });
    onTestFinished(() => void program.kill("SIGKILL"));
    const { talk, close } = await connection(machine, "rpc", folder);
    await talk.ask("initialize", INITIALIZE);
    talk.send("attach", { mode: "local", processId: program.pid });
    await talk.event("initialized");
    await talk.ask("configurationDone");
    await talk.ask("disconnect", { terminateDebuggee: true });
    await talk.event("terminated");
    await close();
    expect(program.signalCode).not.toBeNull();
  });
});
