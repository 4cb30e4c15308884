/**
 * What Linux counts of a process (proc_pid_stat(5), proc_pid_status(5)): some 50 µs of ours a reading, nothing of the
 * process. PSS walks its page tables with its memory map locked, so it is asked for apart. The files stay open between
 * readings: they are of this process for ever, even when its number is given to another.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import type { ProcessNumbers } from "../../core/live/live-sample.js";

/** USER_HZ: what the kernel counts in for programs, on every processor. */
const TICKS_A_SECOND = 100;
/** Of what follows the name in /proc/PID/stat: the state, and user and kernel time in ticks. */
const [STATE, UTIME, STIME] = [0, 11, 12];
/** More than these files ever have: a name of 16 bytes, some 50 numbers. */
const MAX_FILE_BYTES = 8_192;

export interface ProcessLook {
  readonly numbers: ProcessNumbers;
  /** Stopped by a signal or by its debugger. */
  readonly standsStill: boolean;
  /** It runs, or stands still: it has not ended. */
  readonly isThere: boolean;
}

export class ProcessFiles {
  readonly #pid: number;
  readonly #status: number | undefined;
  readonly #stat: number | undefined;
  readonly #buffer = Buffer.alloc(MAX_FILE_BYTES);
  #fds: number | null = null;

  constructor(pid: number) {
    this.#pid = pid;
    this.#status = opened(`/proc/${pid}/status`);
    this.#stat = opened(`/proc/${pid}/stat`);
  }

  /** Without `withFds`, descriptors are as they were counted last: counting costs by how many there are. */
  look({ withPss, withFds = true }: { readonly withPss: boolean; readonly withFds?: boolean }): ProcessLook {
    const stat = this.#read(this.#stat);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ", STIME + 1);
    const state = fields[STATE];
    const status = this.#read(this.#status);
    const cpu = (Number(fields.at(UTIME)) + Number(fields.at(STIME))) / TICKS_A_SECOND;
    const pss = withPss ? kilobytes(textOf(`/proc/${this.#pid}/smaps_rollup`), "Pss") : null;
    if (withFds) this.#fds = entriesIn(`/proc/${this.#pid}/fd`);
    return {
      numbers: {
        threads: numberIn(status, "Threads"),
        rss: kilobytes(status, "VmRSS"),
        ...(pss !== null && { pss }),
        cpuSeconds: Number.isFinite(cpu) ? cpu : null,
        fds: this.#fds,
      },
      standsStill: state === "t" || state === "T",
      isThere: state !== "" && state !== "Z" && state !== "X",
    };
  }

  close(): void {
    for (const file of [this.#status, this.#stat]) if (file !== undefined) closeSync(file);
  }

  #read(file: number | undefined): string {
    try {
      return file === undefined
        ? ""
        : this.#buffer.toString("latin1", 0, readSync(file, this.#buffer, 0, MAX_FILE_BYTES, 0));
    } catch {
      return ""; // it has ended
    }
  }
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch {
    return undefined;
  }
}

/** Files of /proc have a field a line. */
function numberIn(text: string, field: string): number | null {
  const at = text.startsWith(`${field}:`) ? 0 : text.indexOf(`\n${field}:`) + 1;
  if (at === 0 && !text.startsWith(`${field}:`)) return null;
  const value = Number.parseInt(text.slice(at + field.length + 1, at + field.length + 32), 10);
  return Number.isNaN(value) ? null : value;
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
