/** Threads and processors while a trace is read: which goroutine and which processor a thread has. */
import { type GoroutineRow, NO_GOROUTINE } from "./trace-listener.js";

export interface Thread {
  goroutine: GoroutineRow;
  proc: Proc | undefined;
}

/** A processor (P): the right to run Go code. */
export interface Proc {
  readonly id: number;
  /** As on the wire. */
  state: number;
  generation: number;
  /** The number of its last event in the generation. */
  seq: number;
}

export const PROC_RUNNING = 1;
export const PROC_IDLE = 2;
export const PROC_SYSCALL = 3;
export const PROC_SYSCALL_ABANDONED = 4;

/** What an event without a thread has as its thread: all bits set, read as a double. */
export const NO_THREAD = 2 ** 64;

/** Threads by their id. */
export class Threads {
  readonly #threads = new Map<number, Thread>();

  /** The thread; a new one where it was not seen yet. */
  of(id: number): Thread {
    if (id === NO_THREAD) return { goroutine: NO_GOROUTINE, proc: undefined };
    let thread = this.#threads.get(id);
    if (thread === undefined) this.#threads.set(id, (thread = { goroutine: NO_GOROUTINE, proc: undefined }));
    return thread;
  }

  known(id: number): Thread | undefined {
    return this.#threads.get(id);
  }
}
