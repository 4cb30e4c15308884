/**
 * Starts a configuration for real, as far as its first breakpoint: what came of it, and in whose words it failed.
 *
 * What a configuration takes for granted is there: a server where it has a port, a process where it attaches.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { lookup } from "node:dns/promises";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { connectDap, type DapSession, ended, listening, startDap } from "../support/dap-session.js";
import { type Attributes, type Prepared, prepared, type Surroundings } from "./golang-go.js";

export interface Outcome {
  /** The program runs, and was not ended by a flag that it does not know. */
  readonly starts: boolean;
  /** The breakpoint in the editor binds. */
  readonly binds: boolean;
  /** Why not. */
  readonly why: string;
}

export interface Machine extends Surroundings {
  readonly dlv: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A built program that waits, for servers to run. */
  readonly waiting: string;
  /** The same, with sources that lay in /app. */
  readonly waitingInApp: string;
}

export async function outcomeOf(configuration: Attributes, machine: Machine): Promise<Outcome> {
  let begun: Begun | undefined;
  let target: ChildProcess | undefined;
  try {
    const start = onItsMachine(prepared(configuration, machine), machine);
    if (start.request === "attach" && typeof start.args["processId"] === "number") target = await startWaiting(machine);
    begun = await begin(start, machine);
    const args = { ...start.args, ...(target && { processId: target.pid }) };
    return await untilBreakpoint(begun.session, { ...start, args }, machine);
  } catch (error) {
    return { starts: false, binds: false, why: error instanceof Error ? error.message : String(error) };
  } finally {
    await begun?.stop();
    target?.kill("SIGKILL");
  }
}

/** A process of its own to attach to, whatever id the configuration has: only one debugger at a time may. */
async function startWaiting({ waiting }: Machine): Promise<ChildProcess> {
  const child = spawn(waiting, ["wait"], { stdio: ["ignore", "pipe", "ignore"] });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return child;
}

interface Begun {
  readonly session: DapSession;
  readonly stop: () => Promise<void>;
}

async function begin(start: Prepared, machine: Machine): Promise<Begun> {
  const env = { ...machine.env, ...withoutNulls(start.env) };
  if (!start.server) return startDap(machine.dlv, start.flags, start.folder, env);
  const { host, port } = start.server;
  if (port < 0 || port > 65_535) throw new Error(`Port should be >= 0 and < 65536. Received ${port}.`);
  // As a socket does; before there is a server, which would leave its program behind when no client ends it.
  await lookup(host);
  // Somebody has started what the configuration connects to, on whatever machine it names.
  const isRemote = start.args["mode"] === "remote";
  const isInApp =
    start.args["remotePath"] === "/app" || JSON.stringify(start.args["substitutePath"])?.includes('"/app"');
  const waiting = isInApp ? machine.waitingInApp : machine.waiting;
  const command = isRemote ? ["exec", waiting, "--headless", "--accept-multiclient"] : ["dap"];
  const server = spawn(machine.dlv, [...command, "--listen=127.0.0.1:0", ...(isRemote ? ["--", "wait"] : [])], {
    cwd: machine.folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    const { address } = await listening(server);
    const session = await connectDap(address);
    return { session, stop: () => ended(server, session) };
  } catch (error) {
    await ended(server);
    throw error;
  }
}

/** What lies on the machine of a server that somebody has started lies here for this test. */
function onItsMachine(start: Prepared, { waiting, folder }: Machine): Prepared {
  const args = { ...start.args };
  if (start.server && args["mode"] === "exec" && !existsSync(String(args["program"]))) args["program"] = waiting;
  if (start.server && typeof args["cwd"] === "string" && !existsSync(args["cwd"])) args["cwd"] = folder;
  return { ...start, args };
}

async function untilBreakpoint(session: DapSession, start: Prepared, { folder }: Machine): Promise<Outcome> {
  const { request, args } = start;
  await session.request("initialize", {
    adapterID: "go",
    pathFormat: "path",
    linesStartAt1: true,
    columnsStartAt1: true,
  });
  const answered = session.request(request, args);
  try {
    await Promise.race([session.event("initialized"), answered.then(() => session.event("initialized"))]);
    const isTest = args["mode"] === "test";
    const file = join(folder, isTest ? "main_test.go" : "main.go");
    const marker = isTest ? "test" : request === "attach" ? "wait" : "main";
    const breakpoints = [{ line: lineOf(file, marker) }];
    const set = await session.request("setBreakpoints", { source: { path: file }, breakpoints });
    const [bound] = set.body?.["breakpoints"] as { verified: boolean; message?: string }[];
    await session.request("configurationDone");
    await answered;
    if (!bound.verified || request === "attach")
      return { starts: true, binds: bound.verified, why: bound.message ?? "" };
    const terminated = session.event("terminated");
    terminated.catch(() => {});
    for (;;) {
      const next = await Promise.race([session.event("stopped"), terminated]);
      if (next.event === "terminated")
        return { starts: false, binds: false, why: `ended before the breakpoint: ${session.output().slice(-600)}` };
      if (next.body?.["reason"] !== "entry")
        return isTest ? await untilEnd(session, terminated) : { starts: true, binds: true, why: "" };
      await session.request("continue", { threadId: next.body["threadId"] ?? 1 });
    }
  } finally {
    answered.catch(() => {});
    await session
      .request("disconnect", { terminateDebuggee: request === "launch" || start.server !== undefined })
      .catch(() => {});
  }
}

/** A test binary judges some of its flags only when the tests run; 2 is its status then. */
async function untilEnd(session: DapSession, terminated: Promise<unknown>): Promise<Outcome> {
  const exited = session.event("exited");
  exited.catch(() => {});
  await session.request("continue", { threadId: 1 });
  await terminated;
  // An older dlv does not send it; where it comes, it comes before.
  const last = await Promise.race([
    exited,
    new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined))),
  ]);
  const status = last?.body?.["exitCode"];
  return { starts: status !== 2, binds: true, why: `exited with ${String(status)}: ${session.output().slice(-600)}` };
}

function withoutNulls(env: Prepared["env"]): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== null));
}

function lineOf(file: string, marker: string): number {
  return (
    readFileSync(file, "utf8")
      .split("\n")
      .findIndex((line) => line.includes(`// #${marker}`)) + 1
  );
}
