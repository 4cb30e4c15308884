/**
 * Puts the events of all threads into the order in which they happened, and tells a listener.
 *
 * Follows Go's internal/trace/order.go and reader.go: events are taken by time, but one that cannot happen yet (its
 * sequence number does not follow, the goroutine is not in the right state) waits until others have been taken, so that
 * clocks that disagree between threads do not matter. Times are corrected to grow by at least 1 ns, as Go's reader does:
 * all durations are equal to those of `go tool trace`.
 */
import { broken } from "./broken-order.js";
import { CollectionOrder } from "./collection-order.js";
import { EventCursor } from "./event-cursor.js";
import { type Frontier, insertCursor, removeCursor, updateCursor } from "./frontier.js";
import type { Generation } from "./generation.js";
import { GoroutineTable } from "./goroutine-table.js";
import { NOT_THERE } from "./number-index.js";
import { procFollows, Processors } from "./processors.js";
import {
  NO_THREAD,
  type Proc,
  PROC_RUNNING,
  PROC_SYSCALL,
  PROC_SYSCALL_ABANDONED,
  type Thread,
  Threads,
} from "./thread-state.js";
import * as format from "./trace-format.js";
import {
  type GoroutineRow,
  type GoroutineState,
  IN_SYSCALL,
  NO_GOROUTINE,
  NO_PROC,
  NOT_EXISTING,
  RUNNABLE,
  RUNNING,
  type TraceListener,
  UNDETERMINED,
  WAITING,
} from "./trace-listener.js";
import { EMPTY_STRING, type IdMap, NO_STACK, type TraceStack, type TraceString } from "./trace-names.js";
import { UnknownEvents } from "./unknown-events.js";

/** GoroutineState by the state on the wire. */
const STATE_OF_WIRE: readonly GoroutineState[] = [UNDETERMINED, RUNNABLE, RUNNING, IN_SYSCALL, WAITING];

export class TraceOrder {
  readonly goroutines = new GoroutineTable();
  readonly unknown = new UnknownEvents();
  /** Events that were read. */
  events = 0;
  /** Time of the last event, in nanoseconds of the trace's clock. */
  readonly clock = new Float64Array([-Infinity]);
  readonly #listener: TraceListener;
  readonly #processors = new Processors();
  readonly #threads = new Threads();
  readonly #collections = new CollectionOrder();
  #firstGeneration = 0;
  #generation = 0;
  #strings!: IdMap;
  #stacks!: IdMap;

  constructor(listen: (order: TraceOrder) => TraceListener) {
    this.#listener = listen(this);
  }

  /** Tells everything in one generation. Throws FormatError where its events cannot have happened in any order. */
  read(generation: Generation): void {
    this.#generation = generation.number;
    if (this.#firstGeneration === 0) this.#firstGeneration = generation.number;
    this.#strings = generation.strings;
    this.#stacks = generation.stacks;
    this.#listener.onGeneration(this.#tick(Math.trunc(generation.startUnits * generation.nsPerUnit)));
    const frontier: Frontier = [];
    const cursors: EventCursor[] = [];
    for (const batches of generation.threads) {
      const cursor = new EventCursor(generation, batches, this.unknown);
      cursors.push(cursor);
      if (cursor.next()) insertCursor(frontier, cursor);
    }
    const { cpuSamples } = generation;
    let sample = 0;
    while (frontier.length > 0 || sample < cpuSamples.length) {
      if (sample < cpuSamples.length && (frontier.length === 0 || cpuSamples[sample].timeNs < frontier[0].time)) {
        const { timeNs, stack } = cpuSamples[sample++];
        this.#listener.onCpuSample(this.#tick(timeNs), stack);
      } else if (this.#advance(frontier[0])) {
        if (frontier[0].next()) updateCursor(frontier, 0);
        else removeCursor(frontier, 0);
      } else this.#advanceAnother(frontier);
    }
    for (const { count } of cursors) this.events += count;
  }

  #advanceAnother(frontier: Frontier): void {
    frontier.sort((a, b) => a.time - b.time);
    for (let i = 1; i < frontier.length; i++) {
      if (!this.#advance(frontier[i])) continue;
      if (frontier[i].next()) updateCursor(frontier, i);
      else removeCursor(frontier, i);
      return;
    }
    throw broken(`no thread's next event can have happened next in generation ${this.#generation}`);
  }

  #tick(timeNs: number): number {
    const { clock } = this;
    return (clock[0] = timeNs <= clock[0] ? clock[0] + 1 : timeNs);
  }

