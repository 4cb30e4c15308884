/**
 * Child processes: a parent that runs a program which is no Go program, and then a Go program. On every Delve and
 * engine that can follow: 1.24 over JSON-RPC (its DAP cannot), the newest with both.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { LIKELY_GO } from "../../../src/delve/children/foreign-children.js";
import type {
  ProcessRow,
  ProfileBody,
  SampleBody,
  SeriesBody,
  StatusBody,
} from "../../../src/delve/session/requests.js";
import type {
  ChangesBody,
  GoroutineBody,
  GoroutinesBody,
  LeaksBody,
} from "../../../src/core/goroutines/answer-bodies.js";
import { connection, type Connection, INITIALIZE, type Talk } from "../../support/conversation.js";
import type { Message } from "../../support/fake-delve.js";
import { gone } from "../../support/remaining.js";
import { built, MACHINES, type PausedMachine } from "../../support/paused-debuggee.js";

const folder = resolve("test/fixtures/children");
const parentFile = join(folder, "main.go");
const childFile = join(folder, "child/greeter.go");
const NOT_OPTIMISED = ["-gcflags=all=-N -l"];
const [OLD, NEW] = MACHINES;

const lineOf = (file: string, marker: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .findIndex((line) => line.endsWith(`// #${marker}`)) + 1;

interface Family {
  readonly parent: string;
  readonly child: string;
}

const familyOf = ({ go }: PausedMachine): Family => ({
  parent: built(folder, ".", go, NOT_OPTIMISED),
  child: built(folder, "./child", go, NOT_OPTIMISED),
});

interface Session extends Connection {
  readonly stopped: () => Promise<{ readonly reason: string; readonly threadId: number }>;
  readonly body: <T>(command: string, args?: object) => Promise<T>;
  readonly processes: () => Promise<readonly ProcessRow[]>;
  /** `file:line` of the top frame of a thread. */
  readonly at: (threadId: number) => Promise<string>;
}

/** Launched and at its entry: breakpoints are set next, then `configurationDone`. */
async function launched(
  machine: PausedMachine,
  engine: "dap" | "rpc",
  attributes: object,
  children: readonly string[],
): Promise<Session> {
  const { dlv, go, delveVersion: version } = machine;
  const { parent, child } = familyOf(machine);
  const session = await connection({ version, dlv, env: { ...process.env, GOTOOLCHAIN: go } }, engine, folder);
  onTestFinished(() => session.close());
  const { talk } = session;
  const body = async <T>(command: string, args: object = {}) => {
    const { success, message, body } = await talk.ask(command, args);
    if (!success) throw new Error(`${command}: ${message}`);
    return body as T;
  };
  await talk.ask("initialize", INITIALIZE);
  const launch = { mode: "exec", program: parent, args: [child, ...children], outputMode: "remote", ...attributes };
  talk.send("launch", launch);
  await talk.event("initialized");
  return {
    ...session,
    body,
    stopped: async () => (await talk.event("stopped")).body as { reason: string; threadId: number },
    processes: async () => (await body<StatusBody>("goDiagnostics/status")).processes,
    at: async (threadId) => {
      const { stackFrames } = await body<{ stackFrames: { line: number; source: { path: string } }[] }>("stackTrace", {
        threadId,
        startFrame: 0,
        levels: 1,
      });
      return `${stackFrames[0].source.path}:${stackFrames[0].line}`;
    },
  };
}

interface Breakpoint {
  readonly id?: number;
  readonly verified: boolean;
  readonly message?: string;
}

async function breakAt(session: Session, path: string, marker: string, more: object = {}): Promise<Breakpoint> {
  const breakpoints = [{ line: lineOf(path, marker), ...more }];
  const body = await session.body<{ breakpoints: Breakpoint[] }>("setBreakpoints", { source: { path }, breakpoints });
  return body.breakpoints[0];
}

const greeting = `${childFile}:${lineOf(childFile, "greet")}`;
const afterChild = `${parentFile}:${lineOf(parentFile, "after-child")}`;
const counted = (body: GoroutinesBody) =>
  Object.fromEntries((body.groups ?? []).map(({ createdBy, count }) => [createdBy?.function ?? "", count]));
const threadNames = async (talk: Talk) =>
  ((await talk.ask("threads")).body?.["threads"] as { name: string }[]).map(({ name }) => name);

