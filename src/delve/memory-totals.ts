/**
 * The totals that runtime.ReadMemStats would give of a paused program, from where readmemstats_m (runtime/mstats.go)
 * takes them. What this Go keeps elsewhere is absent.
 */
import { optionalNumber } from "./memory.js";
import type { PausedProgram } from "./paused-program.js";

/** Fields of runtime.MemStats, in bytes; `gcCycles` is NumGC. */
export interface MemoryTotals {
  readonly heapAlloc?: number;
  readonly heapInuse?: number;
  readonly heapIdle?: number;
  readonly heapReleased?: number;
  readonly stackInuse?: number;
  readonly sys?: number;
  readonly gcCycles?: number;
}

/** The rest of Sys, beside the heap and what is counted in the consistent statistics. */
const SYSTEM = ["stacks_sys", "mspan_sys", "mcache_sys", "buckhash_sys", "gcMiscSys", "other_sys"];
/** Three generations of deltas, which add up (consistentHeapStats). */
const GENERATIONS = [0, 1, 2];

export async function memoryTotals(program: PausedProgram, signal?: AbortSignal): Promise<MemoryTotals> {
  const number = (expression: string) => optionalNumber(program, `runtime.${expression}`, signal);
  const sum = async (expressions: readonly string[]) => {
    const parts = await Promise.all(expressions.map(number));
    return parts.every((part) => part !== undefined) ? parts.reduce((all, part) => all + part, 0) : undefined;
  };
  const inGenerations = (field: string) => sum(GENERATIONS.map((i) => `memstats.heapStats.stats[${i}].${field}`));
  const [allocated, freed, heapInuse, heapFree, heapReleased, stackInuse, workBufs, bits, system, gcCycles] =
    await Promise.all([
      number("gcController.totalAlloc.value"),
      number("gcController.totalFree.value"),
      number("gcController.heapInUse"),
      number("gcController.heapFree"),
      number("gcController.heapReleased"),
      inGenerations("inStacks"),
      inGenerations("inWorkBufs"),
      inGenerations("inPtrScalarBits"), // until Go 1.25
      sum(SYSTEM.map((name) => `memstats.${name}`)),
      number("memstats.numgc"),
    ]);
  const heapAlloc = difference(allocated, freed);
  const heapIdle = plus(heapFree, heapReleased);
  const sys = plus(plus(heapInuse, heapIdle), plus(plus(stackInuse, workBufs), plus(bits ?? 0, system)));
  return {
    ...(heapAlloc !== undefined && { heapAlloc }),
    ...(heapInuse !== undefined && { heapInuse }),
    ...(heapIdle !== undefined && { heapIdle }),
    ...(heapReleased !== undefined && { heapReleased }),
    ...(stackInuse !== undefined && { stackInuse }),
    ...(sys !== undefined && { sys }),
    ...(gcCycles !== undefined && { gcCycles }),
  };
}

function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

function difference(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}
