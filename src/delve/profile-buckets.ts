/**
 * The records of Go's own sampling profilers (allocations, blocking, mutexes), read from a paused program: lists of
 * buckets, each a stack and its counters (runtime/mprof.go).
 */
import { CachedMemory, fieldOffsets, sizeOf } from "./memory.js";
import type { Address, PausedProgram } from "./paused-program.js";

/** One bucket; `stack` holds return addresses, leaf first, as the profiler left them. */
export interface Bucket {
  readonly stack: readonly Address[];
  /** Of one object, in bytes; 0 in profiles that are not about memory. */
  readonly objectSize: number;
  readonly record: Address;
}

export interface Buckets {
  readonly memory: CachedMemory;
  readonly buckets: readonly Bucket[];
  /** False when the list did not end as it should. */
  readonly isComplete: boolean;
}

/** The runtime's limit of a profiled stack (maxProfStackDepth), and one for the mark in front of it. */
const DEEPEST_STACK = 1_025;
const MOST_BUCKETS = 4_000_000;
/** They lie one behind the other in chunks of 256 KiB. */
const PAGES_PER_READ = 16;

export async function readBuckets(
  program: PausedProgram,
  head: "mbuckets" | "bbuckets" | "xbuckets",
  signal?: AbortSignal,
): Promise<Buckets> {
  const [layout, headerBytes, first] = await Promise.all([
    fieldOffsets(program, "runtime.bucket", ["allnext", "size", "nstk"], [], signal),
    sizeOf(program, "runtime.bucket", signal),
    program.number(`*(*uintptr)(uintptr(&runtime.${head}))`, signal),
  ]);
  const memory = new CachedMemory(program, PAGES_PER_READ);
  const buckets: Bucket[] = [];
  // The walk goes on where a missing page stopped it.
  let at = first;
  const isComplete = await memory.settle(() => {
    while (at !== 0) {
      const depth = memory.u64(at + layout.nstk);
      if (depth > DEEPEST_STACK || buckets.length === MOST_BUCKETS) return false;
      const record = at + headerBytes + depth * 8;
      const stack = Array.from({ length: depth }, (_, i) => memory.u64(at + headerBytes + i * 8));
      const next = memory.u64(at + layout.allnext);
      buckets.push({ stack, objectSize: memory.u64(at + layout.size), record });
      at = next;
    }
    return true;
  }, signal);
  return { memory, buckets, isComplete };
}