describe.each([
  { machine: OLD, engine: "rpc" as const },
  { machine: NEW, engine: "rpc" as const },
  { machine: NEW, engine: "dap" as const },
])("dlv $machine.delveVersion, $engine engine", ({ machine, engine }) => {
  const { parent: parentBinary, child: childBinary } = familyOf(machine);
  const isOf = (binary: string) => (row: ProcessRow) => row.name?.startsWith(`${binary} `);

  /** Stopped at the breakpoint in the child. */
  async function inChild(children: readonly string[] = ["one"]): Promise<Session> {
    const session = await launched(machine, engine, { followExec: true }, children);
    const waiting = await breakAt(session, childFile, "greet");
    expect(waiting).toMatchObject({ id: expect.any(Number) as number, verified: false });
    expect(await breakAt(session, parentFile, "after-child")).toMatchObject({ verified: true });
    await session.talk.ask("configurationDone");
    expect(await session.stopped()).toMatchObject({ reason: "breakpoint", hitBreakpointIds: [waiting.id] });
    return session;
  }

  test("a breakpoint that only the child has is hit, and the parent goes on", async () => {
    const session = await inChild();
    const { talk } = session;
    expect(await session.at(1)).toBe(greeting);
    expect(talk.text()).toMatch(/< event breakpoint .*"verified":true/);
    const processes = await session.processes();
    expect(processes.map(isOf(parentBinary))).toEqual([true, false]);
    expect(processes.map(isOf(childBinary))).toEqual([false, true]);
    expect(processes.map(({ selected }) => selected)).toEqual([false, true]);

    await talk.ask("continue", { threadId: 1 });
    await session.stopped();
    expect(await session.at(1)).toBe(greeting);
    await talk.ask("continue", { threadId: 1 });
    await session.stopped();
    expect(await session.at(1)).toBe(afterChild);
    expect((await session.processes()).map(isOf(parentBinary))).toEqual([true]);
    await talk.ask("continue", { threadId: 1 });
    await talk.event("terminated");
    // Output comes by another way than events.
    while (!talk.output().includes("parent is done")) await talk.event("output");
    expect(talk.output()).toContain("no Go\n");
    expect(talk.output()).toContain("hello from one again");
  });

  test("goroutines of each process are kept apart, and say whose they are", async () => {
    const session = await inChild();
    const { body, talk } = session;
    const [parent, child] = await session.processes();
    const creators = (pid?: number) =>
      body<GoroutinesBody>("goDiagnostics/goroutines", { group: "creator", filter: "-system", ...(pid && { pid }) });
    const selected = await creators();
    expect(selected.pid).toBe(child.pid);
    expect(counted(selected)).toMatchObject({ "main.main": 7 });
    expect(await creators(child.pid)).toEqual(selected);
    const others = await creators(parent.pid);
    expect(others.pid).toBe(parent.pid);
    expect(counted(others)["main.main"]).toBe(3);

    const one = async (pid: number) => {
      const { goroutine, stack } = await body<GoroutineBody>("goDiagnostics/goroutine", { pid, id: 1, levels: 1000 });
      expect(goroutine).toMatchObject({ pid, id: 1 });
      return stack.map((frame) => frame.function);
    };
    expect(await one(child.pid)).toContain("main.greet");
    expect(await one(parent.pid)).toContain("os/exec.(*Cmd).CombinedOutput");
    const { goroutines = [] } = await body<GoroutinesBody>("goDiagnostics/goroutines", {
      pid: parent.pid,
      filter: "func:parentWaits",
    });
    expect(goroutines.map(({ pid }) => pid)).toEqual([parent.pid, parent.pid, parent.pid]);
    expect(await body<LeaksBody>("goDiagnostics/leaks", { pid: parent.pid })).toMatchObject({ pid: parent.pid });
    const none = await talk.ask("goDiagnostics/goroutines", { pid: 1 });
    expect(none).toMatchObject({ success: false, message: "There is no process 1 at this stop." });

    // Compared is each with itself.
    await talk.ask("continue", { threadId: 1 });
    await session.stopped();
    const changes = (pid: number) => body<ChangesBody>("goDiagnostics/changes", { pid });
    expect(await changes(child.pid)).toMatchObject({ pid: child.pid, since: 1, created: 0, finished: 0 });
    expect(await changes(parent.pid)).toMatchObject({ pid: parent.pid, since: 1, created: 0, finished: 0 });
  });

  test("the client's own requests are about its process while another one is read", async () => {
    const session = await inChild();
    const { talk } = session;
    const [parent, child] = await session.processes();
    const { stackFrames } = await session.body<{ stackFrames: { id: number }[] }>("stackTrace", { threadId: 1 });
    let sent = asked(talk);
    const ask = (command: string, args: object) => {
      talk.send(command, args);
      const seq = ++sent;
      return talk.end.next((message) => message.type === "response" && message.request_seq === seq);
    };
    const readings: Promise<Message>[] = [];
    for (let round = 0; round < 20; round++) {
      readings.push(ask("goDiagnostics/goroutine", { pid: round % 2 ? parent.pid : child.pid, id: 1, levels: 1000 }));
      readings.push(ask("goDiagnostics/profile", { pid: round % 2 ? child.pid : parent.pid, kind: "goroutine" }));
    }
    let areRead = false;
    const read = Promise.all(readings).finally(() => (areRead = true));
    let own = 0;
    for (; !areRead; own++) {
      const [value, stack] = await Promise.all([
        ask("evaluate", { expression: "name", frameId: stackFrames[0].id, context: "watch" }),
        ask("stackTrace", { threadId: 1, startFrame: 0, levels: 1 }),
      ]);
      expect(value).toMatchObject({ success: true, body: { result: '"one"' } });
      expect(stack).toMatchObject({ success: true, body: { stackFrames: [{ name: "main.greet" }] } });
    }
    expect(own).toBeGreaterThan(5);
    for (const { success, command, body } of await read) {
      expect(success).toBe(true);
      if (command !== "goDiagnostics/goroutine") continue;
      const { goroutine, stack } = body as unknown as GoroutineBody;
      const functions = stack.map((frame) => frame.function);
      expect(functions).toContain(goroutine.pid === child.pid ? "main.greet" : "os/exec.(*Cmd).Wait");
    }
  });

  test("a client that resumes while another process is read does not wait for it", async () => {
    const session = await inChild();
    const { talk } = session;
    const [parent] = await session.processes();
    talk.send("goDiagnostics/profile", { pid: parent.pid, kind: "goroutine" });
    talk.send("goDiagnostics/goroutines", { pid: parent.pid });
    await talk.ask("continue", { threadId: 1 });
    await session.stopped();
    expect(await session.at(1)).toBe(greeting);
  });

  test("the client is switched to another process and back", async () => {
    const session = await inChild();
    const { talk, body } = session;
    const [parent, child] = await session.processes();
    const named = (names: readonly string[], binary: string, pid: number) =>
      names.every((name) => name.endsWith(` · ${binary.replace(/^.*\//, "")} ${pid}`));
    expect(await threadNames(talk)).toSatisfy((names: string[]) => named(names, childBinary, child.pid));
    await body("goDiagnostics/switch", { pid: parent.pid });
    expect((await talk.event("goDiagnostics/stop")).body).toMatchObject({ stop: 1, running: false, pid: parent.pid });
    const { threadId } = await session.stopped();
    const names = await threadNames(talk);
    expect(names).toSatisfy((all: string[]) => named(all, parentBinary, parent.pid));
    expect(names.filter((name) => name.includes("time.Sleep"))).toHaveLength(3);
    expect(threadId).toBeGreaterThan(0);
    expect((await session.processes()).map(({ selected }) => selected)).toEqual([true, false]);
    expect((await body<GoroutinesBody>("goDiagnostics/goroutines")).pid).toBe(parent.pid);

    await body("goDiagnostics/switch", { pid: parent.pid, id: 1 });
    await session.stopped();
    const { stackFrames } = await body<{ stackFrames: { id: number; name: string }[] }>("stackTrace", { threadId: 1 });
    const main = stackFrames.find(({ name }) => name === "main.main");
    const about = { expression: "name", frameId: main?.id, context: "watch" };
    expect(await body("evaluate", about)).toMatchObject({ result: '"one"' });

    await body("goDiagnostics/switch", { pid: child.pid, id: 1 });
    await session.stopped();
    expect(await session.at(1)).toBe(greeting);
    await talk.ask("next", { threadId: 1 });
    expect((await session.stopped()).reason).toBe("step");
    expect(await session.at(1)).toBe(`${childFile}:${lineOf(childFile, "greet") + 1}`);
  });

  test("a child says whose its threads are after its parent has gone", async () => {
    const session = await inChild(["orphan"]);
    const { talk } = session;
    const [{ pid }] = await session.processes();
    const label = ` · ${childBinary.replace(/^.*\//, "")} ${pid}`;
    expect((await session.processes()).map(isOf(childBinary))).toEqual([true]);
    expect(await threadNames(talk)).toSatisfy((names: string[]) => names.every((name) => name.endsWith(label)));
    await talk.ask("continue", { threadId: 1 });
    await session.stopped();
    expect(await threadNames(talk)).toSatisfy((names: string[]) => names.every((name) => name.endsWith(label)));
  });

  test("one child after the other: each is a process of its own", async () => {
    const session = await inChild(["one", "two"]);
    const [, first] = await session.processes();
    await session.body("goDiagnostics/goroutines");
    await breakAt(session, childFile, "greet", { condition: 'name == "two"' });
    await session.talk.ask("continue", { threadId: 1 });
    await session.stopped();
    expect(await session.at(1)).toBe(afterChild);
    await session.talk.ask("continue", { threadId: 1 });
    await session.stopped();
    expect(await session.at(1)).toBe(greeting);
    const [, second] = await session.processes();
    expect(second.pid).not.toBe(first.pid);
    expect(await session.body<ChangesBody>("goDiagnostics/changes")).not.toHaveProperty("since");
  });

  test.each<[string, object]>([
    ["followExecRegex", { followExec: true, followExecRegex: "nothing like it" }],
    ["not followed", {}],
  ])("a child that is not to be followed runs to its end: %s", async (_, attributes) => {
    const session = await launched(machine, engine, attributes, ["one"]);
    await breakAt(session, childFile, "greet");
    await breakAt(session, parentFile, "after-child");
    await session.talk.ask("configurationDone");
    await session.stopped();
    expect(await session.at(1)).toBe(afterChild);
    expect((await session.processes()).map(isOf(parentBinary))).toEqual([true]);
  });

  test.each<[string, object]>([
    ["not to be followed", {}],
    ["to be followed", { followExecRegex: "no Go" }],
  ])("a step over a child that is no Go program is one step: %s", async (_, attributes) => {
    const session = await launched(machine, engine, { followExec: true, ...attributes }, []);
    await breakAt(session, parentFile, "no-go");
    await session.talk.ask("configurationDone");
    await session.stopped();
    await session.talk.ask("next", { threadId: 1 });
    expect((await session.stopped()).reason).toBe("step");
    expect(await session.at(1)).toBe(`${parentFile}:${lineOf(parentFile, "no-go") + 1}`);
  });

  test("nothing remains when the client leaves while the child stands still", async () => {
    const session = await inChild();
    const pids = (await session.processes()).map(({ pid }) => pid);
    expect(pids).toHaveLength(2);
    await session.talk.ask("disconnect");
    await session.proxy?.ended;
    await gone(pids);
  });

  test("nothing remains when dlv is killed while the child stands still", async () => {
    const session = await inChild();
    const pids = (await session.processes()).map(({ pid }) => pid);
    const tracer = Number(/TracerPid:\t(\d+)/.exec(readFileSync(`/proc/${pids[1]}/status`, "utf8"))?.[1]);
    process.kill(tracer, "SIGKILL");
    await session.talk.event("terminated");
    await session.proxy?.ended;
    await gone(pids);
  });
});

