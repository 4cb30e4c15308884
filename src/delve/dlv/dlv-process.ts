/**
 * A `dlv` of our own: started so that only we can reach it, watched, and ended so that nothing remains. Its exit code
 * says nothing (0 after an unknown flag): it has failed when it ends before it listens.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DelveAddress } from "./json-rpc.js";

export interface DlvStart {
  readonly path: string;
  /** The subcommand and its flags, without `--listen` and `--log-dest`. */
  readonly args: readonly string[];
  /** What comes after "--". */
  readonly programArgs?: readonly string[];
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Until it listens; a build is part of that. */
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Text of the program, and of dlv itself where the two share a stream. */
export type OnOutput = (category: "stdout" | "stderr", text: string) => void;

export interface DlvProcess {
  readonly pid: number;
  /** Where it listens: host and port, or a socket. */
  readonly address: DelveAddress;
  /** Settles when it has ended, with how. */
  readonly ended: Promise<string>;
  /**
   * Asks it to end, which ends what it launched and lets go of what it attached to, and insists after a while. Resolves
   * when it is gone.
   */
  stop(): Promise<void>;
}

/** It never listened. `said` is what it printed. */
export interface DlvProblem {
  readonly code: "not-found" | "ended" | "timed-out" | "stopped";
  readonly said: string;
}

/** Of a Delve that several clients of this user talk to, over DAP and JSON-RPC. */
export const HEADLESS: readonly string[] = [
  "--headless",
  "--accept-multiclient",
  "--api-version=2",
  "--only-same-user",
];

const isWindows = process.platform === "win32";
const MAX_SAID = 64 << 10;
const END_LIMIT_MS = 3_000;
/** One that is killed leaves its breakpoints in the program that it attached to, which then ends at the first of them. */
export const LET_GO_LIMIT_MS = 10_000;
/** sun_path of the strictest system, macOS. */
const MAX_SOCKET_PATH = 103;

export async function startDlv(start: DlvStart, onOutput: OnOutput): Promise<DlvProcess | DlvProblem> {
  if (isWindows) return startOn("127.0.0.1:0", start, onOutput);
  const folder = mkdtempSync(join(tmpdir(), "godiag-")); // mode 0700
  const path = join(folder, "dlv");
  const clean = () => rmSync(folder, { recursive: true, force: true });
  if (path.length <= MAX_SOCKET_PATH) {
    const started = await startOn(`unix:${path}`, start, onOutput);
    if (!("code" in started)) {
      void started.ended.then(clean);
      return started;
    }
    // dlv before 1.22 takes it for a host name.
    if (!(started.code === "ended" && /listen(?:er)?[^\n]*(?:unix:|too many colons)/i.test(started.said))) {
      clean();
      return started;
    }
  }
  clean();
  return startOn("127.0.0.1:0", start, onOutput);
}

export function connectDlv(address: DelveAddress, limitMs = 5_000): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect("path" in address ? { path: address.path } : { ...address, noDelay: true });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`${wordsOf(address)} does not accept a connection within ${limitMs / 1000} s`));
    }, limitMs);
    const failed = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    socket.once("error", failed);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", failed);
      resolve(socket);
    });
  });
}

export function wordsOf(address: DelveAddress): string {
  return "path" in address ? address.path : `${address.host}:${address.port}`;
}

/** Why there is no dlv, for a person. */
export function problemWords(path: string, { code, said }: DlvProblem, limitMs: number): string {
  const itSaid = said === "" ? "" : ` It said: ${said.split("\n", 3).join(" ")}`;
  switch (code) {
    case "not-found":
      return `${path} cannot be run.`;
    case "ended":
      return `${path} has ended before it listened.${itSaid}`;
    case "timed-out":
      return `${path} does not listen within ${limitMs / 1000} s.${itSaid}`;
    case "stopped":
      return "It was stopped.";
  }
}

function startOn(listen: string, start: DlvStart, onOutput: OnOutput): Promise<DlvProcess | DlvProblem> {
  const { path, args, programArgs = [], cwd, env, limitMs, signal } = start;
  if (signal?.aborted) return Promise.resolve({ code: "stopped", said: "" });
  return new Promise((resolve) => {
    const child = spawn(
      path,
      [...args, `--listen=${listen}`, ...(isWindows ? [] : ["--log-dest=3"]), ...rest(programArgs)],
      {
        stdio: ["ignore", "pipe", "pipe", isWindows ? "ignore" : "pipe"],
        windowsHide: true,
        ...(cwd !== undefined && { cwd }),
        ...(env !== undefined && { env }),
      },
    );
    const ended = endOf(child);
    const patienceMs = args[0] === "attach" ? LET_GO_LIMIT_MS : END_LIMIT_MS;
    let said = "";
    let settled = false;
    /** We end it ourselves: its end is not the news then. */
    let failing: DlvProblem["code"] | undefined;
    const settle = (outcome: DlvProcess | DlvProblem) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      resolve(outcome);
    };
    const fail = (code: DlvProblem["code"]) => {
      if (settled || failing !== undefined) return;
      failing = code;
      void stop(child, ended, patienceMs).then(() => settle({ code, said: said.trim() }));
    };
    const abort = () => fail("stopped");
    const timer = setTimeout(() => fail("timed-out"), limitMs);
    signal?.addEventListener("abort", abort);

    const announced = (text: string) => {
      const address = /(?:listening at: )(.+?)\r?\n/.exec(text)?.[1];
      if (address === undefined) return;
      settle({ pid: child.pid ?? 0, address: parsed(address), ended, stop: () => stop(child, ended, patienceMs) });
    };
    const [, stdout, stderr, log] = child.stdio;
    let ownWords = "";
    const keep = (text: string) => {
      if (!settled && said.length < MAX_SAID) said += text;
    };
    for (const [stream, category] of [
      [stdout, "stdout"],
      [stderr, "stderr"],
    ] as const) {
      stream?.setEncoding("utf8");
      stream?.on("data", (text: string) => {
        keep(text);
        if (isWindows && category === "stdout" && !settled) announced((ownWords += text));
        else onOutput(category, text);
      });
    }
    (log as NodeJS.ReadableStream | null)?.setEncoding("utf8").on("data", (text: string) => {
      if (!settled) announced((ownWords += text).slice(-MAX_SAID));
    });
    for (const stream of child.stdio) stream?.on("error", () => {});
    child.once("error", () => settle({ code: "not-found", said: "" }));
    child.once("close", () => settle({ code: failing ?? "ended", said: said.trim() }));
  });
}

const rest = (programArgs: readonly string[]) => (programArgs.length > 0 ? ["--", ...programArgs] : []);

function parsed(address: string): DelveAddress {
  const hostAndPort = /^\[?([^\]]*?)\]?:(\d+)$/.exec(address);
  return hostAndPort ? { host: hostAndPort[1], port: Number(hostAndPort[2]) } : { path: address };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    child.once("error", (error) => resolve(error.message));
  });
}

/** SIGTERM makes dlv kill what it launched and let go of what it attached to; SIGKILL would leave the program behind. */
async function stop(child: ChildProcess, ended: Promise<string>, patienceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  await ended;
  clearTimeout(timer);
  // A program that outlives dlv may hold the pipes: do not wait for their end.
  for (const stream of child.stdio) stream?.destroy();
}
