/** Where goroutines are that run on a thread: their registers are not in memory, the kernel tells some of them. */
import type { Address } from "../memory/memory.js";
import type { PagedMemory } from "../memory/paged-memory.js";
import type { ThreadPlace } from "../memory/standing-still.js";
import { type GoroutineTable, RUNNING } from "./goroutine-table.js";
import { type Layout, offsetOf } from "./layout.js";

/** Where a goroutine goes on that runs on a thread; without `pc`, nothing but its whole stack is known. */
export interface RunningPlace {
  readonly sp: Address;
  readonly pc: Address | undefined;
  /** What the thread's registers held, where that is known. */
  readonly registers?: readonly number[];
}

/** Where goroutines are that run on a thread just now, by their row. */
export function runningPlaces(
  paged: PagedMemory,
  goroutines: GoroutineTable,
  threads: readonly ThreadPlace[],
  layout: Layout,
): ReadonlyMap<number, RunningPlace> {
  const [idAt, signalAt] = [offsetOf(layout, "runtime.m.procid"), offsetOf(layout, "runtime.m.gsignal")];
  const [low, high] = [offsetOf(layout, "runtime.g.stack.lo"), offsetOf(layout, "runtime.g.stack.hi")];
  const byId = new Map(threads.map((thread) => [thread.id, thread]));
  const places = new Map<number, RunningPlace>();
  for (let row = 0; row < goroutines.count; row++) {
    if (goroutines.status[row] !== RUNNING) continue;
    const wholeStack = { sp: goroutines.stackLow[row], pc: undefined };
    const m = goroutines.thread[row];
    const thread = m === 0 ? undefined : byId.get(paged.word(m + idAt));
    if (thread === undefined) {
      places.set(row, wholeStack);
      continue;
    }
    const { sp, pc, registers } = thread;
    if (sp >= goroutines.stackLow[row] && sp < goroutines.stackHigh[row]) {
      places.set(row, { sp, pc, ...(registers !== undefined && { registers }) });
      continue;
    }
    const signal = paged.word(m + signalAt);
    const isInSignal = signal !== 0 && sp >= paged.word(signal + low) && sp < paged.word(signal + high);
    // Else the thread is on the scheduler's stack, and the goroutine noted where it left its own.
    if (isInSignal) places.set(row, wholeStack);
  }
  return places;
}