test.each<[string, object]>([
  ["--follow-fork", { dlvFlags: ["--follow-fork"] }],
  ["with a filter", { dlvFlags: [`--follow-fork=${familyOf(NEW).child.slice(-20)}`] }],
  ["subprocess", { subprocess: true, followForkFilter: "one|two" }],
])("words that no dlv knows follow children, too: %s", async (_, attributes) => {
  const session = await launched(NEW, "rpc", attributes, ["one"]);
  await breakAt(session, childFile, "greet");
  await session.talk.ask("configurationDone");
  await session.stopped();
  expect(await session.at(1)).toBe(greeting);
});

describe.each(["rpc", "dap"] as const)("the newest dlv, %s engine", (engine) => {
  test("samples of a series are of one process, whichever is looked at meanwhile, and also while both run", async () => {
    const leaking = resolve("test/fixtures/no-pprof");
    const child = built(leaking, ".", NEW.go, NOT_OPTIMISED);
    const session = await launched(NEW, engine, { followExec: true, args: [child, "serve"] }, []);
    const { talk, body } = session;
    const tick = join(leaking, "main.go");
    await breakAt(session, tick, "tick");
    await talk.ask("configurationDone");
    await session.stopped();
    const [parent, { pid }] = await session.processes();
    const heap = () => body<ProfileBody>("goDiagnostics/profile", { kind: "heap" });
    const late = "Memory profiling was off in this process until stop 1: what was allocated before is not in it.";
    while (!(await heap()).notes.includes(late)); // recorded as soon as it stands still

    const sampled = async (args: object = {}) => (await body<SampleBody>("goDiagnostics/sample", args)).pid;
    const series = await body<SeriesBody>("goDiagnostics/series", { collectEveryMs: 100 });
    expect(series).toMatchObject({ recordsLate: true });
    expect(series.notes).toContain(late);
    expect(await sampled()).toBe(pid);
    await body("goDiagnostics/switch", { pid: parent.pid });
    await session.stopped();
    expect(await sampled()).toBe(pid);
    expect(await sampled({ pid: parent.pid })).toBe(parent.pid);
    await body("setBreakpoints", { source: { path: tick }, breakpoints: [] });
    await talk.ask("continue", { threadId: 1 });
    expect(await sampled()).toBe(pid);
    let names = "";
    while (!names.includes("main.session")) {
      const sample = await body<SampleBody>("goDiagnostics/sample");
      expect(sample.pid).toBe(pid);
      expect(sample.pausedMs).toBeGreaterThan(0);
      names = gunzipSync(Buffer.from(sample.heap, "base64")).toString("latin1");
    }
    await body("goDiagnostics/series");
    expect(await sampled()).toBe(parent.pid);
    expect(await sampled({ pid })).toBe(pid);
    talk.send("pause", { threadId: 1 });
    await session.stopped();
    expect(talk.text().match(/event stopped/g)).toHaveLength(3); // of the breakpoint, the switch, and this
  });
});

