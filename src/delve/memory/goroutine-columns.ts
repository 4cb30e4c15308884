/**
 * The fields of every `runtime.g` of a paused program that a person wants to know, as columns.
 */
import type { GoroutineLayout } from "./goroutine-layout.js";
import type { PausedProgram } from "../../process/paused-program.js";
import { readColumns } from "./read-many.js";
import { thousands } from "../../core/text/format.js";

/** Row `i` of every column is one goroutine that is alive, in the order in which they were made. */
export interface GoroutineColumns {
  readonly count: number;
  /** Its place in the runtime's list, the dead among them. */
  readonly place: Uint32Array;
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
  /** Of the list of those who led to it (GODEBUG=tracebackancestors); 0 none. */
  readonly ancestors: Float64Array;
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
/** A table of so many takes 130 MB. More are counted and not read. */
const MAX_GOROUTINES = 1 << 20;
const SCANNING = 0x1000;
const SYSCALL = 3;
const PAGE_OF_POINTERS = 1 << 20;

export async function goroutineColumns(
  program: PausedProgram,
  layout: GoroutineLayout,
  { signal, onProgress }: { signal?: AbortSignal | undefined; onProgress?: (done: number, of: number) => void } = {},
): Promise<GoroutineColumns> {
  const { pointers, total } = await goroutinePointers(program, signal);
  const { offset, status: known } = layout;
  const count = pointers.length;
  const column = () => new Float64Array(count);
  const flag = () => new Uint8Array(count);
  const columns = {
    ...{ address: column(), id: column(), status: flag(), isScanned: flag(), waitReason: flag(), waitSince: column() },
    ...{ creatorPc: column(), startPc: column(), creatorId: column(), labels: column(), waiting: column() },
    ...{ bubble: column(), ancestors: column(), isLocked: flag(), stackLow: column(), stackHigh: column() },
    ...{ sp: column(), pc: column(), bp: column(), place: new Uint32Array(count) },
  };
  const isAlive = new Uint8Array(count);
  const { unread, why } = await readColumns(
    program,
    { from: pointers, to: pointers.map((from) => from + layout.length) },
    (row, g, at) => {
      const number = (field: number) => word(g, at + field);
      const optional = (field: number | undefined) => (field === undefined ? 0 : word(g, at + field));
      const raw = g.getUint32(at + offset.atomicstatus, true);
      const status = raw & ~SCANNING;
      const id = number(offset.goid);
      if (id === 0 || status === known.dead || status === known.deadExtra) return;
      isAlive[row] = 1;
      const inSyscall = status === SYSCALL;
      columns.place[row] = row;
      columns.address[row] = pointers[row];
      columns.id[row] = id;
      columns.status[row] = status;
      columns.isScanned[row] = raw & SCANNING ? 1 : 0;
      columns.waitReason[row] = g.getUint8(at + offset.waitreason);
      columns.waitSince[row] = number(offset.waitsince);
      columns.creatorPc[row] = number(offset.gopc);
      columns.startPc[row] = number(offset.startpc);
      columns.creatorId[row] = optional(offset.parentGoid);
      columns.labels[row] = optional(offset.labels);
      columns.waiting[row] = optional(offset.waiting);
      columns.bubble[row] = optional(offset.bubble ?? offset.syncGroup);
      columns.ancestors[row] = optional(offset.ancestors);
      columns.isLocked[row] = number(offset.lockedm) !== 0 ? 1 : 0;
      columns.stackLow[row] = number(offset["stack.lo"]);
      columns.stackHigh[row] = number(offset["stack.hi"]);
      columns.sp[row] = number(inSyscall ? offset.syscallsp : offset["sched.sp"]);
      columns.pc[row] = number(inSyscall ? offset.syscallpc : offset["sched.pc"]);
      columns.bp[row] = inSyscall ? optional(offset.syscallbp) : number(offset["sched.bp"]);
    },
    { signal, onProgress: (done) => onProgress?.(done, count) },
  );
  const left = total - count;
  const limit = `the program says that it has ${thousands(total)}, of which the first ${thousands(count)} were read`;
  return { ...onlyWhere(isAlive, columns), unread: unread.length + left, why: left > 0 ? limit : why };
}

/** Some rows of a table, as a table. */
export function rowsOfColumns({ count, unread, why, ...columns }: GoroutineColumns, rows: readonly number[]) {
  const isWanted = new Uint8Array(count);
  for (const row of rows) isWanted[row] = 1;
  return { ...onlyWhere(isWanted, columns), unread, why };
}

/** Addresses of all `runtime.g`s, the dead among them. None before the runtime has started. */
async function goroutinePointers(
  program: PausedProgram,
  signal?: AbortSignal,
): Promise<{ pointers: Float64Array; total: number }> {
  const [at, length] = await Promise.all([
    program.number("uintptr(runtime.allgptr)", signal),
    program.number("runtime.allglen", signal),
  ]);
  const count = at === 0 ? 0 : Math.min(Math.max(0, length) || 0, MAX_GOROUTINES);
  const pointers = new Float64Array(count);
  for (let from = 0; from < count; from += PAGE_OF_POINTERS) {
    const page = Math.min(PAGE_OF_POINTERS, count - from);
    const bytes = await program.read(at + from * 8, page * 8, signal);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let i = 0; i < page; i++) pointers[from + i] = word(view, i * 8);
  }
  return { pointers, total: Math.max(count, at === 0 ? 0 : length || 0) };
}

function onlyWhere<Columns extends Record<string, Float64Array | Uint32Array | Uint8Array>>(
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
