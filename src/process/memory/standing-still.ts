/**
 * A process of this machine made to stand still, by SIGSTOP: no debugger is needed for that, and it goes on as if
 * nothing had been. What a debugger holds stands still already, and is left to it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { guarded } from "../guard.js";
import { beginningOf, tracingOf } from "../proc.js";
import type { Address } from "./memory.js";
import { ProcessProblem } from "./process-problem.js";

/** Where a thread of the process is. */
export interface ThreadPlace {
  readonly id: number;
  readonly sp: Address;
  readonly pc: Address;
  /** General registers, where they are known: in a core file. */
  readonly registers?: readonly number[];
}

export interface StandingStill<Result> {
  readonly result: Result;
  /** Between the two signals; 0 for a process that stood still before. */
  readonly pausedMs: number;
}

const STOP_LIMIT_MS = 2_000;
const LOOK_MS = 0.2;

/** A process that stands still. */
export interface Stop {
  readonly threads: readonly ThreadPlace[];
  /** Lets it go on, and tells for how long it stood still; 0 for a process that stood still before, which is left so. */
  end(): number;
}

/**
 * What `read` makes of the process while none of its threads runs. `read` is synchronous: nothing else of ours can run, or
 * fail, before the process goes on. Throws a `ProcessProblem` when it cannot be stopped.
 */
export function whileStill<Result>(
  pid: number,
  read: (threads: readonly ThreadPlace[]) => Result,
): StandingStill<Result> {
  const stop = standStill(pid);
  try {
    const result = read(stop.threads);
    return { result, pausedMs: stop.end() };
  } catch (error) {
    stop.end();
    throw error;
  }
}

/** Until `end` is called, which has to be whatever happens. Throws a `ProcessProblem` when it cannot be stopped. */
export function standStill(pid: number): Stop {
  if (isStill(pid)) return { threads: threadsOf(pid), end: () => 0 };
  const tracer = tracingOf(String(pid))?.tracer ?? 0;
  if (tracer !== 0) {
    // Whoever traces it would get the signal, and stop.
    throw new ProcessProblem(`it runs in a debugger (pid ${tracer})`, "Pause it there, or end that debugger first");
  }
  const entry = guarded({ kind: "stopped", pid, beginning: beginningOf(pid) });
  const stoppedAt = performance.now();
  const end = () => {
    signal(pid, "SIGCONT");
    entry.forget();
    return performance.now() - stoppedAt;
  };
  try {
    signal(pid, "SIGSTOP");
    while (!isStill(pid)) {
      if (performance.now() - stoppedAt > STOP_LIMIT_MS) {
        throw new ProcessProblem("it did not stand still within 2 s", "Try again when it is less busy");
      }
      pauseOurselves(LOOK_MS);
    }
    return { threads: threadsOf(pid), end };
  } catch (error) {
    end();
    throw error;
  }
}

/** Throws a `ProcessProblem` for a process that stands still: nothing changes in it. */
export function expectRunning(pid: number): void {
  if (!isStill(pid)) return;
  const tracer = tracingOf(String(pid))?.tracer ?? 0;
  if (tracer === 0) throw new ProcessProblem("it is stopped", `Let it go on: kill -CONT ${pid}`);
  throw new ProcessProblem(`it is already being debugged by pid ${tracer}`, "End the other debugger first");
}

function signal(pid: number, name: "SIGSTOP" | "SIGCONT"): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (name === "SIGCONT") return; // it has ended
    const isForeign = (error as NodeJS.ErrnoException).code === "EPERM";
    if (isForeign) throw new ProcessProblem("it belongs to another user", "Run godiag as that user");
    throw new ProcessProblem("it has ended", "Name a process that runs");
  }
}

function isStill(pid: number): boolean {
  return threadIds(pid).every((thread) => "tTZX".includes(stateOf(pid, thread)));
}

function threadIds(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    throw new ProcessProblem("it has ended", "Name a process that runs");
  }
}

/** R, S, D, T, t, Z, X; X of a thread that is gone. */
function stateOf(pid: number, thread: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "latin1");
    return stat.charAt(stat.lastIndexOf(")") + 2);
  } catch {
    return "X";
  }
}

/** Threads whose place the kernel does not tell are left out. */
function threadsOf(pid: number): ThreadPlace[] {
  return threadIds(pid).flatMap((id) => {
    const words = syscallWords(pid, id);
    const [sp, pc] = words.slice(-2).map(Number);
    return words.length >= 3 && sp > 0 ? [{ id, sp, pc }] : [];
  });
}

/** Number and arguments of its system call, or -1; the last two are always stack pointer and program counter. */
function syscallWords(pid: number, thread: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/syscall`, "latin1").trim().split(" ");
  } catch {
    return [];
  }
}

function pauseOurselves(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
