/**
 * CPU time that this thread has used, by the kernel's own count (/proc/PID/task/TID/schedstat: ns on a processor first).
 * What a clock would tell grows with what others do on a busy machine.
 */
import { closeSync, openSync, readSync } from "node:fs";

export class ThreadPrice {
  readonly #file: number | undefined;
  readonly #buffer = Buffer.alloc(128);
  #before: number;

  /** Of the thread that makes it. */
  constructor() {
    try {
      this.#file = openSync("/proc/thread-self/schedstat", "r");
    } catch {
      this.#file = undefined; // other systems, or a kernel that does not count
    }
    this.#before = this.#used();
  }

  /** What was used since it was asked last, in ns; NaN where nobody counts. */
  next(): number {
    const now = this.#used();
    const used = now - this.#before;
    this.#before = now;
    return used;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #used(): number {
    if (this.#file === undefined) return NaN;
    return Number.parseInt(this.#buffer.toString("latin1", 0, readSync(this.#file, this.#buffer, 0, 128, 0)), 10);
  }
}
