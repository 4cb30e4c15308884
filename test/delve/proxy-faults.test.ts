/**
 * Whatever breaks, the session ends with one clear message, no process remains, nothing hangs. With real dlvs, killed;
 * and with programs that stand in for a dlv that is not one.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { StatusBody } from "../../src/delve/requests.js";
import { connection, INITIALIZE, markedLine, type Connection, talkTo } from "../support/conversation.js";
import { delve } from "../support/delve.js";
import { startProxy } from "../../src/delve/start-proxy.js";

const machine = { version: "1.27.1", dlv: delve, env: process.env };
const folder = join(mkdtempSync(join(tmpdir(), "godiag-faults-")), "program");
cpSync("test/fixtures/conversation", folder, { recursive: true });
const binary = join(folder, "built");
beforeAll(() => void execFileSync("go", ["build", "-gcflags=all=-N -l", "-o", binary, "."], { cwd: folder }));
afterAll(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

/** Processes whose command line names this test's folder. */
function remaining(): string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        const state = /State:\t(\w)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
        return line.includes(folder) && state !== "Z" ? [`${pid} ${line.replaceAll("\0", " ")}`] : [];
      } catch {
        return [];
      }
    });
}

async function nothingRemains(): Promise<void> {
  for (let wait = 0; wait < 10_000 && remaining().length > 0; wait += 50)
    await new Promise((done) => setTimeout(done, 50));
  expect(remaining()).toEqual([]);
}

