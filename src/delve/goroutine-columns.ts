/**
 * The fields of every `runtime.g` of a paused program that a person wants to know, as columns.
 */
import type { GoroutineLayout } from "./goroutine-layout.js";
import type { PausedProgram } from "./paused-program.js";
import { readMany } from "./read-many.js";

/** Row `i` of every column is one goroutine that is alive, in the order in which they were made. */
export interface GoroutineColumns {
  readonly count: number;
  /** Of the `runtime.g`. */
  readonly address: Float64Array;
  readonly id: Float64Array;
  /** Without the bit that says that the garbage collector looks at the stack. */
  readonly status: Uint8Array;
  readonly isScanned: Uint8Array;
  readonly waitReason: Uint8Array;
  /** Nanoseconds of the program's monotonic clock; 0 unknown (Go notes it at the next collection). */
  readonly waitSince: Float64Array;
  readonly creatorPc: Float64Array;
  readonly startPc: Float64Array;
  readonly creatorId: Float64Array;
  readonly labels: Float64Array;
  /** The first of the `runtime.sudog`s it waits in; 0 none. */
  readonly waiting: Float64Array;
  readonly bubble: Float64Array;
  readonly isLocked: Uint8Array;
  readonly stackLow: Float64Array;
  readonly stackHigh: Float64Array;
  /** Where it goes on: stack pointer, program counter, frame pointer. */
  readonly sp: Float64Array;
  readonly pc: Float64Array;
  readonly bp: Float64Array;
  /** Goroutines that could not be read, and Delve's words for the first of them. */
  readonly unread: number;
  readonly why: string;
}

/** More cannot be; a number that is larger was read from a program that is not what it seems. */
const MOST_GOROUTINES = 50_000_000;
const SCANNING = 0x1000;
const SYSCALL = 3;
const PAGE_OF_POINTERS = 1 << 20;

export async function goroutineColumns(
  program: PausedProgram,
  layout: GoroutineLayout,
  { signal, onProgress }: { signal?: AbortSignal | undefined; onProgress?: (done: number, of: number) => void } = {},
): Promise<GoroutineColumns> {
  const pointers = await goroutinePointers(program, signal);
  const { offset, status: known } = layout;
  const count = pointers.length;
  const column = () => new Float64Array(count);
  const flag = () => new Uint8Array(count);
  const columns = {
    ...{ address: column(), id: column(), status: flag(), isScanned: flag(), waitReason: flag(), waitSince: column() },
    ...{ creatorPc: column(), startPc: column(), creatorId: column(), labels: column(), waiting: column() },
    ...{ bubble: column(), isLocked: flag(), stackLow: column(), stackHigh: column() },
    ...{ sp: column(), pc: column(), bp: column() },
  };
  const isAlive = new Uint8Array(count);
  const ranges = Array.from(pointers, (from) => ({ from, to: from + layout.length }));
  const { unread, why } = await readMany(
    program,
    ranges,
    (row, g) => {
      const raw = g.getUint32(offset.atomicstatus, true);
      const status = raw & ~SCANNING;
      const id = word(g, offset.goid);
      if (id === 0 || status === known.dead || status === known.deadExtra) return;
      isAlive[row] = 1;
      const inSyscall = status === SYSCALL;
      columns.address[row] = pointers[row];
      columns.id[row] = id;
      columns.status[row] = status;
      columns.isScanned[row] = raw & SCANNING ? 1 : 0;
      columns.waitReason[row] = g.getUint8(offset.waitreason);
      columns.waitSince[row] = word(g, offset.waitsince);
      columns.creatorPc[row] = word(g, offset.gopc);
      columns.startPc[row] = word(g, offset.startpc);
      columns.creatorId[row] = optionalWord(g, offset.parentGoid);
      columns.labels[row] = optionalWord(g, offset.labels);
      columns.waiting[row] = optionalWord(g, offset.waiting);
      columns.bubble[row] = optionalWord(g, offset.bubble ?? offset.syncGroup);
      columns.isLocked[row] = word(g, offset.lockedm) !== 0 ? 1 : 0;
      columns.stackLow[row] = word(g, offset["stack.lo"]);
      columns.stackHigh[row] = word(g, offset["stack.hi"]);
      columns.sp[row] = word(g, inSyscall ? offset.syscallsp : offset["sched.sp"]);
      columns.pc[row] = word(g, inSyscall ? offset.syscallpc : offset["sched.pc"]);
      columns.bp[row] = inSyscall ? optionalWord(g, offset.syscallbp) : word(g, offset["sched.bp"]);
    },
    { signal, onProgress: (done) => onProgress?.(done, count) },
  );
  return { ...onlyWhere(isAlive, columns), unread: unread.length, why };
}

/** Addresses of all `runtime.g`s, the dead among them. None before the runtime has started. */
async function goroutinePointers(program: PausedProgram, signal?: AbortSignal): Promise<Float64Array> {
  const [at, length] = await Promise.all([
    program.number("uintptr(runtime.allgptr)", signal),
    program.number("runtime.allglen", signal),
  ]);
  const count = at === 0 ? 0 : Math.min(length, MOST_GOROUTINES);
  const pointers = new Float64Array(count);
  for (let from = 0; from < count; from += PAGE_OF_POINTERS) {
    const page = Math.min(PAGE_OF_POINTERS, count - from);
    const bytes = await program.read(at + from * 8, page * 8, signal);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let i = 0; i < page; i++) pointers[from + i] = word(view, i * 8);
  }
  return pointers;
}

function onlyWhere<Columns extends Record<string, Float64Array | Uint8Array>>(
  isWanted: Uint8Array,
  columns: Columns,
): Columns & { count: number } {
  const count = isWanted.reduce((sum, each) => sum + each, 0);
  const kept = Object.entries(columns).map(([name, column]) => [name, column.filter((_, row) => isWanted[row] === 1)]);
  return { ...(Object.fromEntries(kept) as Columns), count };
}

/** A 64-bit word; exact below 2^53, which all of Go's addresses, ids and times of an hour since 1970 are. */
function word(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

function optionalWord(view: DataView, at: number | undefined): number {
  return at === undefined ? 0 : word(view, at);
}
