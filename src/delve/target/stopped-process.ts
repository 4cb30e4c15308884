/**
 * A process of this machine, or a core file, read without Delve: it stands still for as long as its memory is read, and
 * what is needed for that (symbols, layouts) is looked up before.
 */
import { readlinkSync } from "node:fs";
import { freemem } from "node:os";
import { type Assign, type Assignable, bytesOf, type Setting } from "../dlv/assign.js";
import { type GuardEntry, guarded } from "../../process/guard.js";
import type { MemoryBytes } from "../../process/guard-protocol.js";
import { asProblem, type GoProgram } from "../../process/go-program.js";
import { type HeapReading, readHeap } from "../../process/heap-reading.js";
import { BoundedMemory } from "../../process/memory/bounded-memory.js";
import { CopiedMemory, type MemoryRange } from "../../process/memory/copied-memory.js";
import { writeMemory } from "../../process/memory/live-memory.js";
import type { Memory } from "../../process/memory/memory.js";
import { PagedMemory } from "../../process/memory/paged-memory.js";
import { RecordedMemory } from "../../process/memory/recorded-memory.js";
import { putBack } from "../../process/memory/put-back.js";
import { beginningOf, hasEnded } from "../../process/proc.js";
import type { ThreadPlace } from "../../process/memory/standing-still.js";
import { OutsideProgram } from "../../process/outside-program.js";
import { MemoryProblem } from "../../process/paused-program.js";
import { type GoroutineTable, readGoroutines } from "../../process/runtime/goroutine-table.js";
import { type RunningPlace, runningPlaces } from "../../process/runtime/running-places.js";
import { type GoroutineReader, openGoroutines } from "../memory/goroutine-scan.js";
import { outsideRunningStack } from "./outside-running-stack.js";
import { tooLong } from "./pause-bound.js";
import type { Moment, ReadAtMoments } from "./running-target.js";

export class StoppedProcess implements ReadAtMoments {
  readonly #go: GoProgram;
  readonly #program: OutsideProgram;
  readonly #beginning: string | undefined;
  #reader: GoroutineReader | undefined;
  /** What we have changed in its memory, as it was before. */
  #before: readonly MemoryBytes[] = [];
  #entry: GuardEntry | undefined;
  /** Of a core file, which says so nowhere, 0. */
  readonly pid: number;
  /** It is not attached to. */
  readonly attachMs = 0;
  /** How long it may stand still to be read. */
  readonly maxPauseMs: number;
  lastPauseMs = 0;

  constructor(go: GoProgram, pid: number, maxPauseMs: number) {
    this.#go = go;
    this.#program = new OutsideProgram(go);
    this.pid = pid;
    this.#beginning = beginningOf(pid);
    this.maxPauseMs = maxPauseMs;
  }

  /**
   * `work` waits for nothing but memory, and is done while it stands still. Rejects with a `TargetProblem` where it would
   * stand still for longer than is allowed, with a `ProcessProblem` where it cannot be read.
   */
  async atAMoment<Result>(
    work: (at: Moment) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<{ readonly result: Result; readonly pausedMs: number }> {
    this.lastPauseMs = 0;
    return this.#tellingProblems(signal, () => this.#whileStill(work, signal));
  }

  /**
   * What `read` makes of one moment of it, which only reads: it stands still for a copy of the memory that is needed, and
   * runs on while that is read. What is needed is learned by reading once while it runs.
   */
  async copied<Result>(
    read: (at: Moment) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<{ readonly result: Result; readonly pausedMs: number }> {
    this.lastPauseMs = 0;
    return this.#tellingProblems(signal, async () => {
      const ranges = await this.#rehearsed(read, signal);
      for (let attempt = 0; attempt < ATTEMPTS && lengthOf(ranges) <= MAX_COPY_BYTES; attempt++) {
        const beyond = this.#recorded();
        const { memory, threads, nowNs } = this.#copy(ranges, beyond);
        const result = await read(await this.#momentOf(memory, threads, nowNs, signal));
        if (beyond.isEmpty) return { result, pausedMs: this.lastPauseMs };
        ranges.push(...beyond.ranges());
      }
      // It changes faster than it can be foreseen what will be needed.
      return this.#whileStill(read, signal);
    });
  }

  /**
   * As `copied`, with the heap of the same moment; `rehearse` reads what `read` does beside the heap. A heap that is too large to be copied is walked while it stands still; what
   * else is read then was copied as far as it was foreseen.
   */
  async withHeap<Result>(
    read: (at: Moment, heap: HeapReading) => Promise<Result>,
    rehearse: (at: Moment) => Promise<unknown>,
    signal?: AbortSignal,
  ): Promise<{ readonly result: Result; readonly pausedMs: number }> {
    this.lastPauseMs = 0;
    return this.#tellingProblems(signal, async () => {
      const ranges = await this.#rehearsed(rehearse, signal);
      const maxPauseMs = this.maxPauseMs - RESERVE_MS;
      // A copy is several times shorter than a walk.
      const copyBytes = Math.min(MAX_HEAP_COPY_BYTES, freemem() / 3);
      const heap = readHeap(this.#go, { ranges, maxPauseMs, copyBytes });
      this.lastPauseMs = heap.pausedMs;
      const at = await this.#momentOf(heap.memory, heap.threads, this.#nowNs(), signal);
      return { result: await read(at, heap), pausedMs: heap.pausedMs };
    });
  }

