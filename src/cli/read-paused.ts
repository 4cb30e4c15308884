/**
 * Goroutines of a program that is still: at a headless Delve (`dlv:HOST:PORT`), or a process that is stopped for the
 * moment of reading (`pid:N`).
 */
import { resolve } from "node:path";
import type { Goroutines } from "../core/goroutine.js";
import type { MemoryReading } from "../core/memory-reading.js";
import { findDelve } from "../delve/capabilities.js";
import { memoryEvidence } from "../delve/memory-evidence.js";
import { MemoryProblem } from "../delve/paused-program.js";
import { attached, pausedAt, type PausedTarget, TargetProblem } from "../delve/target-session.js";
import { Failure } from "./failure.js";
import type { Terminal } from "./terminal.js";

export interface PausedMoment {
  readonly goroutines: Goroutines;
  /** Where it was asked for. */
  readonly memory?: MemoryReading;
}

/** Whether a target is read while it stands still. */
export function isPausedTarget(arg: string): boolean {
  return /^(dlv|pid):/.test(arg);
}

export async function readPaused(terminal: Terminal, arg: string, withMemory: boolean): Promise<PausedMoment> {
  try {
    const target = await open(terminal, arg);
    try {
      const scan = await target.reader.scan(target.scanOptions);
      if (!withMemory) return { goroutines: scan.goroutines };
      const { reading } = await memoryEvidence(target.program, scan, { signal: terminal.signal });
      return { goroutines: scan.goroutines, memory: reading };
    } finally {
      await target.release();
    }
  } catch (error) {
    const what = `cannot read the goroutines of ${arg}`;
    if (error instanceof TargetProblem) throw new Failure("target", what, error.message, error.todo);
    if (error instanceof MemoryProblem) {
      const todo =
        error.code === "interrupted" ? "Nothing was kept" : "See that it is a Go program with debug information";
      throw new Failure("target", what, error.message, todo);
    }
    throw error;
  }
}

async function open(terminal: Terminal, arg: string): Promise<PausedTarget> {
  const delve = /^dlv:(.+):(\d{1,5})$/.exec(arg);
  if (delve !== null)
    return pausedAt({ host: delve[1].replace(/^\[|\]$/g, ""), port: Number(delve[2]) }, terminal.signal);
  const pid = /^pid:(\d{1,10})$/.exec(arg)?.[1];
  if (pid === undefined) {
    throw new Failure("usage", "wrong usage", `${arg} is no target`, "Use dlv:HOST:PORT or pid:NUMBER");
  }
  const found = await findDelve({ env: terminal.env, folder: resolve(terminal.cwd) });
  if (found === undefined) {
    const todo = "Install it: go install github.com/go-delve/delve/cmd/dlv@latest";
    throw new Failure("no-dlv", `cannot read the goroutines of ${arg}`, "Delve (dlv) was not found", todo);
  }
  return attached(Number(pid), found.path, terminal.signal);
}
