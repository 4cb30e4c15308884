/**
 * The totals that runtime.ReadMemStats would give of a paused program, from where readmemstats_m (runtime/mstats.go)
 * takes them. What this Go keeps elsewhere is absent.
 */
import { CachedMemory, fieldOffsets, optionalNumber } from "./memory.js";
import type { PausedProgram } from "../../process/paused-program.js";

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
const inGenerations = (field: string) => GENERATIONS.map((i) => `heapStats.stats[${i}].${field}`);
const STACKS = inGenerations("inStacks");
const WORK_BUFFERS = inGenerations("inWorkBufs");
const POINTER_BITS = inGenerations("inPtrScalarBits"); // until Go 1.25
const CYCLES = "numgc";
const HEAP = ["totalAlloc.value", "totalFree.value", "heapInUse", "heapFree", "heapReleased"];

/**
 * Delve takes milliseconds to find a variable of a package, and a tenth of that to say where in a type a field is: so
 * two variables are asked for, and their memory is read.
 */
export async function memoryTotals(program: PausedProgram, signal?: AbortSignal): Promise<MemoryTotals> {
  const inStats = [...SYSTEM, ...STACKS, ...WORK_BUFFERS, ...POINTER_BITS, CYCLES];
  const [stats, controller, ofStats, ofController] = await Promise.all([
    optionalNumber(program, "uintptr(&runtime.memstats)", signal),
    optionalNumber(program, "uintptr(&runtime.gcController)", signal),
    fieldOffsets(program, "runtime.mstats", [], inStats, signal),
    fieldOffsets(program, "runtime.gcControllerState", [], HEAP, signal),
  ]);
  const places = [
    ...Object.entries(ofStats).map(([name, offset]) => ({ name, variable: stats, offset })),
    ...Object.entries(ofController).map(([name, offset]) => ({ name, variable: controller, offset })),
  ];
  const memory = new CachedMemory(program);
  const read = await memory.settleAll(
    places,
    ({ name, variable, offset }) => {
      if (variable === undefined || offset === undefined) return undefined;
      const at = variable + offset;
      // A single generation can be below zero.
      return memory.u32(at) + (name === CYCLES ? 0 : memory.i32(at + 4) * 2 ** 32);
    },
    signal,
  );
  const values = new Map(places.map(({ name }, i) => [name, read[i]]));
  const sum = (names: readonly string[]) =>
    names.reduce<number | undefined>((all, name) => plus(all, values.get(name)), 0);
  const [allocated, freed, heapInuse, heapFree, heapReleased] = HEAP.map((name) => values.get(name));
  const [stackInuse, workBufs, bits, system] = [STACKS, WORK_BUFFERS, POINTER_BITS, SYSTEM].map(sum);
  const gcCycles = values.get(CYCLES);
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