/** The dlv that debugs a process: its tracer. */
function tracerOf(pid: number): number {
  return Number(/TracerPid:\t(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

async function stopped(engine: "dap" | "rpc"): Promise<Connection & { readonly pid: number }> {
  const session = await connection(machine, engine, folder);
  onTestFinished(() => session.close());
  const { talk } = session;
  await talk.ask("initialize", INITIALIZE);
  talk.send("launch", { mode: "exec", program: binary, args: ["wait"] });
  await talk.event("initialized");
  await talk.ask("setBreakpoints", {
    source: { path: join(folder, "main.go") },
    breakpoints: [{ line: markedLine(folder, "tick") }],
  });
  await talk.ask("configurationDone");
  await talk.event("goDiagnostics/stop");
  const status = (await talk.ask("goDiagnostics/status")).body as unknown as StatusBody;
  expect(status.engine).toBe(engine);
  return { ...session, pid: status.processes[0].pid };
}

describe.each([["dap"], ["rpc"]] as const)("%s engine", (engine) => {
  test("dlv is killed", async () => {
    const { talk, pid, proxy } = await stopped(engine);
    process.kill(tracerOf(pid), "SIGKILL");
    await talk.event("terminated");
    expect(talk.output()).toContain("Go Diagnostics: The connection to dlv has ended (dlv: signal SIGKILL).\n");
    await proxy?.ended;
    await nothingRemains();
  });

  test("dlv is killed while an answer is due", async () => {
    const { talk, pid, proxy } = await stopped(engine);
    talk.send("goDiagnostics/goroutines");
    process.kill(tracerOf(pid), "SIGKILL");
    await talk.event("terminated");
    await proxy?.ended;
    await nothingRemains();
    await talk.end.closed;
    const late = talk.end.left.some(({ command }) => command === "goDiagnostics/goroutines");
    expect(late || talk.text().includes("< goDiagnostics/goroutines")).toBe(true);
  });

  test("the program is killed", async () => {
    const { talk, pid, proxy } = await stopped(engine);
    await talk.ask("setBreakpoints", { source: { path: join(folder, "main.go") }, breakpoints: [] });
    await talk.ask("continue", { threadId: 1 });
    process.kill(pid, "SIGKILL");
    await talk.ask("disconnect");
    await proxy?.ended;
    await nothingRemains();
  });

  test("the client is gone", async () => {
    const { talk, proxy } = await stopped(engine);
    talk.end.socket.destroy();
    expect(await proxy?.ended).toContain("the client has gone");
    await nothingRemains();
  });

  test("the client is gone while the program runs", async () => {
    const { talk, proxy } = await stopped(engine);
    await talk.ask("setBreakpoints", { source: { path: join(folder, "main.go") }, breakpoints: [] });
    await talk.ask("continue", { threadId: 1 });
    talk.end.socket.destroy();
    await proxy?.ended;
    await nothingRemains();
  });

  test("the host closes the proxy", async () => {
    const { talk, proxy } = await stopped(engine);
    await proxy?.close();
    await talk.event("terminated");
    await nothingRemains();
  });
});

/** A dlv that is none: a shell script. */
function standIn(script: string): string {
  const path = join(folder, `dlv-${readdirSync(folder).length}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

async function refused(dlv: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const proxy = await startProxy({ dlv, env, cwd: folder });
  const talk = await talkTo(proxy.port ?? 0);
  const answer = await talk.ask("initialize", INITIALIZE);
  expect(answer.success).toBe(false);
  await proxy.ended;
  await nothingRemains();
  return answer.message ?? "";
}

describe("a dlv that is none", () => {
  test("is not there", async () => {
    expect(await refused(join(folder, "nowhere"))).toBe(`${join(folder, "nowhere")} cannot be run.`);
  });

  test("ends before it listens, and says why", async () => {
    expect(await refused(standIn("echo no such luck >&2"))).toMatch(
      / has ended before it listened\. It said: no such luck$/,
    );
  });

  test("never listens", async () => {
    expect(await refused(standIn("exec sleep 600"))).toMatch(/ does not listen within 10 s\.$/);
  });

  test("listens and never answers", async () => {
    const script = `exec ${process.execPath} -e 'const p=process.argv.find(a=>a.startsWith("--listen=unix:")).slice(14);require("net").createServer(()=>{}).listen(p,()=>require("fs").writeSync(3,"DAP server listening at: "+p+"\\n"))' -- "$@"`;
    expect(await refused(standIn(`test "$1" = version && exit; ${script}`))).toBe(
      "dlv does not answer (initialize, 10 s).",
    );
  });
});

test("the rpc engine that cannot start leaves the session to dlv dap, and says so", async () => {
  // Everything but `dlv dap` and `dlv version` fails.
  const dlv = standIn(`case "$1" in dap|version) exec ${delve} "$@";; esac; echo headless is out of order >&2; exit 1`);
  const session = await connection({ ...machine, dlv }, "auto", folder);
  onTestFinished(() => session.close());
  const { talk } = session;
  await talk.ask("initialize", INITIALIZE);
  talk.send("launch", { mode: "exec", program: binary, args: ["wait"], stopOnEntry: true });
  await talk.event("initialized");
  talk.send("configurationDone");
  await talk.event("goDiagnostics/stop");
  expect((await talk.ask("goDiagnostics/status")).body).toMatchObject({ engine: "dap" });
  expect(talk.output()).toContain("speaks DAP alone");
  expect(talk.output()).toContain("headless is out of order");
  await talk.ask("disconnect");
  await session.proxy?.ended;
  await nothingRemains();
});

test("JSON-RPC that is cut is made anew", async () => {
  const { talk, pid } = await stopped("rpc");
  await talk.ask("goDiagnostics/goroutines");
  // What a firewall or a suspended laptop does: the sockets of dlv that are not DAP's are closed under it.
  const before = await talk.ask("goDiagnostics/goroutines", { count: 1 });
  await talk.ask("continue", { threadId: 1 });
  await talk.event("goDiagnostics/stop");
  await talk.event("goDiagnostics/stop");
  const after = await talk.ask("goDiagnostics/goroutines", { count: 1 });
  expect(before.success && after.success).toBe(true);
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  await talk.ask("disconnect");
});

test("a client that leaves during the build ends it", async () => {
  const dlv = standIn(`case "$1" in dap|version) exec ${delve} "$@";; esac; exec sleep 600`);
  const session = await connection({ ...machine, dlv }, "auto", folder);
  const { talk } = session;
  await talk.ask("initialize", INITIALIZE);
  talk.send("launch", { mode: "debug", program: "." });
  expect((await talk.ask("disconnect")).success).toBe(true);
  await session.proxy?.ended;
  await nothingRemains();
});
