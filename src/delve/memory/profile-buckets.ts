/**
 * The records of Go's own sampling profilers (allocations, blocking, mutexes), read from a paused program: lists of
 * buckets, each a stack and its counters (runtime/mprof.go).
 */
import { CachedMemory, fieldOffsets, sizeOf } from "./memory.js";
import type { Address, PausedProgram } from "../../process/paused-program.js";

/** All buckets, as columns. */
export interface Buckets {
  readonly memory: CachedMemory;
  readonly count: number;
  /** What the stacks are made of, each once: return addresses and marks, as the profiler left them. */
  readonly words: readonly Address[];
  /** The stack of bucket i, leaf first, is `stack[stackStart[i]]` to before `stackStart[i + 1]`: indices of `words`. */
  readonly stackStart: readonly number[];
  readonly stack: readonly number[];
  /** Of one object, in bytes; 0 in profiles that are not about memory. */
  readonly objectSize: readonly number[];
  readonly record: readonly Address[];
  /** False when the list did not end as it should. */
  readonly isComplete: boolean;
}

/** The runtime's limit of a profiled stack (maxProfStackDepth), and one for the mark in front of it. */
const MAX_STACK_DEPTH = 1_025;
/**
 * Budgets of one reading, far above any real program's: a list that a broken or hostile program has bent into a ring, or
 * filled with the deepest stacks, ends here. Together they stay below 200 MB.
 */
const MAX_BUCKETS = 1_000_000;
const MAX_STACK_WORDS = 8_000_000;
const MAX_BYTES = 64 << 20;
/** They lie one behind the other in chunks of 256 KiB. */
const PAGES_PER_READ = 32;

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
  const memory = new CachedMemory(program, PAGES_PER_READ, MAX_BYTES);
  const seen = new Set<Address>();
  const words: Address[] = [];
  const indexOf = new Map<Address, number>();
  const stackStart = [0];
  const stack: number[] = [];
  const objectSize: number[] = [];
  const record: Address[] = [];
  const indexOfWord = (word: Address): number => {
    let index = indexOf.get(word);
    if (index === undefined) {
      index = words.push(word) - 1;
      indexOf.set(word, index);
    }
    return index;
  };
  // The walk goes on where a missing page stopped it.
  let at = first;
  const isComplete = await memory.settle(() => {
    while (at !== 0) {
      const depth = memory.u64(at + layout.nstk);
      const from = stackStart[record.length];
      if (depth > MAX_STACK_DEPTH || record.length === MAX_BUCKETS || from + depth > MAX_STACK_WORDS) return false;
      if (seen.has(at)) return false; // a ring
      for (let i = 0; i < depth; i++) stack[from + i] = indexOfWord(memory.u64(at + headerBytes + i * 8));
      const next = memory.u64(at + layout.allnext);
      objectSize.push(memory.u64(at + layout.size));
      record.push(at + headerBytes + depth * 8);
      stackStart.push(from + depth);
      seen.add(at);
      at = next;
    }
    return true;
  }, signal);
  return { memory, count: record.length, words, stackStart, stack, objectSize, record, isComplete };
}