describe.each([OLD, NEW])("dlv $delveVersion, over JSON-RPC alone", (machine) => {
  test("a function that only the child has", async () => {
    const session = await launched(machine, "rpc", { followExec: true }, ["one"]);
    const { breakpoints } = await session.body<{ breakpoints: Breakpoint[] }>("setFunctionBreakpoints", {
      breakpoints: [{ name: "main.greet" }],
    });
    expect(breakpoints).toMatchObject([{ id: expect.any(Number) as number, verified: false }]);
    await session.talk.ask("configurationDone");
    await session.stopped();
    expect(await session.at(1)).toMatch(/child\/greeter\.go:\d+$/);
  });
});

test("dlv 1.24 over JSON-RPC says which children it does not follow", async () => {
  const session = await launched(OLD, "rpc", { followExec: true }, []);
  await session.talk.ask("configurationDone");
  await session.talk.event("terminated");
  expect(session.talk.output()).toContain("only those are followed that are started by a path outside");
});

test.each([
  ["/tmp/greeter one", true],
  ["/home/me/bin/greeter", true],
  ["/usr/local/bin/greeter", true],
  ["/binaries/greeter", true],
  ["/b/greeter", true],
  ["/user/greeter", true],
  ["./greeter", true],
  ["build/greeter", true],
  ['"/tmp/my greeter" one', true],
  ["/bin/sh -c ./greeter", false],
  ["/usr/bin/env python3", false],
  ["/sbin/ip", false],
  ["/lib64/ld-linux-x86-64.so.2", false],
  ["git status /tmp/x", false],
])("is likely a Go program: %s: %s", (commandLine, isLikely) => {
  expect(new RegExp(LIKELY_GO).test(commandLine)).toBe(isLikely);
});

test("dlv 1.24 over DAP says that it does not follow", async () => {
  const session = await launched(OLD, "dap", { followExec: true }, ["one"]);
  await breakAt(session, parentFile, "after-child");
  await session.talk.ask("configurationDone");
  await session.stopped();
  expect(session.talk.output()).toContain(
    "dlv 1.24.0 follows children over JSON-RPC only, which this session has not.",
  );
});

/** How many requests were sent. */
function asked(talk: Talk): number {
  return talk.text().match(/^> /gm)?.length ?? 0;
}
