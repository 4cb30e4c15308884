/** `console`: dlv runs in the client's terminal, which this test plays, and calls the proxy from there. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { StatusBody } from "../../../src/delve/session/requests.js";
import type { GoroutinesBody } from "../../../src/core/goroutines/answer-bodies.js";
import { connection, INITIALIZE } from "../../support/conversation.js";
import { delve } from "../../support/delve.js";
import { nothingRemains } from "../../support/remaining.js";

const machine = { version: "1.27.1", dlv: delve, env: process.env };
const folder = join(mkdtempSync(join(tmpdir(), "godiag-terminal-")), "program");
cpSync("test/fixtures/conversation", folder, { recursive: true });
const binary = join(folder, "built");
beforeAll(() => void execFileSync("go", ["build", "-gcflags=all=-N -l", "-o", binary, "."], { cwd: folder }));
afterAll(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

interface InTerminal {
  readonly kind: string;
  readonly cwd: string;
  readonly args: readonly string[];
}

/** A launch up to what the client is asked to run. */
async function asked(launch: object) {
  const { talk, proxy, close } = await connection(machine, "auto", folder);
  onTestFinished(close);
  await talk.ask("initialize", { ...INITIALIZE, supportsRunInTerminalRequest: true });
  talk.send("launch", { mode: "exec", program: binary, args: ["wait"], stopOnEntry: true, ...launch });
  const request = await talk.request("runInTerminal");
  const answer = (more: object) =>
    talk.end.send({ seq: 99, type: "response", request_seq: request.seq, command: "runInTerminal", ...more });
  return { talk, proxy, answer, about: request.arguments as unknown as InTerminal };
}

function run({ args, cwd }: InTerminal): { readonly shell: ChildProcess; readonly shown: () => string } {
  const shell = spawn(args[0], args.slice(1), { cwd, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void shell.kill());
  let shown = "";
  for (const stream of [shell.stdout, shell.stderr]) stream.on("data", (chunk: Buffer) => (shown += chunk.toString()));
  return { shell, shown: () => shown };
}

test.each([
  ["integratedTerminal", "integrated"],
  ["externalTerminal", "external"],
])("%s: the program speaks there, and its goroutines are listed here", async (console, kind) => {
  const { talk, proxy, answer, about } = await asked({ console });
  const client = expect.stringMatching(/^--client-addr=unix:\//) as string;
  expect(about).toMatchObject({ kind, cwd: folder, args: [delve, "dap", client] });
  const { shown } = run(about);
  answer({ success: true, body: {} });
  await talk.event("initialized");
  talk.send("configurationDone");
  await talk.event("goDiagnostics/stop");
  const status = (await talk.ask("goDiagnostics/status")).body as unknown as StatusBody;
  expect(status.reason).toMatch(/^dlv runs in the terminal/);
  await talk.ask("setFunctionBreakpoints", { breakpoints: [{ name: "main.tick" }] });
  await talk.ask("continue", { threadId: 1 });
  await talk.event("stopped");
  const { total, complete } = (await talk.ask("goDiagnostics/goroutines")).body as unknown as GoroutinesBody;
  expect(complete).toBe(true);
  expect(total).toBeGreaterThan(1);
  expect(shown()).toContain("ready\n");
  expect(talk.output()).not.toContain("ready");
  await talk.ask("disconnect", { terminateDebuggee: true });
  await proxy?.ended;
  await nothingRemains(folder);
});

test("asRoot asks for sudo; a terminal that does not run it ends the launch, and says so", async () => {
  const { talk, proxy, answer, about } = await asked({ console: "integratedTerminal", asRoot: true });
  expect(about.args.slice(0, 3)).toEqual(["sudo", delve, "dap"]);
  answer({ success: false, message: "there is no sudo here" });
  const launched = await talk.response("launch");
  expect(launched.success).toBe(false);
  expect(launched.message).toBe("The client did not run dlv in its terminal: there is no sudo here.");
  await talk.event("terminated");
  await proxy?.ended;
  await nothingRemains(folder);
});

test("a client that leaves before the terminal has called ends the session", async () => {
  const { talk, proxy } = await asked({ console: "integratedTerminal" });
  expect((await talk.ask("disconnect")).success).toBe(true);
  await proxy?.ended;
  await nothingRemains(folder);
});

test("a client without terminals debugs as without `console`", async () => {
  const { talk, proxy, close } = await connection(machine, "auto", folder);
  onTestFinished(close);
  await talk.ask("initialize", INITIALIZE);
  talk.send("launch", { mode: "exec", program: binary, args: ["child"], console: "integratedTerminal" });
  await talk.event("initialized");
  talk.send("configurationDone");
  await talk.event("terminated");
  expect(talk.output()).toContain("child 0\n");
  await talk.ask("disconnect");
  await proxy?.ended;
});