  restoresAtEnd(before: readonly Setting[]): void {
    this.#before = before.map((setting) => ({
      address: this.#placeOf(setting.variable),
      bytes: Array.from(bytesOf(setting)),
    }));
    const changed = { kind: "changed", pid: this.pid, beginning: this.#beginning, before: this.#before } as const;
    if (this.#entry === undefined) this.#entry = guarded(changed);
    else this.#entry.becomes(changed);
  }

  /** It goes on as it was; nothing has to stand still for that. */
  stop(): Promise<void> {
    this.lastPauseMs = 0;
    if (this.#entry !== undefined && !hasEnded(this.pid, this.#beginning)) putBack(this.pid, this.#before);
    this.#entry?.forget();
    this.#go.close();
    return Promise.resolve();
  }

  async #whileStill<Result>(work: (at: Moment) => Promise<Result>, signal: AbortSignal | undefined) {
    const { memory } = this.#go;
    // What never changes is looked up before.
    await this.#momentOf(memory, [], undefined, signal);
    const untilMs = this.#untilMs();
    const stop = this.#go.standStill();
    try {
      const moment = await this.#momentOf(memory, stop.threads, this.#nowNs(), signal, untilMs);
      return { result: await work(moment), pausedMs: this.lastPauseMs };
    } finally {
      this.lastPauseMs += stop.end();
    }
  }

  /** What `read` needs, as long as nothing changes. */
  async #rehearsed(read: (at: Moment) => Promise<unknown>, signal: AbortSignal | undefined): Promise<MemoryRange[]> {
    const recorded = this.#recorded();
    try {
      await read(await this.#momentOf(recorded, [], undefined, signal));
    } catch (error) {
      // Lists that change while they are read may lead anywhere.
      if (!(error instanceof MemoryProblem) || error.code !== "unreadable") throw error;
    }
    return recorded.ranges();
  }

  #recorded(): RecordedMemory {
    return new RecordedMemory(this.#go.memory, (address) => this.#go.isConstant(address));
  }

  /** Of these ranges, and of all goroutines that there are by now. */
  #copy(ranges: readonly MemoryRange[], beyond: Memory) {
    const { memory, executable } = this.#go;
    const bounded = new BoundedMemory(memory, this.#untilMs());
    const stop = this.#go.standStill();
    try {
      const allGoroutines = this.#go.variable("runtime.allgs");
      const table = readGoroutines(bounded, new PagedMemory(bounded), { allGoroutines }, executable.layout);
      const stacks = goroutineRanges(
        table,
        runningPlaces(new PagedMemory(memory), table, stop.threads, executable.layout),
      );
      const copy = new CopiedMemory(bounded, [...ranges, ...stacks], beyond);
      return { memory: copy, threads: stop.threads, nowNs: this.#nowNs() };
    } finally {
      this.lastPauseMs += stop.end();
    }
  }

  async #momentOf(
    memory: Memory,
    threads: readonly ThreadPlace[],
    nowNs: number | undefined,
    signal: AbortSignal | undefined,
    untilMs = Infinity,
  ): Promise<Moment> {
    const program = this.#program;
    program.readUntil(untilMs);
    program.readFrom(memory);
    const reader = (this.#reader ??= await openGoroutines(program, signal));
    const scanOptions = { signal, runningStack: outsideRunningStack(this.#go, threads, memory), nowNs };
    const assign: Assign = (variable, value) => Promise.resolve(this.#set(variable, value));
    return { program, reader, scanOptions, assign, pid: this.pid };
  }

  async #tellingProblems<Result>(signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const isOver = error instanceof MemoryProblem && error.code === "interrupted" && signal?.aborted !== true;
      throw isOver ? tooLong(this.maxPauseMs) : asProblem(error);
    }
  }

  /** When the stop that begins now has to be over: of the pause that is allowed, what earlier ones have left. */
  #untilMs(): number {
    return performance.now() + this.maxPauseMs - this.lastPauseMs - RESERVE_MS;
  }

  #set(variable: Assignable, value: boolean | number): void {
    writeMemory(this.pid, this.#placeOf(variable), bytesOf({ variable, value }));
  }

  #placeOf(variable: Assignable): number {
    const at = this.#program.addressOf(variable);
    if (at === undefined) throw new MemoryProblem("unreadable", `${variable} is not there`);
    return at;
  }

  /** What the clock of the program shows, where it is ours. */
  #nowNs(): number | undefined {
    if (this.pid === 0 || clockOf(this.pid) !== clockOf("self")) return undefined;
    return Number(process.hrtime.bigint());
  }
}

/** So often it is copied anew, when more is needed than was foreseen. */
const ATTEMPTS = 2;
/** More is read where it is. */
const MAX_COPY_BYTES = 512 * 1_048_576;
const MAX_HEAP_COPY_BYTES = 1_280 * 1_048_576;
const MAX_RECORD_BYTES = 512;

function lengthOf(ranges: readonly MemoryRange[]): number {
  return ranges.reduce((sum, { length }) => sum + length, 0);
}

/** The records of all goroutines, and what is in use of their stacks. */
function goroutineRanges(table: GoroutineTable, running: ReadonlyMap<number, RunningPlace>): MemoryRange[] {
  const ranges = Array.from(table.records, (address): MemoryRange => ({ address, length: MAX_RECORD_BYTES }));
  for (let row = 0; row < table.count; row++) {
    const low = table.stackLow[row];
    const high = table.stackHigh[row];
    const sp = running.get(row)?.sp ?? table.sp[row];
    const from = sp >= low && sp < high ? sp : low;
    ranges.push({ address: from, length: high - from });
  }
  return ranges;
}

/** What of the bound is kept to let it go on. */
const RESERVE_MS = 20;

/** Processes of one namespace have one monotonic clock. */
function clockOf(process: number | "self"): string {
  try {
    return readlinkSync(`/proc/${process}/ns/time`);
  } catch {
    return "";
  }
}
