/**
 * A debug session as the bench has it: `dlv dap` directly or behind the proxy in a process of its own, asked one
 * request after the other.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { frameOf, FrameReader, messageOf } from "../../src/delve/dap/framing.js";

/** To Delve itself, and through the proxy with either engine. */
export const WAYS = ["direct", "dap", "rpc"] as const;
export type Way = (typeof WAYS)[number] | "relay";

export const DLV = resolve(".tools/bin/dlv");

export interface Answer {
  readonly type: string;
  readonly event?: string;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly message?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

export interface Session {
  ask(command: string, args?: object): Promise<Answer>;
  event(name: string): Promise<Answer>;
  end(): Promise<void>;
}

export interface OpenSession extends Session {
  /** Of the proxy, or of dlv where there is none. */
  readonly pid: number;
  /** What starting Node took, which an editor has done already. */
  readonly hostMs: number;
}

/** Connected and greeted, with no program yet. */
export async function opened(way: Way): Promise<OpenSession> {
  const began = performance.now();
  const isProxy = way === "dap" || way === "rpc";
  const command: [string, string[]] = isProxy
    ? [process.execPath, ["dist/godiag.cjs", "dap", "--listen", "127.0.0.1:0", "--dlv", DLV, "--engine", way]]
    : [DLV, ["dap", "--listen=127.0.0.1:0"]];
  const child = spawn(...command, { stdio: ["ignore", "pipe", "ignore"] });
  const gone = new Promise<void>((done) => child.once("exit", () => done()));
  const port = await portOf(child);
  const hostMs = isProxy ? performance.now() - began : 0;
  const relay = way === "relay" ? relayTo(port) : undefined;
  const session = await client(relay === undefined ? port : await portOf(relay), async () => {
    relay?.kill("SIGTERM");
    child.kill("SIGTERM");
    await gone;
  });
  await session.ask("initialize", { adapterID: "go", pathFormat: "path", linesStartAt1: true, columnsStartAt1: true });
  return { ...session, pid: child.pid ?? 0, hostMs };
}

/** A session whose program runs until it stops by itself or at the breakpoints that `configure` sets. */
export async function stoppedAt(
  way: Way,
  binary: string,
  args: readonly string[],
  configure: (session: Session) => Promise<void> = async () => {},
): Promise<OpenSession> {
  const session = await opened(way);
  const launched = session.ask("launch", { mode: "exec", program: binary, args, outputMode: "remote" });
  await session.event("initialized");
  await configure(session);
  await session.ask("configurationDone");
  const { success, message } = await launched;
  if (success !== true) throw new Error(`the launch failed: ${message}`);
  await session.event("stopped");
  return session;
}

/** A headless dlv that answers JSON-RPC, the program at its entry. */
export async function headless(
  binary: string,
  args: readonly string[],
): Promise<{ readonly address: { readonly host: string; readonly port: number }; readonly stop: () => Promise<void> }> {
  const flags = ["--headless", "--accept-multiclient", "--api-version=2", "--listen=127.0.0.1:0"];
  const child = spawn(DLV, ["exec", ...flags, binary, "--", ...args], { stdio: ["ignore", "pipe", "ignore"] });
  const gone = new Promise<void>((done) => child.once("exit", () => done()));
  const stop = async () => {
    child.kill("SIGTERM");
    await gone;
  };
  return { address: { host: "127.0.0.1", port: await portOf(child) }, stop };
}

/** Resident bytes of a process, now and at most so far (Linux). */
export function residentBytes(pid: number): { readonly now: number; readonly most: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) * 1024;
  return { now: bytes("VmRSS"), most: bytes("VmHWM") };
}

/** The dlv that a process has started (Linux). */
export function dlvUnder(pid: number): number {
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${entry}/status`, "utf8");
      if (new RegExp(`^PPid:\\t${pid}$`, "m").test(status) && /^Name:\tdlv$/m.test(status)) return Number(entry);
    } catch {
      // It has ended in the meantime.
    }
  }
  throw new Error(`process ${pid} has no dlv`);
}

function relayTo(port: number): ChildProcess {
  return spawn(process.execPath, ["test/bench/bare-relay.mjs", `${port}`], { stdio: ["ignore", "pipe", "ignore"] });
}

function portOf(child: ChildProcess): Promise<number> {
  let said = "";
  return new Promise((done) =>
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = /listening at: [^\s]*:(\d+)/.exec(said)?.[1];
      if (found) done(Number(found));
    }),
  );
}

async function client(port: number, end: () => Promise<void>): Promise<Session> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await new Promise<void>((done, fail) => socket.once("connect", done).once("error", fail));
  const reader = new FrameReader();
  const answers = new Map<number, (answer: Answer) => void>();
  const events: Answer[] = [];
  let look = () => {};
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => {
    for (const frame of reader.push(chunk)) {
      const message = messageOf<Answer>(frame);
      if (message?.type === "response") answers.get(message.request_seq ?? 0)?.(message);
      else if (message?.type === "event") events.push(message);
    }
    look();
  });
  let seq = 0;
  const session: Session = {
    ask: (command, args) =>
      new Promise((done) => {
        answers.set(++seq, done);
        socket.write(frameOf({ seq, type: "request", command, arguments: args }));
      }),
    event: (name) =>
      new Promise((done) => {
        look = () => {
          const at = events.findIndex(({ event }) => event === name);
          if (at < 0) return;
          look = () => {};
          done(events.splice(at, 1)[0]);
        };
        look();
      }),
    end: async () => {
      await Promise.race([
        session.ask("disconnect", { terminateDebuggee: true }),
        new Promise((done) => setTimeout(done, 5_000)),
      ]);
      socket.destroy();
      await end();
    },
  };
  return session;
}
