/**
 * Which blocked goroutines nothing can wake: the question of the runtime's own leak detector (GOLF,
 * doi:10.1145/3676641.3715990), asked of a paused program from outside.
 *
 * Roots are the globals and the stacks of goroutines that can still run. From there every word that looks like the
 * address of an object on the heap is followed; when that reaches what a blocked goroutine waits for, it may wake, and
 * its stack becomes a root as well, until nothing is added. The runtime's own books (goroutines, their places in
 * queues) are not followed: they refer to everything that waits.
 *
 * Conservative: a stale word keeps an object reachable, so leaks may be missed. What it calls unreachable could be
 * reached only by what the garbage collector cannot see either, and by finalizers.
 */
import { CachedMemory, fieldOffsets } from "./memory.js";
import type { Address, PausedProgram } from "../../process/paused-program.js";
import { readMany } from "./read-many.js";
import { addressesIn } from "./stack-addresses.js";

export interface BlockedGoroutine {
  readonly id: number;
  readonly objects: readonly Address[];
  /** Words of its stack. */
  readonly words: Float64Array;
}

export interface ReachabilityQuestion {
  /** Words of the stacks of all goroutines that can run. */
  readonly runnable: Iterable<Float64Array>;
  readonly blocked: readonly BlockedGoroutine[];
  /** Objects of the runtime's own: not followed. */
  readonly opaque: ReadonlySet<Address>;
}

export interface Reachability {
  readonly unreachable: ReadonlySet<number>;
  readonly reachable: ReadonlySet<number>;
  /** False when the heap was too large to be walked: then nothing is called unreachable. */
  readonly isComplete: boolean;
  readonly bytesRead: number;
  /** What kept it from being complete. */
  readonly why: string;
}

export async function reachability(
  program: PausedProgram,
  { runnable, blocked, opaque }: ReachabilityQuestion,
  { signal, mostBytes = 512 * 1_048_576 }: { signal?: AbortSignal | undefined; mostBytes?: number | undefined } = {},
): Promise<Reachability> {
  const heap = new HeapWalk(program, await readSpans(program, signal), opaque, mostBytes);
  for (const words of await globals(program, signal)) heap.add(words);
  for (const words of runnable) heap.add(words);
  const reachable = new Set<number>();
  let waiting = blocked;
  for (;;) {
    await heap.walk(signal);
    if (!heap.isComplete) break;
    const still: BlockedGoroutine[] = [];
    let woke = false;
    for (const goroutine of waiting) {
      if (goroutine.objects.some((object) => heap.reaches(object))) {
        reachable.add(goroutine.id);
        heap.add(goroutine.words);
        woke = true;
      } else still.push(goroutine);
    }
    waiting = still;
    if (!woke) break;
  }
  const { isComplete, bytesRead, why } = heap;
  const unreachable = new Set(isComplete ? waiting.map(({ id }) => id) : []);
  return { unreachable, reachable, isComplete, bytesRead, why };
}

/** Where objects are: spans by address, each cut into objects of one size. */
interface Spans {
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly objectBytes: Float64Array;
  readonly hasPointers: Uint8Array;
}

/** runtime/mheap.go: mSpanInUse. */
const IN_USE = 1;
const PAGE = 8_192;
const MAX_SPANS = 4_000_000;

async function readSpans(program: PausedProgram, signal?: AbortSignal): Promise<Spans> {
  const [layout, at, length] = await Promise.all([
    fieldOffsets(program, "runtime.mspan", ["startAddr", "npages", "elemsize", "spanclass", "state"], [], signal),
    program.number("*(*uintptr)(uintptr(&runtime.mheap_.allspans))", signal),
    program.number("len(runtime.mheap_.allspans)", signal),
  ]);
  const count = Math.min(length, MAX_SPANS);
  const pointers = new CachedMemory(program, 16);
  const spans = await pointers.settle(() => Array.from({ length: count }, (_, i) => pointers.u64(at + i * 8)), signal);
  const bytes = Math.max(...Object.values(layout)) + 8;
  const found: { start: number; end: number; objectBytes: number; hasPointers: boolean }[] = [];
  await readMany(
    program,
    spans.map((from) => ({ from, to: from + bytes })),
    (_, view) => {
      if (view.getUint8(layout.state) !== IN_USE) return;
      const word = (offset: number) => view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 2 ** 32;
      const start = word(layout.startAddr);
      const end = start + word(layout.npages) * PAGE;
      const hasPointers = (view.getUint8(layout.spanclass) & 1) === 0;
      found.push({ start, end, objectBytes: word(layout.elemsize) || end - start, hasPointers });
    },
    { signal },
  );
  found.sort((a, b) => a.start - b.start);
  return {
    start: Float64Array.from(found, (span) => span.start),
    end: Float64Array.from(found, (span) => span.end),
    objectBytes: Float64Array.from(found, (span) => span.objectBytes),
    hasPointers: Uint8Array.from(found, (span) => (span.hasPointers ? 1 : 0)),
  };
}

