/**
 * What Linux counts of a process (proc_pid_stat(5), proc_pid_status(5)): some 100 µs of ours a reading, nothing of the
 * process. PSS walks its page tables with its memory map locked, so it is asked for apart.
 */
import { readdirSync, readFileSync } from "node:fs";
import type { ProcessNumbers } from "../../core/live/live-sample.js";

/** USER_HZ: what the kernel counts in for programs, on every processor. */
const TICKS_A_SECOND = 100;
/** Of what follows the name in /proc/PID/stat: user and kernel time in ticks. */
const [UTIME, STIME] = [11, 12];

export function processNumbers(pid: number, { withPss }: { readonly withPss: boolean }): ProcessNumbers {
  const status = textOf(`/proc/${pid}/status`);
  const stat = textOf(`/proc/${pid}/stat`);
  const times = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const cpu = (Number(times.at(UTIME)) + Number(times.at(STIME))) / TICKS_A_SECOND;
  const pss = withPss ? kilobytes(textOf(`/proc/${pid}/smaps_rollup`), "Pss") : null;
  return {
    threads: numberIn(status, "Threads"),
    rss: kilobytes(status, "VmRSS"),
    ...(pss !== null && { pss }),
    cpuSeconds: Number.isFinite(cpu) ? cpu : null,
    fds: entriesIn(`/proc/${pid}/fd`),
  };
}

function numberIn(text: string, field: string): number | null {
  const found = new RegExp(`^${field}:\\s*(\\d+)`, "m").exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

function kilobytes(text: string, field: string): number | null {
  const found = numberIn(text, field);
  return found === null ? null : found * 1_024;
}

function entriesIn(folder: string): number | null {
  try {
    return readdirSync(folder).length;
  } catch {
    return null;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
