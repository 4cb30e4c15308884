/** Threads beyond Delve's list: any goroutine becomes one with its frames and variables, and what is said about the rest. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { GoroutinesBody } from "../../../src/core/goroutines/answer-bodies.js";
import { connection, INITIALIZE, markedLine } from "../../support/conversation.js";
import { delve } from "../../support/delve.js";

const PARKED = 6_000;
const NUMBER = 5_000;

const machine = { version: "1.27.1", dlv: delve, env: process.env };
const folder = join(mkdtempSync(join(tmpdir(), "godiag-switch-")), "program");
cpSync("test/fixtures/conversation", folder, { recursive: true });
const binary = join(folder, "built");
beforeAll(() => void execFileSync("go", ["build", "-gcflags=all=-N -l", "-o", binary, "."], { cwd: folder }));
afterAll(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

test.each([["rpc"], ["dap"]] as const)("%s engine", async (engine) => {
  const { talk, proxy, close } = await connection(machine, engine, folder);
  onTestFinished(close);
  await talk.ask("initialize", INITIALIZE);
  talk.send("launch", { mode: "exec", program: binary, args: ["park", String(PARKED)] });
  await talk.event("initialized");
  const line = markedLine(folder, "parked");
  await talk.ask("setBreakpoints", { source: { path: join(folder, "main.go") }, breakpoints: [{ line }] });
  await talk.ask("configurationDone");
  await talk.event("goDiagnostics/stop");
  const body = async <T>(command: string, args: object): Promise<T> => {
    const answer = await talk.ask(command, args);
    if (!answer.success) throw new Error(`${command}: ${answer.message}`);
    return answer.body as T;
  };
  const threads = async () => (await body<{ threads: { id: number; name: string }[] }>("threads", {})).threads;

  // Before anybody has listed them, and only once per stop.
  expect(await threads()).toHaveLength(1024);
  await threads();
  const where = "Go Diagnostics lists all of them (the Goroutines view, or goDiagnostics/goroutines).";
  const shown = "the threads shown are 1024 of them";
  expect(linesOf(talk.output())).toEqual([`The program has more goroutines than Delve lists; ${shown}. ${where}`]);

  const about = { filter: "created:main.park", start: NUMBER - 1, count: 1, stacks: false };
  const { goroutines = [], total } = await body<GoroutinesBody>("goDiagnostics/goroutines", about);
  const [{ id }] = goroutines;
  expect((await threads()).map((thread) => thread.id)).not.toContain(id);
  talk.send("goDiagnostics/switch", { id });
  const stopped = await talk.event("stopped");
  expect(stopped.body).toEqual({
    reason: "goroutine",
    description: `Switched to goroutine ${id}`,
    threadId: id,
    allThreadsStopped: true,
  });
  const named = (await threads()).find((thread) => thread.id === id);
  expect(named?.name).toMatch(new RegExp(`^\\[Go ${id}\\] `));
  const { stackFrames } = await body<{ stackFrames: { id: number; name: string }[] }>("stackTrace", { threadId: id });
  const frame = stackFrames.find(({ name }) => name === "main.park.func1");
  const { scopes } = await body<{ scopes: { variablesReference: number }[] }>("scopes", { frameId: frame?.id });
  const { variablesReference } = scopes[0];
  const { variables } = await body<{ variables: { name: string; value: string }[] }>("variables", {
    variablesReference,
  });
  const valueOf = (name: string) => Number(variables.find((variable) => variable.name === name)?.value);
  expect(valueOf("kept")).toBe(valueOf("number"));
  expect(valueOf("kept")).toBeGreaterThan(1024);

  expect((await talk.ask("goDiagnostics/switch", { id: 10 ** 9 })).message).toBe(
    "There is no goroutine 1000000000 at this stop.",
  );
  expect((await talk.ask("goDiagnostics/switch", { id: "7" })).message).toBe("`id` is the number of a goroutine.");

  // At the next stop nothing is chosen, and who has listed them is told how many there are.
  await talk.ask("next", { threadId: 1 });
  await talk.event("stopped");
  await body("goDiagnostics/goroutines", { stacks: false });
  expect((await threads()).map((thread) => thread.id)).not.toContain(id);
  expect(linesOf(talk.output()).at(-1)).toBe(`The program has ${total} goroutines; ${shown}. ${where}`);
  expect(talk.output()).not.toContain("Too many");
  await talk.ask("disconnect", { terminateDebuggee: true });
  await proxy?.ended;
});

const linesOf = (output: string) => output.split("\n").filter((line) => line.startsWith("The program has"));
