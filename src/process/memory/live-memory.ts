/**
 * The memory of a process of this machine, by /proc/PID/mem. Linux checks every opening like a debugger's attach: the
 * same user, and with Yama's ptrace_scope=1 an ancestor.
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import type { Address, Memory } from "./memory.js";

export class LiveMemory implements Memory {
  readonly #fd: number;

  /** Throws the system's error where it may not be read, or is gone. */
  constructor(pid: number) {
    this.#fd = openSync(`/proc/${pid}/mem`, "r");
  }

  readInto(address: Address, target: Uint8Array): number {
    let done = 0;
    while (done < target.length) {
      const got = this.#read(address + done, target, done);
      if (got <= 0) break;
      done += got;
    }
    return done;
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** A page that is not mapped fails as a whole, what lies before it is read. */
  #read(address: Address, target: Uint8Array, offset: number): number {
    try {
      return readSync(this.#fd, target, offset, target.length - offset, address);
    } catch {
      return 0;
    }
  }
}

/** Throws the system's error where it may not be written to. */
export function writeMemory(pid: number, address: Address, bytes: Uint8Array): void {
  const fd = openSync(`/proc/${pid}/mem`, "r+");
  try {
    writeSync(fd, bytes, 0, bytes.length, address);
  } finally {
    closeSync(fd);
  }
}
