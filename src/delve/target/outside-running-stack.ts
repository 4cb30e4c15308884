/**
 * The stacks of goroutines that run, or that were interrupted between two calls, of a program that is read from outside:
 * unwound by the compiler's tables, from where the threads stand.
 */
import type { GoProgram } from "../../process/go-program.js";
import type { Memory } from "../../process/memory/memory.js";
import { PagedMemory } from "../../process/memory/paged-memory.js";
import type { ThreadPlace } from "../../process/memory/standing-still.js";
import { readGoroutines } from "../../process/runtime/goroutine-table.js";
import { runningPlaces } from "../../process/runtime/running-places.js";
import { unwoundStack } from "../../process/runtime/unwound-stack.js";
import type { RunningStack } from "../memory/running-stacks.js";

/** Of one stop; `memory` is what the program held then. */
export function outsideRunningStack(
  go: GoProgram,
  threads: readonly ThreadPlace[],
  memory: Memory = go.memory,
): RunningStack {
  const { functions, executable } = go;
  const { layout, usesLinkRegister } = executable;
  const paged = new PagedMemory(memory);
  let known: ReturnType<typeof read> | undefined;
  const read = () => {
    const table = readGoroutines(memory, paged, { allGoroutines: go.variable("runtime.allgs") }, layout);
    const rowOf = new Map(Array.from(table.id, (id, row) => [id, row]));
    return { table, rowOf, places: runningPlaces(paged, table, threads, layout) };
  };
  return (id) => {
    const { table, rowOf, places } = (known ??= read());
    const row = rowOf.get(id);
    if (row === undefined) return Promise.resolve(undefined);
    const { sp, pc } = places.get(row) ?? { sp: table.sp[row], pc: table.pc[row] };
    const [low, high] = [table.stackLow[row], table.stackHigh[row]];
    if (pc === undefined) return Promise.resolve(undefined);
    return Promise.resolve(unwoundStack(paged, functions, usesLinkRegister, { sp, pc, low, high }));
  };
}
