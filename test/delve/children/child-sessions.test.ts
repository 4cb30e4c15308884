/**
 * Children as sessions of their own, for a client that can start sessions: a parent that runs a program which is no Go
 * program, and then a Go program twice. On every Delve and engine that can follow.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { SampleBody, StatusBody } from "../../../src/delve/session/requests.js";
import type { GoroutineBody, GoroutinesBody } from "../../../src/core/goroutines/answer-bodies.js";
import { connection, INITIALIZE, talkTo } from "../../support/conversation.js";
import type { End, Message } from "../../support/fake-delve.js";
import { gone } from "../../support/remaining.js";
import { built, MACHINES, type PausedMachine } from "../../support/paused-debuggee.js";

const folder = resolve("test/fixtures/children");
const parentFile = join(folder, "main.go");
const childFile = join(folder, "child/greeter.go");
const [OLD, NEW] = MACHINES;

const lineOf = (file: string, marker: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .findIndex((line) => line.endsWith(`// #${marker}`)) + 1;
const greeting = `${childFile}:${lineOf(childFile, "greet")}`;
const afterChild = `${parentFile}:${lineOf(parentFile, "after-child")}`;

/** One session of the client: messages are taken by what they are, in whatever order they came. */
class Client {
  readonly end: End;
  #seq = 0;

  constructor(end: End) {
    this.end = end;
  }

  async ask(command: string, args?: object): Promise<Message> {
    const seq = ++this.#seq;
    this.end.send({ seq, type: "request", command, ...(args !== undefined && { arguments: args }) });
    return this.end.next((message) => message.type === "response" && message.request_seq === seq);
  }

  async body<T>(command: string, args: object = {}): Promise<T> {
    const { success, message, body } = await this.ask(command, args);
    if (!success) throw new Error(`${command}: ${message}`);
    return body as T;
  }

  async event(name: string): Promise<Record<string, unknown>> {
    return (await this.end.next((message) => message.event === name)).body ?? {};
  }

  /** Names of events that nobody has taken. */
  untaken(): string[] {
    return this.end.left.flatMap(({ event }) =>
      event === undefined || /^output$|^goDiagnostics/.test(event) ? [] : [event],
    );
  }

  async at(threadId = 1): Promise<string> {
    const [{ source, line }] = (await this.stack(threadId)).slice(0, 1);
    return `${source.path}:${line}`;
  }

  async stack(threadId = 1): Promise<readonly { id: number; name: string; line: number; source: { path: string } }[]> {
    return (await this.body<{ stackFrames: [] }>("stackTrace", { threadId })).stackFrames;
  }

  async threads(): Promise<readonly string[]> {
    return (await this.body<{ threads: { name: string }[] }>("threads")).threads.map(({ name }) => name);
  }

  breakAt(
    path: string,
    marker: string,
    more: object = {},
  ): Promise<{ breakpoints: readonly Record<string, unknown>[] }> {
    return this.body("setBreakpoints", { source: { path }, breakpoints: [{ line: lineOf(path, marker), ...more }] });
  }
}

interface Family {
  readonly parent: Client;
  readonly proxy: { readonly ended: Promise<string> } | undefined;
  readonly log: readonly string[];
}

async function launched(machine: PausedMachine, engine: "dap" | "rpc", children = ["one"]): Promise<Family> {
  const { dlv, go, delveVersion: version } = machine;
  const program = built(folder, ".", go, ["-gcflags=all=-N -l"]);
  const child = built(folder, "./child", go, ["-gcflags=all=-N -l"]);
  const env = { ...process.env, GOTOOLCHAIN: go };
  const session = await connection({ version, dlv, env }, engine, folder, { childSessions: true });
  onTestFinished(() => session.close());
  const parent = new Client(session.talk.end);
  await parent.ask("initialize", { ...INITIALIZE, supportsStartDebuggingRequest: true });
  const launch = { mode: "exec", program, args: [child, ...children], outputMode: "remote", followExec: true };
  void parent.ask("launch", launch);
  await parent.event("initialized");
  await parent.breakAt(childFile, "greet");
  await parent.breakAt(parentFile, "after-child");
  await parent.ask("configurationDone");
  return { parent, proxy: session.proxy, log: session.log };
}

interface StartDebugging {
  readonly seq: number;
  readonly arguments: {
    readonly request: string;
    readonly configuration: { readonly port: number; readonly name: string };
  };
}

async function asked(parent: Client): Promise<StartDebugging> {
  return (await parent.end.next(({ command, type }) => type === "request" && command === "startDebugging")) as never;
}

