/**
 * The goroutines of a program that stands still, as columns: what a walk of their stacks needs.
 */
import { type Address, bytesAt, type Memory, wordIn } from "../memory/memory.js";
import type { PagedMemory } from "../memory/paged-memory.js";
import { type Layout, offsetOf, UnknownLayout } from "./layout.js";

/** Row `i` of every column is one goroutine that is alive, in the order in which they were made. */
export interface GoroutineTable {
  readonly count: number;
  /** Of every `runtime.g`, the dead ones among them, which the runtime keeps to use them again. */
  readonly records: Float64Array;
  /** Of the `runtime.g`. */
  readonly address: Float64Array;
  readonly id: Float64Array;
  readonly status: Uint8Array;
  readonly stackLow: Float64Array;
  readonly stackHigh: Float64Array;
  /** Where it goes on, as it was noted when it last stopped running. */
  readonly sp: Float64Array;
  readonly pc: Float64Array;
  /** The closure that it runs, where it has not begun yet; 0 none. */
  readonly context: Float64Array;
  /** First of its deferred calls. */
  readonly deferred: Float64Array;
  readonly startPc: Float64Array;
  /** The thread (`runtime.m`) that runs it; 0 none. */
  readonly thread: Float64Array;
}

export const RUNNING = 2;
const IDLE = 0;
const DEAD = 6;
const DEAD_EXTRA = 9 + 2;
const IS_SCANNED = 0x1000;
const MAX_GOROUTINES = 50_000_000;

export interface GoroutinePlaces {
  /** Of runtime.allgs, the slice. */
  readonly allGoroutines: Address;
}

/** Throws `UnreadableMemory`, and an `UnknownLayout` where what is read are no goroutines. */
export function readGoroutines(
  memory: Memory,
  paged: PagedMemory,
  { allGoroutines }: GoroutinePlaces,
  layout: Layout,
): GoroutineTable {
  const slice = bytesAt(memory, allGoroutines, 24);
  const all = wordIn(slice, 8);
  if (all > MAX_GOROUTINES || all > wordIn(slice, 16)) throw new UnknownLayout(`it would have ${all} goroutines`);
  const pointers = bytesAt(memory, wordIn(slice, 0), all * 8);
  const at = (field: string) => offsetOf(layout, `runtime.g.${field}`);
  const statusAt = at("atomicstatus");
  const column = () => new Float64Array(all);
  const columns = {
    ...{ address: column(), id: column(), status: new Uint8Array(all), stackLow: column(), stackHigh: column() },
    ...{ sp: column(), pc: column(), context: column(), deferred: column(), startPc: column() },
    thread: column(),
  };
  const fields = [
    [columns.id, at("goid")],
    [columns.stackLow, at("stack.lo")],
    [columns.stackHigh, at("stack.hi")],
    [columns.context, at("sched.ctxt")],
    [columns.deferred, at("_defer")],
    [columns.startPc, at("startpc")],
    [columns.thread, at("m")],
  ] as const;
  const places = { sp: at("sched.sp"), pc: at("sched.pc"), syscallSp: at("syscallsp"), syscallPc: at("syscallpc") };
  const records = new Float64Array(all);
  let count = 0;
  for (let i = 0; i < all; i++) {
    const g = (records[i] = wordIn(pointers, i * 8));
    const status = paged.u32(g + statusAt) & ~IS_SCANNED;
    if (status === IDLE || status === DEAD || status === DEAD_EXTRA) continue;
    columns.address[count] = g;
    columns.status[count] = status;
    for (const [column, offset] of fields) column[count] = paged.word(g + offset);
    // Set as long as it is in a system call, or in C.
    const isInSyscall = status !== RUNNING && paged.word(g + places.syscallSp) !== 0;
    columns.sp[count] = paged.word(g + (isInSyscall ? places.syscallSp : places.sp));
    columns.pc[count] = paged.word(g + (isInSyscall ? places.syscallPc : places.pc));
    const isGoroutine = columns.stackLow[count] < columns.stackHigh[count] && status < 16;
    if (!isGoroutine) throw new UnknownLayout("what its list of goroutines points to are no goroutines of this Go");
    count++;
  }
  const cut = <Column extends Float64Array | Uint8Array>(column: Column) => column.subarray(0, count) as Column;
  const entries = Object.entries(columns).map(([name, column]) => [name, cut<Float64Array | Uint8Array>(column)]);
  return { ...(Object.fromEntries(entries) as typeof columns), count, records };
}
