/**
 * The timers that have yet to fire: each processor (`runtime.p`) of the scheduler keeps some. What a timer calls, and what
 * that refers to, lives until it has fired or is stopped.
 */
import type { OwnerIndex, RootsBuilder } from "../../core/heap/roots.js";
import type { ObjectIndex } from "../../core/heap/spans.js";
import { type Address, UnreadableMemory } from "../memory/memory.js";
import type { PagedMemory } from "../memory/paged-memory.js";
import type { FuncTable } from "./func-table.js";
import { type Layout, offsetOf, sizeOf } from "./layout.js";

export interface TimerReader {
  readonly memory: PagedMemory;
  readonly functions: FuncTable;
  readonly layout: Layout;
  readonly objectAt: (address: Address) => ObjectIndex;
}

const MAX_PROCESSORS = 100_000;
const MAX_TIMERS = 10_000_000;

/** `processors` is the slice runtime.allp. */
export function addTimerRoots(reader: TimerReader, processors: Address, roots: RootsBuilder): void {
  const { memory, layout } = reader;
  const heap = offsetOf(layout, "runtime.p.timers.heap");
  const [entryBytes, timerAt] = [sizeOf(layout, "runtime.timerWhen"), offsetOf(layout, "runtime.timerWhen.timer")];
  const count = Math.min(memory.word(processors + 8), MAX_PROCESSORS);
  const owners = new Map<string, OwnerIndex>();
  for (let i = 0; i < count; i++) {
    try {
      const timers = memory.word(memory.word(processors) + i * 8) + heap;
      const first = memory.word(timers);
      const length = Math.min(memory.word(timers + 8), MAX_TIMERS);
      for (let entry = 0; entry < length; entry++) {
        addTimer(reader, memory.word(first + entry * entryBytes + timerAt), roots, owners);
      }
    } catch (error) {
      if (!(error instanceof UnreadableMemory)) throw error;
    }
  }
}

/** Timers that call the same function have one owner. */
function addTimer(reader: TimerReader, timer: Address, roots: RootsBuilder, owners: Map<string, OwnerIndex>): void {
  const object = reader.objectAt(timer);
  if (object < 0) return;
  const name = calledBy(reader, timer);
  let owner = owners.get(name);
  if (owner === undefined) {
    owner = roots.owner({ kind: "timer", name, address: timer });
    owners.set(name, owner);
  }
  roots.add(object, owner, timer);
}

function calledBy({ memory, functions, layout }: TimerReader, timer: Address): string {
  const closure = memory.word(timer + offsetOf(layout, "runtime.timer.f"));
  const called = closure === 0 ? "" : (functions.find(memory.word(closure))?.name ?? "");
  const argument = memory.word(timer + offsetOf(layout, "runtime.timer.arg") + 8);
  // time.AfterFunc starts a goroutine with the function that its argument is.
  if (called !== "time.goFunc" || argument === 0) return called;
  return functions.find(memory.word(argument))?.name ?? called;
}
