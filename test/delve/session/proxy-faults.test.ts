/**
 * Whatever breaks, the session ends with one clear message, no process remains, nothing hangs. With real dlvs, killed;
 * and with programs that stand in for a dlv that is not one.
 */
import { execFileSync } from "node:child_process";
import { createServer } from "node:net";
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { Channel } from "../../../src/delve/dap/channel.js";
import type { StatusBody } from "../../../src/delve/session/requests.js";
import type { GoroutinesBody } from "../../../src/core/goroutines/answer-bodies.js";
import { buildCli } from "../../support/built-cli.js";
import { connection, INITIALIZE, markedLine, type Connection, talkTo } from "../../support/conversation.js";
import { delve } from "../../support/delve.js";
import { NEW_MACHINE, pausedOverRpc } from "../../support/paused-debuggee.js";
import { relayTo } from "../../support/relay.js";
import { nothingRemains } from "../../support/remaining.js";
import { startProxy } from "../../../src/delve/session/start-proxy.js";

const machine = { version: "1.27.1", dlv: delve, env: process.env };
const folder = join(mkdtempSync(join(tmpdir(), "godiag-faults-")), "program");
cpSync("test/fixtures/conversation", folder, { recursive: true });
const binary = join(folder, "built");
beforeAll(() => void execFileSync("go", ["build", "-gcflags=all=-N -l", "-o", binary, "."], { cwd: folder }));
afterAll(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

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

test.each([
  ["auto", "--no-such-flag", "unknown flag: --no-such-flag"],
  ["auto", "--log-output=rpc", "--log-output specified without --log"],
  ["dap", "--no-such-flag", "unknown flag: --no-such-flag"],
] as const)("%s engine: %s, which dlv rejects, starts nothing", async (engine, flag, words) => {
  const { talk, close } = await connection(machine, engine, folder);
  onTestFinished(close);
  await talk.ask("initialize", INITIALIZE);
  const answer = await talk.ask("launch", { mode: "exec", program: binary, dlvFlags: [flag] });
  expect(answer.success).toBe(false);
  expect(JSON.stringify(answer)).toContain(words);
  await talk.event("terminated");
});

describe.each([["dap"], ["rpc"]] as const)("%s engine", (engine) => {
  test("dlv is killed", async () => {
    const { talk, pid, proxy } = await stopped(engine);
    process.kill(tracerOf(pid), "SIGKILL");
    await talk.event("terminated");
    expect(talk.output()).toContain("Go Diagnostics: The connection to dlv has ended (dlv: signal SIGKILL).\n");
    await proxy?.ended;
    await nothingRemains(folder);
  });

  test("dlv is killed while an answer is due", async () => {
    const { talk, pid, proxy } = await stopped(engine);
    talk.send("goDiagnostics/goroutines");
    process.kill(tracerOf(pid), "SIGKILL");
    await talk.event("terminated");
    await proxy?.ended;
    await nothingRemains(folder);
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
    await nothingRemains(folder);
  });

  test("the client is gone", async () => {
    const { talk, proxy } = await stopped(engine);
    talk.end.socket.destroy();
    expect(await proxy?.ended).toContain("the client has gone");
    await nothingRemains(folder);
  });

  test("the client is gone while the program runs", async () => {
    const { talk, proxy } = await stopped(engine);
    await talk.ask("setBreakpoints", { source: { path: join(folder, "main.go") }, breakpoints: [] });
    await talk.ask("continue", { threadId: 1 });
    talk.end.socket.destroy();
    await proxy?.ended;
    await nothingRemains(folder);
  });

  test("dlv stops answering: a client that leaves is let go, and dlv is ended", async () => {
    const { talk, pid, proxy } = await stopped(engine);
    process.kill(tracerOf(pid), "SIGSTOP");
    talk.send("stackTrace", { threadId: 1 });
    expect((await talk.ask("disconnect")).success).toBe(true);
    expect(await proxy?.ended).toBe("dlv does not answer (disconnect, 5 s).");
    await nothingRemains(folder);
  });

  test("a build error", async () => {
    const session = await connection(machine, engine, folder);
    const { talk } = session;
    await talk.ask("initialize", INITIALIZE);
    const { success, message } = await talk.ask("launch", { mode: "debug", program: "./broken" });
    expect({ success, message }).toEqual({ success: false, message: "Failed to launch" });
    expect(talk.output()).toMatch(/^# conversation\/broken\n.*main\.go:\d+:\d+: /m);
    await talk.ask("disconnect");
    await session.proxy?.ended;
    await nothingRemains(folder);
  });

  test("the host closes the proxy", async () => {
    const { talk, proxy } = await stopped(engine);
    await proxy?.close();
    await talk.event("terminated");
    await nothingRemains(folder);
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
  await nothingRemains(folder);
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

test("the end of a program does not overtake its last words", async () => {
  const script = resolve("test/fixtures/stand-in-dlv/last-words.cjs");
  const dlv = standIn(`test "$1" = version && exit; exec ${process.execPath} ${script} "$@"`);
  const session = await connection({ ...machine, dlv }, "dap", folder);
  onTestFinished(() => session.close());
  const { talk } = session;
  await talk.ask("initialize", INITIALIZE);
  await talk.ask("launch", { mode: "exec", program: binary });
  // While this message is passed on, both the last words and the news of the end arrive: the news is read first then.
  const pass = Reflect.get(Channel.prototype, "passFrame") as (this: Channel, ...args: unknown[]) => void;
  const spy = vi.spyOn(Channel.prototype, "passFrame").mockImplementation(function (this: Channel, frame, from) {
    if (frame.bytes.includes("look here")) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    pass.call(this, frame, from);
  });
  onTestFinished(() => spy.mockRestore());
  talk.send("configurationDone");
  await talk.event("terminated");
  expect(talk.output()).toMatch(/look here\n[^]*last words\n/);
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
  await nothingRemains(folder);
});

describe("JSON-RPC beside the session", () => {
  /** A program of 2,000 goroutines at a stop, and the proxy before its Delve, with a relay between the two. */
  async function relayed() {
    const paused = await pausedOverRpc(NEW_MACHINE, ["park", "2000"]);
    onTestFinished(() => paused.stop());
    const relay = await relayTo(paused.address ?? { host: "", port: 0 });
    const log: string[] = [];
    const proxy = await startProxy(
      { connect: { host: "127.0.0.1", port: relay.port } },
      { log: (line) => log.push(line) },
    );
    const talk = await talkTo(proxy.port ?? 0);
    await talk.ask("initialize", INITIALIZE);
    await talk.ask("attach", { mode: "remote", stopOnEntry: true });
    talk.send("configurationDone");
    await talk.event("goDiagnostics/stop");
    const goroutines = async (about: object) => {
      const { success, message, body } = await talk.ask("goDiagnostics/goroutines", { count: 1000, ...about });
      if (!success) throw new Error(message);
      return body as unknown as GoroutinesBody;
    };
    return { relay, proxy, log, talk, goroutines };
  }

  /** Of those that read memory: the first is the session's own, the second asked for the version. */
  const FIRST_READER = 2;

  test("is made anew when it is cut between two questions at one stop", async () => {
    const { relay, proxy, log, talk, goroutines } = await relayed();
    const { total } = await goroutines({ stacks: false });
    relay.connections[FIRST_READER].cut();
    const whole = await goroutines({});
    expect(whole).toMatchObject({ total, complete: true });
    expect(log).toContainEqual(expect.stringMatching(/^JSON-RPC was cut \(.*\); once more$/));
    expect(relay.connections.length).toBeGreaterThan(FIRST_READER + 1);
    await talk.ask("disconnect");
    await proxy.ended;
  });

  test("is made anew when it is cut within an answer", async () => {
    const { relay, proxy, log, talk, goroutines } = await relayed();
    const reading = goroutines({});
    while (relay.connections.length <= FIRST_READER) await new Promise((done) => setTimeout(done, 1));
    await new Promise((done) => setTimeout(done, 30));
    relay.connections[FIRST_READER].cut();
    expect(await reading).toMatchObject({ complete: true, stop: 1 });
    expect(log.filter((line) => line.startsWith("JSON-RPC was cut")).length).toBeGreaterThan(0);
    await talk.ask("disconnect");
    await proxy.ended;
  });

  test("is done without when it cannot be had again: the session reads over DAP from then on", async () => {
    const { relay, proxy, log, talk, goroutines } = await relayed();
    const { goroutines: before } = await goroutines({});
    relay.refuse();
    relay.connections[FIRST_READER].cut();
    const first = { threadId: 1, startFrame: 0, levels: 1 };
    expect((await talk.ask("stackTrace", first)).success).toBe(true);
    const address = (await talk.ask("evaluate", { expression: "uintptr(runtime.allgptr)", context: "repl" })).body;
    const asked = { address: Number(/\d+/.exec(String(address?.["result"]))?.[0]), count: 16 };
    const memory = await talk.ask("goDiagnostics/memory", asked);
    expect(memory.success, memory.message).toBe(true);
    expect(log).toContainEqual(expect.stringMatching(/^JSON-RPC is gone \(.*\); memory is read over DAP from now on$/));
    expect((await goroutines({})).goroutines).toEqual(before);
    await talk.ask("disconnect");
    await proxy.ended;
  });
});

describe("a port", () => {
  const attachTo = async (port: number) => {
    const session = await connection(machine, "auto", folder);
    await session.talk.ask("initialize", INITIALIZE);
    const answer = await session.talk.ask("attach", { mode: "remote", host: "127.0.0.1", port });
    return { answer, ...session };
  };

  test("where nobody listens: the attach fails and says so", async () => {
    const { answer, proxy } = await attachTo(1);
    expect(answer.success).toBe(false);
    expect(answer.message).toMatch(/^There is no Delve at 127\.0\.0\.1:1: .*ECONNREFUSED/);
    await proxy?.ended;
    await nothingRemains(folder);
  });

  test("where something else answers: the session ends and says so", async () => {
    const server = createServer((socket) => socket.on("error", () => {}).end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    onTestFinished(() => void server.close());
    const { answer, talk, proxy } = await attachTo((server.address() as { port: number }).port);
    expect(answer.success).toBe(false);
    await talk.event("terminated");
    expect(talk.output()).toMatch(/Go Diagnostics: The connection to dlv has ended: a header without Content-Length: /);
    await proxy?.ended;
    await nothingRemains(folder);
  });

  test("that is in use: godiag dap says which and what to do", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((done) => taken.once("listening", done));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as { port: number };
    const cli = buildCli({ example: false });
    onTestFinished(() => cli.remove());
    const { code, out, err } = await cli.start(["dap", "--listen", `127.0.0.1:${port}`, "--dlv", delve]).ended;
    expect({ code, out }).toEqual({ code: 2, out: "" });
    const why = `port ${port} is in use by another program`;
    expect(err).toBe(`godiag: cannot listen at 127.0.0.1:${port}: ${why}. Choose another port of loopback\n`);
  });
});

test("a client that leaves during the build ends it", async () => {
  const dlv = standIn(`case "$1" in dap|version) exec ${delve} "$@";; esac; exec sleep 600`);
  const session = await connection({ ...machine, dlv }, "auto", folder);
  const { talk } = session;
  await talk.ask("initialize", INITIALIZE);
  talk.send("launch", { mode: "debug", program: "." });
  expect((await talk.ask("disconnect")).success).toBe(true);
  await session.proxy?.ended;
  await nothingRemains(folder);
});