/** The session that the proxy has asked for, as an editor starts it. */
async function childOf(parent: Client): Promise<Client & { name: string }> {
  const { seq, arguments: about } = await asked(parent);
  expect(about).toMatchObject({ request: "attach", configuration: { mode: "remote", host: "127.0.0.1" } });
  const { port, name } = about.configuration;
  const child = new Client((await talkTo(port)).end);
  onTestFinished(() => void child.end.socket.destroy());
  await child.body("initialize", INITIALIZE);
  const attached = child.ask("attach", about.configuration);
  await child.event("initialized");
  // As editors do: all breakpoints of all files, in each session.
  await child.breakAt(childFile, "greet");
  await child.breakAt(parentFile, "after-child");
  await child.ask("configurationDone");
  expect(await attached).toMatchObject({ success: true });
  parent.end.send({ seq: 0, type: "response", command: "startDebugging", request_seq: seq, success: true });
  return Object.assign(child, { name });
}

describe.each([
  { machine: OLD, engine: "rpc" as const },
  { machine: NEW, engine: "rpc" as const },
  { machine: NEW, engine: "dap" as const },
])("dlv $machine.delveVersion, $engine engine", ({ machine, engine }) => {
  // Of some 90 launches under dlv 1.24 on a busy machine two did not come to their end; the one that was looked at ran on
  // after its first stop. No other dlv has done so. A second launch tells that from a fault of ours.
  const again = { timeout: 60_000, retry: machine.delveVersion.startsWith("1.24") ? 1 : 0 };
  test("a child is a session of its own: it stops, is asked, steps, and the parent goes on", again, async () => {
    const { parent } = await launched(machine, engine);
    const child = await childOf(parent);
    const { systemProcessId: pid, name } = (await child.event("process")) as { systemProcessId: number; name: string };
    expect(child.name).toBe(`${name.split(" ")[0].replace(/^.*\//, "")} ${pid}`);
    const stop = await child.event("stopped");
    expect(stop).toMatchObject({ reason: "breakpoint", threadId: 1 });
    expect(stop["hitBreakpointIds"]).toHaveLength(1);
    expect(await child.event("goDiagnostics/stop")).toMatchObject({
      stop: 1,
      running: false,
      pid,
      process: child.name,
    });

    expect(parent.untaken().filter((event) => event === "process")).toHaveLength(1);

    // The parent stands still, too, and says why; each has goroutines of its own.
    const parentStop = await parent.event("stopped");
    expect(parentStop).toMatchObject({ reason: "pause", description: `Stopped with ${child.name}` });
    expect(parentStop).toMatchObject({ preserveFocusHint: true, allThreadsStopped: true });
    expect(await child.at()).toBe(greeting);
    const [ofParent, ofChild] = await Promise.all([parent.threads(), child.threads()]);
    expect(ofParent.filter((thread) => thread.includes("time.Sleep"))).toHaveLength(3);
    expect(ofParent.join()).not.toContain("greet");
    expect(ofChild.join()).toContain("main.greet");
    expect([...ofParent, ...ofChild].join()).not.toContain(" · ");
    expect((await parent.stack()).map((frame) => frame.name)).toContain("exec.(*Cmd).CombinedOutput");

    // Each of them reads its own variables, at the same time.
    const frames = await Promise.all([parent.stack(), child.stack()]);
    const main = frames[0].find((frame) => frame.name === "main.main")?.id;
    for (let i = 0; i < 5; i++) {
      const [value, other] = await Promise.all([
        child.body("evaluate", { expression: "name", frameId: frames[1][0].id, context: "watch" }),
        parent.body("evaluate", { expression: "len(os.Args)", frameId: main, context: "watch" }),
      ]);
      expect(value).toMatchObject({ result: '"one"' });
      expect(other).toMatchObject({ result: "3" });
    }
    const scopes = await child.body<{ scopes: { name: string; variablesReference: number }[] }>("scopes", {
      frameId: (await child.stack())[0].id,
    });
    expect(await child.body("variables", { variablesReference: scopes.scopes[0].variablesReference })).toMatchObject({
      variables: [{ name: "name", value: '"one"' }],
    });

    // What is ours is about the child, and the status says so.
    expect((await child.body<GoroutinesBody>("goDiagnostics/goroutines", { filter: "-system" })).pid).toBe(pid);
    expect((await child.body<GoroutineBody>("goDiagnostics/goroutine", { id: 1 })).goroutine.pid).toBe(pid);
    const { processes } = await child.body<StatusBody>("goDiagnostics/status");
    expect(processes.map((row) => [row.pid, row.selected])).toEqual([[pid, true]]);
    expect((await parent.body<GoroutinesBody>("goDiagnostics/goroutines")).pid).not.toBe(pid);
    expect((await child.body<SampleBody>("goDiagnostics/sample")).heap).not.toBe("");

    // A step in the child; both run, both stop.
    await child.body("next", { threadId: 1 });
    expect(await child.event("stopped")).toMatchObject({ reason: "step" });
    expect(await child.at()).toBe(`${childFile}:${lineOf(childFile, "greet") + 1}`);
    expect(await parent.event("continued")).toMatchObject({ allThreadsContinued: true });
    expect(await parent.event("stopped")).toMatchObject({ reason: "pause" });

    // The parent's client lets all run: the child is hit again.
    await parent.body("continue", { threadId: 1 });
    await child.event("continued");
    expect(await child.event("stopped")).toMatchObject({ reason: "breakpoint" });
    await parent.event("stopped");

    // The child ends, and so does its session; the parent's stop is the parent's own.
    await child.body("continue", { threadId: 1 });
    await parent.event("continued");
    await child.event("terminated");
    expect(await parent.event("stopped")).toMatchObject({ reason: "breakpoint" });
    expect(await parent.at()).toBe(afterChild);
    await child.end.closed;
    await parent.body("continue", { threadId: 1 });
    await parent.event("terminated");
    // A step tells of itself, as Delve's do; nothing else is left.
    expect(child.untaken()).toEqual(["continued"]);
  });

  test("a breakpoint that is set in one session is known in the other", async () => {
    const { parent } = await launched(machine, engine, ["one", "two"]);
    const child = await childOf(parent);
    await child.event("stopped");
    await parent.event("stopped");
    // Both send the same: one is answered by Delve, the other with what became of it.
    const only = { condition: 'name == "two"' };
    const answers = await Promise.all([
      child.breakAt(childFile, "greet", only),
      parent.breakAt(childFile, "greet", only),
    ]);
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0].breakpoints).toMatchObject([{ verified: true }]);
    await parent.body("continue", { threadId: 1 });
    expect(await parent.event("stopped")).toMatchObject({ reason: "breakpoint" });
    await child.event("terminated");
    await parent.body("continue", { threadId: 1 });
    const second = await childOf(parent);
    await second.event("stopped");
    expect(await second.at()).toBe(greeting);
    expect(second.name).not.toBe(child.name);
  });
});