  /** Takes the cursor's event if it can happen now. */
  #advance(event: EventCursor): boolean {
    const thread = (event.state ??= this.#threads.of(event.thread));
    const { type } = event;
    switch (type) {
      case format.GO_START:
        return this.#goStart(event, thread);
      case format.GO_BLOCK:
        this.#leaveRunning(event, thread, WAITING);
        thread.goroutine = NO_GOROUTINE;
        return true;
      case format.GO_UNBLOCK:
        return this.#goUnblock(event, thread);
      case format.GO_STOP:
        this.#leaveRunning(event, thread, RUNNABLE);
        thread.goroutine = NO_GOROUTINE;
        return true;
      case format.PROC_START:
        if (!this.#processors.start(event, thread, this.#generation)) return false;
        this.#tick(event.time);
        return true;
      case format.PROC_STOP:
        this.#processors.stop(thread);
        this.#tick(event.time);
        return true;
      case format.GO_CREATE:
      case format.GO_CREATE_BLOCKED:
        this.#goCreate(event, thread);
        return true;
      case format.GO_DESTROY:
        this.#goDestroy(event, thread);
        return true;
      case format.GO_SYSCALL_BEGIN:
        this.#syscallBegin(event, thread);
        return true;
      case format.GO_SYSCALL_END:
        this.#syscallEnd(event, thread);
        return true;
      case format.GO_SYSCALL_END_BLOCKED:
        return this.#syscallEndBlocked(event, thread);
      case format.PROC_STEAL:
        if (!this.#processors.steal(event, thread, this.#threads, this.#generation)) return false;
        this.#tick(event.time);
        return true;
      case format.PROC_STATUS:
        this.#processors.status(event, thread, this.#generation);
        this.#tick(event.time);
        return true;
      case format.GO_STATUS:
      case format.GO_STATUS_STACK:
        this.#goStatus(event, thread);
        return true;
      case format.GO_SWITCH:
      case format.GO_SWITCH_DESTROY:
        return this.#goSwitch(event, thread);
      case format.GO_CREATE_SYSCALL:
        this.#goCreateSyscall(event, thread);
        return true;
      case format.GO_DESTROY_SYSCALL:
        this.#goDestroySyscall(event, thread);
        return true;
      case format.GC_ACTIVE:
      case format.GC_BEGIN:
      case format.GC_END:
        if (!this.#collections.advance(event, this.#generation === this.#firstGeneration)) return false;
        this.#tell(event, thread, type === format.GC_BEGIN ? this.#stack(event.a1) : NO_STACK);
        return true;
      case format.STW_BEGIN:
        this.#tell(event, thread, this.#stack(event.a1), 0, this.#string(event.a0));
        return true;
      case format.MARK_ASSIST_ACTIVE: {
        const row = this.goroutines.ids.find(event.a0);
        this.#listener.onHappening(type, row, this.#tick(event.time), NO_STACK, 0, EMPTY_STRING, EMPTY_STRING);
        return true;
      }
      case format.MARK_ASSIST_BEGIN:
        this.#tell(event, thread, this.#stack(event.a0));
        return true;
      case format.STW_END:
      case format.MARK_ASSIST_END:
        this.#tell(event, thread, NO_STACK);
        return true;
      case format.USER_TASK_BEGIN:
        this.#tell(event, thread, this.#stack(event.a3), event.a0, this.#string(event.a2));
        return true;
      case format.USER_TASK_END:
        this.#tell(event, thread, this.#stack(event.a1), event.a0);
        return true;
      case format.USER_REGION_BEGIN:
      case format.USER_REGION_END:
        this.#tell(event, thread, this.#stack(event.a2), event.a0, this.#string(event.a1));
        return true;
      case format.USER_LOG:
        this.#tell(event, thread, this.#stack(event.a3), event.a0, this.#string(event.a1), this.#string(event.a2));
        return true;
      default: // processors' number, sweeps, heap sizes, labels, experiments: nothing depends on them
        this.#tick(event.time);
        return true;
    }
  }

  #tell(event: EventCursor, thread: Thread, stack: TraceStack, task = 0, a = EMPTY_STRING, b = EMPTY_STRING): void {
    this.#listener.onHappening(event.type, thread.goroutine, this.#tick(event.time), stack, task, a, b);
  }

  #goStart(event: EventCursor, thread: Thread): boolean {
    const row = this.goroutines.findNext(event.a0, RUNNABLE, this.#generation, event.a1);
    if (row === NOT_THERE) return false;
    if (thread.proc === undefined || thread.goroutine !== NO_GOROUTINE) {
      throw broken(`goroutine ${event.a0} starts on a thread that is not free`);
    }
    this.goroutines.seq[row] = event.a1;
    thread.goroutine = row;
    this.#change(row, RUNNABLE, RUNNING, event, thread, EMPTY_STRING, NO_STACK, NO_STACK, row);
    return true;
  }

  #goUnblock(event: EventCursor, thread: Thread): boolean {
    const row = this.goroutines.findNext(event.a0, WAITING, this.#generation, event.a1);
    if (row === NOT_THERE) return false;
    this.goroutines.seq[row] = event.a1;
    const stack = this.#stack(event.a2);
    this.#change(row, WAITING, RUNNABLE, event, thread, EMPTY_STRING, stack, NO_STACK, thread.goroutine);
    return true;
  }

  /** GoStop, GoBlock: the goroutine of the thread, with a reason and its stack. */
  #leaveRunning(event: EventCursor, thread: Thread, to: GoroutineState): void {
    const row = this.#running(event, thread);
    const stack = this.#stack(event.a1);
    this.#change(row, RUNNING, to, event, thread, this.#string(event.a0), stack, stack, row);
  }

  #goCreate(event: EventCursor, thread: Thread): void {
    if (thread.proc === undefined) throw broken(`goroutine ${event.a0} is created without a processor`);
    const { goroutine } = thread;
    if (goroutine !== NO_GOROUTINE && this.goroutines.state[goroutine] !== RUNNING) {
      throw broken(`goroutine ${event.a0} is created by one that does not run`);
    }
    const row = this.goroutines.add(event.a0, this.#generation);
    const to = event.type === format.GO_CREATE ? RUNNABLE : WAITING;
    const [own, stack] = [this.#stack(event.a1), this.#stack(event.a2)];
    this.#change(row, NOT_EXISTING, to, event, thread, EMPTY_STRING, stack, own, goroutine);
  }

  #goDestroy(event: EventCursor, thread: Thread): void {
    const row = this.#running(event, thread);
    this.#change(row, RUNNING, NOT_EXISTING, event, thread, EMPTY_STRING, NO_STACK, NO_STACK, row);
    this.goroutines.remove(row);
    thread.goroutine = NO_GOROUTINE;
  }

  #syscallBegin(event: EventCursor, thread: Thread): void {
    const row = this.#running(event, thread);
    const proc = thread.proc as Proc;
    if (!procFollows(proc, this.#generation, event.a0))
      throw broken(`processor ${proc.id} misses an event before a system call`);
    proc.state = PROC_SYSCALL;
    proc.seq = event.a0;
    const stack = this.#stack(event.a1);
    this.#change(row, RUNNING, IN_SYSCALL, event, thread, EMPTY_STRING, stack, stack, row);
  }

  #syscallEnd(event: EventCursor, thread: Thread): void {
    const row = thread.goroutine;
    const { proc } = thread;
    if (row === NO_GOROUTINE || this.goroutines.state[row] !== IN_SYSCALL || proc?.state !== PROC_SYSCALL) {
      throw broken("a system call ends that did not begin");
    }
    proc.state = PROC_RUNNING;
    this.#change(row, IN_SYSCALL, RUNNING, event, thread, EMPTY_STRING, NO_STACK, NO_STACK, row);
  }

  #syscallEndBlocked(event: EventCursor, thread: Thread): boolean {
    if (thread.proc?.state === PROC_SYSCALL) return false; // the processor is taken away first
    const row = thread.goroutine;
    if (row === NO_GOROUTINE || this.goroutines.state[row] !== IN_SYSCALL)
      throw broken("a system call ends that did not begin");
    thread.goroutine = NO_GOROUTINE;
    this.#change(row, IN_SYSCALL, RUNNABLE, event, thread, EMPTY_STRING, NO_STACK, NO_STACK, row);
    return true;
  }

