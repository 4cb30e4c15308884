/**
 * What Linux tells of a process in /proc (proc_pid_stat(5), proc_pid_status(5)): when it began, how it is, who traces it.
 * Elsewhere, and of a process that is gone, all of it is undefined or empty.
 */
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessStat {
  /** One letter: R, S, D, Z, T (stopped), t (stopped by its tracer), X … */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** PF_… of include/linux/sched.h. */
  readonly flags: number;
  /** In the kernel's ticks since boot: tells a process from a later one that was given its number. */
  readonly beginning: string;
}

export function statOf(pid: number | string): ProcessStat | undefined {
  const text = textOf(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The second field, the name, may hold anything.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    state: fields[0],
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    flags: Number(fields[6]),
    beginning: fields[19],
  };
}

/** When a process began; undefined when it is gone, or where /proc does not tell. */
export function beginningOf(pid: number): string | undefined {
  return statOf(pid)?.beginning;
}

/** Whether a process that began then is gone. One that nobody has asked how it ended counts as gone. */
export function hasEnded(pid: number, beginning: string | undefined): boolean {
  if (beginning !== undefined) {
    const stat = statOf(pid);
    return stat === undefined || stat.beginning !== beginning || stat.state === "Z" || stat.state === "X";
  }
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Every process of this machine. */
export function allProcesses(): number[] {
  return numbersIn("/proc");
}

export function threadsOf(pid: number): number[] {
  return numbersIn(`/proc/${pid}/task`);
}

const PF_KTHREAD = 0x00200000;

/**
 * Whether a process becomes another program in this moment (execve): its new arguments and environment are not written
 * yet, and those that it had are gone. On a busy machine that lasts for milliseconds.
 */
export function isBecoming(pid: number): boolean {
  if (textOf(`/proc/${pid}/cmdline`) !== "" || environmentOf(pid) !== "") return false;
  const stat = statOf(pid);
  return stat !== undefined && stat.state !== "Z" && stat.state !== "X" && (stat.flags & PF_KTHREAD) === 0;
}

/** The environment that a process was started with, each entry between zero bytes; "" where it is not ours to read. */
export function environmentOf(pid: number): string {
  return textOf(`/proc/${pid}/environ`) ?? "";
}

/** A thread or process: who traces it (0: nobody), and which signals wait for it, as a mask with bit N-1 for signal N. */
export function tracingOf(path: string): { readonly tracer: number; readonly pending: bigint } | undefined {
  const text = textOf(`/proc/${path}/status`);
  if (text === undefined) return undefined;
  const mask = (name: string) => BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)$`, "m").exec(text)?.[1] ?? "0"}`);
  return {
    tracer: Number(/^TracerPid:\s*(\d+)$/m.exec(text)?.[1] ?? 0),
    pending: mask("SigPnd") | mask("ShdPnd"),
  };
}

/** Sends it; nothing happens when there is no such process, or it is not ours. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}