describe.each([
  { machine: NEW, engine: "rpc" as const },
  { machine: NEW, engine: "dap" as const },
])("dlv $machine.delveVersion, $engine engine", ({ machine, engine }) => {
  test("who leaves a child leaves the program alone: its stops are the parent's from then on", async () => {
    const { parent, proxy } = await launched(machine, engine);
    const child = await childOf(parent);
    await child.event("stopped");
    await parent.event("stopped");
    await child.body("disconnect", { terminateDebuggee: true });
    await child.end.closed;
    expect(await parent.event("stopped")).toMatchObject({ reason: "breakpoint" });
    expect(await parent.at()).toBe(greeting);
    expect((await parent.threads()).join()).toContain(` · ${child.name}`);
    await parent.body("continue", { threadId: 1 });
    await parent.event("stopped");
    expect(await parent.at()).toBe(greeting);
    await parent.body("continue", { threadId: 1 });
    await parent.event("stopped");
    expect(await parent.at()).toBe(afterChild);
    await parent.body("disconnect");
    await proxy?.ended;
  });
});

describe(`dlv ${NEW.delveVersion}, rpc engine alone`, () => {
  const [machine, engine] = [NEW, "rpc" as const];

  test("who pauses, switches and asks in a child is answered about the child", async () => {
    const { parent } = await launched(machine, engine);
    const child = await childOf(parent);
    await child.event("stopped");
    await parent.event("stopped");
    const { goroutines = [] } = await child.body<GoroutinesBody>("goDiagnostics/goroutines", {
      filter: "func:childWaits",
    });
    expect(goroutines).toHaveLength(7);
    await child.body("goDiagnostics/switch", { id: goroutines[3].id });
    expect(await child.event("stopped")).toMatchObject({ reason: "goroutine", threadId: goroutines[3].id });
    expect((await child.stack(goroutines[3].id)).map((frame) => frame.name)).toContain("main.childWaits");
    expect(await child.ask("goDiagnostics/switch", { id: 1, pid: 1 })).toMatchObject({ success: false });
    expect(await child.ask("restart")).toMatchObject({
      success: false,
      message: "A child is started by its parent: restart that.",
    });
    // Nothing of the child's is seen in the parent.
    expect(await parent.ask("evaluate", { expression: "name", context: "repl" })).toMatchObject({ success: false });
    expect(parent.untaken()).not.toContain("stopped");
  });

  test("all sessions end with the parent's client", async () => {
    const { parent, proxy } = await launched(machine, engine);
    const child = await childOf(parent);
    await child.event("stopped");
    const { systemProcessId } = (await child.event("process")) as { systemProcessId: number };
    await parent.body("disconnect");
    await child.event("terminated");
    await child.end.closed;
    await proxy?.ended;
    await gone([systemProcessId]);
  });

  test("a client that refuses has the child in the parent's session", async () => {
    const { parent, log } = await launched(machine, engine);
    const { seq } = await asked(parent);
    await parent.event("stopped");
    parent.end.send({ seq: 0, type: "response", command: "startDebugging", request_seq: seq, success: false });
    expect(await parent.event("stopped")).toMatchObject({ reason: "breakpoint" });
    expect(await parent.at()).toBe(greeting);
    expect(log.join("\n")).toContain("stays in the session of its parent");
  });
});