  /** A thread of C calls Go. */
  #goCreateSyscall(event: EventCursor, thread: Thread): void {
    if (thread.goroutine !== NO_GOROUTINE) throw broken(`a call from C begins on a thread that is not free`);
    const row = this.goroutines.add(event.a0, this.#generation);
    thread.goroutine = row;
    this.#change(row, NOT_EXISTING, IN_SYSCALL, event, thread, EMPTY_STRING, NO_STACK, NO_STACK, NO_GOROUTINE);
  }

  #goDestroySyscall(event: EventCursor, thread: Thread): void {
    const row = thread.goroutine;
    const { proc } = thread;
    if (row === NO_GOROUTINE || this.goroutines.state[row] !== IN_SYSCALL)
      throw broken("a call from C ends that did not begin");
    if (proc !== undefined) {
      if (proc.state !== PROC_SYSCALL) throw broken(`processor ${proc.id} runs at the end of a call from C`);
      proc.state = PROC_SYSCALL_ABANDONED;
      thread.proc = undefined;
      this.#tick(event.time); // Go's reader tells here that the processor was taken away
    }
    this.#change(row, IN_SYSCALL, NOT_EXISTING, event, thread, EMPTY_STRING, NO_STACK, NO_STACK, row);
    this.goroutines.remove(row);
    thread.goroutine = NO_GOROUTINE;
  }

  /** A coroutine hands over to another: the other is woken, this one blocks or ends, the other starts. */
  #goSwitch(event: EventCursor, thread: Thread): boolean {
    const row = this.#running(event, thread);
    const next = this.goroutines.findNext(event.a0, WAITING, this.#generation, event.a1);
    if (next === NOT_THERE) return false;
    this.#change(next, WAITING, RUNNABLE, event, thread, EMPTY_STRING, NO_STACK, NO_STACK, row);
    if (event.type === format.GO_SWITCH) {
      this.#change(row, RUNNING, WAITING, event, thread, EMPTY_STRING, NO_STACK, NO_STACK, row);
    } else {
      this.#change(row, RUNNING, NOT_EXISTING, event, thread, EMPTY_STRING, NO_STACK, NO_STACK, row);
      this.goroutines.remove(row);
    }
    this.goroutines.seq[next] = event.a1;
    thread.goroutine = next;
    this.#change(next, RUNNABLE, RUNNING, event, thread, EMPTY_STRING, NO_STACK, NO_STACK, row);
    return true;
  }

  /** The state of every goroutine, told once in each generation. */
  #goStatus(event: EventCursor, thread: Thread): void {
    const state = STATE_OF_WIRE[event.a2] ?? UNDETERMINED;
    if (state === UNDETERMINED) throw broken(`goroutine ${event.a0} has the state ${event.a2}, which does not exist`);
    let row = this.goroutines.ids.find(event.a0);
    let from = state;
    if (row === NOT_THERE) {
      if (this.#generation !== this.#firstGeneration) throw broken(`goroutine ${event.a0} appears from nowhere`);
      row = this.goroutines.add(event.a0, this.#generation);
      from = UNDETERMINED;
    } else if (this.goroutines.state[row] !== state)
      throw broken(`goroutine ${event.a0} is in another state than it can be`);
    this.goroutines.reset(row, this.#generation);
    if (state === RUNNING) thread.goroutine = row;
    else if (state === IN_SYSCALL) this.#bindSyscall(event, thread, row);
    const stack = event.type === format.GO_STATUS_STACK ? this.#stack(event.a3) : NO_STACK;
    this.#change(row, from, state, event, thread, EMPTY_STRING, stack, stack, row);
  }

  /** A goroutine in a system call holds a thread: this one, or one that tells nothing in this generation. */
  #bindSyscall(event: EventCursor, thread: Thread, row: GoroutineRow): void {
    if (event.a1 === NO_THREAD) throw broken(`goroutine ${event.a0} is in a system call without a thread`);
    const isHere = event.a1 === event.thread;
    const isKnown = this.#threads.known(event.a1) !== undefined;
    const holder = isHere ? thread : this.#threads.of(event.a1);
    const mayBind = isHere ? this.#generation === this.#firstGeneration : !isKnown;
    if (!mayBind && holder.goroutine !== row)
      throw broken(`goroutine ${event.a0} is in a system call on another thread`);
    holder.goroutine = row;
  }

  #change(
    row: GoroutineRow,
    from: GoroutineState,
    to: GoroutineState,
    event: EventCursor,
    thread: Thread,
    reason: TraceString,
    stack: TraceStack,
    ownStack: TraceStack,
    actor: GoroutineRow,
  ): void {
    this.goroutines.state[row] = to;
    const proc = thread.proc === undefined ? NO_PROC : thread.proc.id;
    this.#tick(event.time);
    this.#listener.onGoroutine(row, from, to, reason, stack, ownStack, actor, proc);
  }

  #running(event: EventCursor, thread: Thread): GoroutineRow {
    const row = thread.goroutine;
    if (row === NO_GOROUTINE || thread.proc === undefined || this.goroutines.state[row] !== RUNNING) {
      throw broken(`an event of type ${event.type} comes from a thread that runs no goroutine`);
    }
    return row;
  }

  #stack(id: number): TraceStack {
    const stack = this.#stacks.get(id);
    return stack < 0 ? NO_STACK : stack;
  }

  #string(id: number): TraceString {
    const index = this.#strings.get(id);
    return index < 0 ? EMPTY_STRING : index;
  }
}
