/**
 * A `dlv` of our own: started so that only we can reach it, watched, and ended so that nothing remains. Its exit code
 * says nothing (0 after an unknown flag): it has failed when it ends before it listens.
 */
import { closeSync, openSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { startProcess } from "../../process/start-process.js";
import { temporaryFolder } from "../../process/temporary-folder.js";
import { expressionOf, type Setting } from "./assign.js";
import type { DelveAddress } from "./json-rpc.js";

export interface DlvStart {
  readonly path: string;
  /** The subcommand and its flags, without `--listen` and `--log-dest`. */
  readonly args: readonly string[];
  /** What comes after "--". */
  readonly programArgs?: readonly string[];
  /** The process that the subcommand "attach" is about. */
  readonly attachTo?: number | undefined;
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
  /** A `dlv dap` is about to attach to a process. */
  attaches(pid: number): void;
  /** It has attached, and answers; or it is about to let the process run. */
  reaches(phase: "still" | "has-run"): void;
  /** What is to be set in the process when Delve lets go of it, whatever ends us. */
  restoresAtEnd(settings: readonly Setting[]): void;
  /** Resolves when what it and its program have written until now has been said. */
  allSaid(): Promise<void>;
  /**
   * Ends it with all that it launched, and lets go on what it attached to. Resolves when nothing of it is left. A Delve
   * that has not let that process run yet is killed when it does not let go within `letGoMs`.
   */
  stop(letGoMs?: number): Promise<void>;
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
/** Of a pipe that never falls silent: the program has ended, and a child of it may still write. */
const MAX_POLLS = 64;
export const LET_GO_LIMIT_MS = 10_000;
/** sun_path of the strictest system, macOS. */
const MAX_SOCKET_PATH = 103;

export async function startDlv(start: DlvStart, onOutput: OnOutput): Promise<DlvProcess | DlvProblem> {
  if (isWindows) return startOn("127.0.0.1:0", start, onOutput);
  const folder = temporaryFolder();
  const { env = process.env } = start;
  // What a build that is broken off leaves behind goes with the folder.
  if (["debug", "test", "dap"].includes(start.args[0])) start = { ...start, env: { GOTMPDIR: folder.path, ...env } };
  const started = await startIn(folder.path, start, onOutput);
  if ("code" in started) folder.remove();
  else void started.ended.then(() => folder.remove());
  return started;
}

async function startIn(folder: string, start: DlvStart, onOutput: OnOutput): Promise<DlvProcess | DlvProblem> {
  const path = join(folder, "dlv");
  if (path.length <= MAX_SOCKET_PATH) {
    const started = await startOn(`unix:${path}`, start, onOutput, join(folder, "said"));
    // dlv before 1.22 takes it for a host name.
    const isRefused =
      "code" in started &&
      started.code === "ended" &&
      /listen(?:er)?[^\n]*(?:unix:|too many colons)/i.test(started.said);
    if (!isRefused) return started;
  }
  return startOn("127.0.0.1:0", start, onOutput, join(folder, "said-by-second"));
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

/**
 * What a Delve says that attaches is kept in a file until it ends; its program says nothing there. When its client has
 * gone it says on stderr that the program stands at a breakpoint: a pipe that nobody reads any more ends it then (SIGPIPE),
 * and the program with it, by a SIGTRAP that nobody takes back.
 */
function startOn(
  listen: string,
  start: DlvStart,
  onOutput: OnOutput,
  ownFile?: string,
): Promise<DlvProcess | DlvProblem> {
  const { path, args, programArgs = [], attachTo, cwd, env, limitMs, signal } = start;
  if (signal?.aborted) return Promise.resolve({ code: "stopped", said: "" });
  return new Promise((resolve) => {
    const socket = /^unix:(.*)$/.exec(listen)?.[1];
    const address = socket === undefined ? undefined : { path: socket };
    const file = attachTo === undefined || ownFile === undefined ? undefined : openSync(ownFile, "ax", 0o600);
    const words = file ?? "pipe";
    const started = startProcess(
      path,
      [...args, `--listen=${listen}`, ...(isWindows ? [] : ["--log-dest=3"]), ...rest(programArgs)],
      {
        stdio: ["ignore", words, words, isWindows ? "ignore" : "pipe"],
        asks: "process", // which kills what it launched
        ...{ cwd, env },
        ...(attachTo !== undefined && { attaching: { pid: attachTo, address } }),
      },
    );
    if (file !== undefined) closeSync(file);
    const { child } = started;
    let said = "";
    let hasReadFile = file === undefined;
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
      void stop().then(() => settle({ code, said: said.trim() }));
    };
    const abort = () => fail("stopped");
    const timer = setTimeout(() => fail("timed-out"), limitMs);
    signal?.addEventListener("abort", abort);

    const announced = (text: string) => {
      const where = /(?:listening at: )(.+?)\r?\n/.exec(text)?.[1];
      if (where === undefined || settled || failing !== undefined) return;
      const answersAt = parsed(where);
      if (attachTo !== undefined) started.answersAt(answersAt);
      settle({
        pid: child.pid ?? 0,
        address: answersAt,
        ended,
        attaches: (pid) => started.attaches(pid),
        reaches: (phase) => started.reaches(phase),
        restoresAtEnd: (settings) =>
          started.restoresAtEnd(
            settings.map(({ variable, value }) => ({ symbol: variable, value: expressionOf(value) })),
          ),
        allSaid,
        stop,
      });
    };
    const [, stdout, stderr, log] = child.stdio;
    let ownWords = "";
    const keep = (text: string) => {
      if (!settled && said.length < MAX_SAID) said += text;
    };
    let chunks = 0;
    const allSaid = async () => {
      for (let polls = 0, before = -1; before !== chunks && polls < MAX_POLLS; polls++) {
        before = chunks;
        // The event loop looks at every pipe between two of them.
        await setImmediate();
        await setImmediate();
      }
    };
    const readFile = () => {
      if (hasReadFile || ownFile === undefined) return;
      hasReadFile = true;
      const text = textIn(ownFile).slice(0, MAX_SAID);
      if (text === "") return;
      keep(text);
      onOutput("stderr", text);
    };
    const ended = started.ended.finally(readFile);
    const stop = (letGoMs?: number) => started.stop(letGoMs).finally(readFile);
    for (const [stream, category] of [
      [stdout, "stdout"],
      [stderr, "stderr"],
    ] as const) {
      (stream as NodeJS.ReadableStream | null)?.setEncoding("utf8").on("data", (text: string) => {
        chunks++;
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
    child.once("close", () => {
      if (failing === undefined) void stop().then(() => settle({ code: "ended", said: said.trim() }));
    });
  });
}

function textIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // its folder has gone
  }
}

const rest = (programArgs: readonly string[]) => (programArgs.length > 0 ? ["--", ...programArgs] : []);

function parsed(address: string): DelveAddress {
  const hostAndPort = /^\[?([^\]]*?)\]?:(\d+)$/.exec(address);
  return hostAndPort ? { host: hostAndPort[1], port: Number(hostAndPort[2]) } : { path: address };
}
