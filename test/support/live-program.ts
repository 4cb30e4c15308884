/** test/fixtures/live-program as a running process, and what it says of itself whenever it is asked. */
import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { built } from "./paused-debuggee.js";

/** Its own numbers by runtime/metrics; of histograms, an underflow, the buckets and an overflow. */
export interface OwnNumbers {
  readonly Goal: number;
  readonly Marked: number;
  readonly Inuse: number;
  readonly Stacks: number;
  readonly Cycles: number;
  readonly Allocs: number;
  readonly AllocsAtGC: number;
  readonly Free: number;
  readonly Released: number;
  readonly Mapped: number;
  readonly Goroutines: number;
  readonly Fds: number;
  /** Its /proc/self/status. */
  readonly Status: string;
  readonly Pauses: readonly number[];
  /** By others than the collector. */
  readonly Others: readonly number[];
  readonly Latencies: readonly number[];
  /** Of the buckets, in ns. */
  readonly Bounds: readonly number[];
}

export interface LiveProgram {
  readonly pid: number;
  /** After some work, or as it is. */
  ask(what: "work" | "numbers"): Promise<OwnNumbers>;
  /** It becomes a program that is not Go's. */
  becomeAnother(): void;
  stop(): Promise<void>;
}

export function builtLive(go: string, flags: readonly string[] = []): string {
  return built(resolve("test/fixtures/live-program"), ".", go, flags);
}

export function startLive(binary: string, mode: "calm" | "busy" | "limited" | "off" | "large" = "calm"): LiveProgram {
  const child: ChildProcess = spawn(binary, [mode], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, GOMAXPROCS: "2" },
  });
  const { stdin, stdout, pid } = child;
  if (stdin === null || stdout === null || pid === undefined) throw new Error(`${binary} does not start`);
  const lines = createInterface(stdout)[Symbol.asyncIterator]();
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  return {
    pid,
    ask: async (what) => {
      stdin.write(`${what}\n`);
      const line = await lines.next();
      if (line.done === true) throw new Error("the program ended");
      return JSON.parse(line.value) as OwnNumbers;
    },
    becomeAnother: () => void stdin.write("exec\n"),
    stop: () => {
      child.kill("SIGKILL");
      return ended;
    },
  };
}