/** Words of all global variables that may hold pointers. */
async function globals(program: PausedProgram, signal?: AbortSignal): Promise<Float64Array[]> {
  const fields = ["data", "edata", "bss", "ebss", "next"] as const;
  const [layout, first] = await Promise.all([
    fieldOffsets(program, "runtime.moduledata", fields, [], signal),
    program.number("uintptr(&runtime.firstmoduledata)", signal),
  ]);
  const memory = new CachedMemory(program);
  const parts = await memory.settle(() => {
    const list: { from: Address; to: Address }[] = [];
    for (let at = first; at !== 0 && list.length < 2_000; at = memory.u64(at + layout.next)) {
      list.push({ from: memory.u64(at + layout.data), to: memory.u64(at + layout.edata) });
      list.push({ from: memory.u64(at + layout.bss), to: memory.u64(at + layout.ebss) });
    }
    return list;
  }, signal);
  return Promise.all(
    parts
      .filter(({ from, to }) => to > from)
      .map(async ({ from, to }) => {
        const bytes = await program.read(from, to - from, signal);
        return addressesIn(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
      }),
  );
}

class HeapWalk {
  isComplete = true;
  why = "";
  bytesRead = 0;
  readonly #program: PausedProgram;
  readonly #spans: Spans;
  readonly #opaque: ReadonlySet<Address>;
  readonly #mostBytes: number;
  /** Objects that are reached, per span, one byte each. */
  readonly #reached = new Map<number, Uint8Array>();
  #open: { from: Address; to: Address }[] = [];

  constructor(program: PausedProgram, spans: Spans, opaque: ReadonlySet<Address>, mostBytes: number) {
    this.#program = program;
    this.#spans = spans;
    this.#opaque = opaque;
    this.#mostBytes = mostBytes;
  }

  /** Whether something reached holds the object at `address`; what is not on the heap counts as reached. */
  reaches(address: Address): boolean {
    const span = this.#spanAt(address);
    if (span < 0) return true;
    return this.#reached.get(span)?.[this.#indexIn(span, address)] === 1;
  }

  /** Adds roots. */
  add(words: Float64Array): void {
    for (let i = 0; i < words.length; i++) this.#reach(words[i]);
  }

  /** Follows everything from the roots. */
  async walk(signal?: AbortSignal): Promise<void> {
    while (this.#open.length > 0 && this.isComplete) {
      const ranges = this.#open;
      this.#open = [];
      const pieces = ranges.flatMap(pieced);
      this.bytesRead += pieces.reduce((sum, { from, to }) => sum + to - from, 0);
      if (this.bytesRead > this.#mostBytes) {
        this.isComplete = false;
        this.why = `more than ${Math.floor(this.#mostBytes / 1_048_576)} MB of the heap hold pointers`;
        return;
      }
      const { unread, why } = await readMany(this.#program, pieces, (_, view) => this.add(addressesIn(view)), {
        signal,
      });
      if (unread.length === 0) continue;
      this.isComplete = false;
      this.why = `a part of the heap could not be read (${why})`;
    }
  }

  #reach(address: Address): void {
    const span = this.#spanAt(address);
    if (span < 0) return;
    const { start, end, objectBytes, hasPointers } = this.#spans;
    const size = objectBytes[span];
    const index = this.#indexIn(span, address);
    let reached = this.#reached.get(span);
    if (reached === undefined) {
      reached = new Uint8Array(Math.ceil((end[span] - start[span]) / size));
      this.#reached.set(span, reached);
    }
    if (reached[index] === 1) return;
    const from = start[span] + index * size;
    if (this.#opaque.has(from)) return;
    reached[index] = 1;
    if (hasPointers[span] === 1) this.#open.push({ from, to: Math.min(from + size, end[span]) });
  }

  #indexIn(span: number, address: Address): number {
    return Math.floor((address - this.#spans.start[span]) / this.#spans.objectBytes[span]);
  }

  #spanAt(address: Address): number {
    const { start, end } = this.#spans;
    let low = 0;
    let high = start.length;
    if (high === 0 || address < start[0] || address >= end[high - 1]) return -1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (start[middle] <= address) low = middle;
      else high = middle;
    }
    return address < end[low] ? low : -1;
  }
}

const PIECE = 32_768;

function pieced({ from, to }: { from: Address; to: Address }): { from: Address; to: Address }[] {
  if (to - from <= PIECE) return [{ from, to }];
  const pieces: { from: Address; to: Address }[] = [];
  for (let at = from; at < to; at += PIECE) pieces.push({ from: at, to: Math.min(at + PIECE, to) });
  return pieces;
}
