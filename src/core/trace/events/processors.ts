/**
 * Which thread has which processor: the part of Go's order (internal/trace/order.go) that moves processors between
 * threads. Each of their events is numbered, so that one cannot be taken before the one that it follows.
 */
import { broken } from "./broken-order.js";
import type { EventCursor } from "./event-cursor.js";
import {
  type Proc,
  PROC_IDLE,
  PROC_RUNNING,
  PROC_SYSCALL,
  PROC_SYSCALL_ABANDONED,
  type Thread,
  type Threads,
} from "./thread-state.js";

export class Processors {
  readonly #procs = new Map<number, Proc>();

  /** Returns whether the event can happen now. */
  start(event: EventCursor, thread: Thread, generation: number): boolean {
    const proc = this.#procs.get(event.a0);
    if (proc?.state !== PROC_IDLE || !procFollows(proc, generation, event.a1) || thread.proc !== undefined)
      return false;
    proc.state = PROC_RUNNING;
    proc.seq = event.a1;
    thread.proc = proc;
    return true;
  }

  stop(thread: Thread): void {
    const { proc } = thread;
    if (proc === undefined || (proc.state !== PROC_RUNNING && proc.state !== PROC_SYSCALL)) {
      throw broken("a thread gives up a processor that it has not");
    }
    proc.state = PROC_IDLE;
    thread.proc = undefined;
  }

  /** A thread takes the processor of another that is in a system call. Returns whether that can happen now. */
  steal(event: EventCursor, thread: Thread, threads: Threads, generation: number): boolean {
    const proc = this.#procs.get(event.a0);
    if (proc === undefined || !procFollows(proc, generation, event.a1)) return false;
    if (proc.state !== PROC_SYSCALL && proc.state !== PROC_SYSCALL_ABANDONED) return false;
    const isAbandoned = proc.state === PROC_SYSCALL_ABANDONED;
    proc.state = PROC_IDLE;
    proc.seq = event.a1;
    if (isAbandoned) return true;
    const holder = event.a2 === event.thread ? thread : threads.known(event.a2);
    if (holder?.proc !== proc) throw broken(`processor ${proc.id} is taken from a thread that has it not`);
    holder.proc = undefined;
    return true;
  }

  /** The state of every processor, told once in each generation. */
  status(event: EventCursor, thread: Thread, generation: number): void {
    const [id, state] = [event.a0, event.a1];
    if (state < PROC_RUNNING || state > PROC_SYSCALL_ABANDONED) throw broken(`processor ${id} has no state`);
    let proc = this.#procs.get(id);
    if (proc === undefined) this.#procs.set(id, (proc = { id, state, generation, seq: 0 }));
    else {
      const isPromoted = state === PROC_SYSCALL_ABANDONED && proc.state === PROC_SYSCALL;
      if (!isPromoted && proc.state !== state) throw broken(`processor ${id} is in another state than it can be`);
      proc.generation = generation;
      proc.seq = 0;
    }
    if (state === PROC_RUNNING || state === PROC_SYSCALL) thread.proc = proc;
  }
}

export function procFollows(proc: Proc, generation: number, seq: number): boolean {
  return proc.generation === generation && seq === proc.seq + 1;
}
