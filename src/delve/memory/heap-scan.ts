/**
 * The heap, block and mutex profiles of a paused program that need not import runtime/pprof: the runtime's own
 * records, scaled and named as runtime/pprof would write them (protomem.go, pprof.go).
 */
import { ProfileBuilder } from "../../core/profile/profile-builder.js";
import type { Profile } from "../../core/profile/profile.js";
import { fieldOffsets, optionalNumber, sizeOf } from "./memory.js";
import type { PausedProgram } from "../../process/paused-program.js";
import { type Buckets, readBuckets } from "./profile-buckets.js";
import { countersOf, ProfiledStacks } from "./profiled-stacks.js";
import type { Symbols } from "./symbols.js";

export interface PausedProfile {
  readonly profile: Profile;
  /** What a reader of the profile should know, one sentence each. */
  readonly notes: readonly string[];
}

export interface HeapProfileOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * "collected" (the default) is what runtime/pprof writes: as of the end of the last garbage collection but one or
   * so. "newest" counts also what was allocated since, of which some may be garbage already.
   */
  readonly asOf?: "collected" | "newest";
}

const HEAP_TYPES = [
  { type: "alloc_objects", unit: "count" },
  { type: "alloc_space", unit: "bytes" },
  { type: "inuse_objects", unit: "count" },
  { type: "inuse_space", unit: "bytes" },
];

/** Rejects with a `MemoryProblem` when the records cannot be read. */
export async function heapProfile(
  program: PausedProgram,
  symbols: Symbols,
  { signal, asOf = "collected" }: HeapProfileOptions = {},
): Promise<PausedProfile> {
  const [rate, isDisabled, gcCount, read] = await Promise.all([
    program.number("runtime.MemProfileRate", signal),
    optionalNumber(program, "runtime.disableMemoryProfiling", signal),
    optionalNumber(program, "runtime.memstats.numgc", signal),
    allocationRecords(program, asOf, signal),
  ]);
  const { buckets, counts } = read;
  await symbols.load(countersOf(buckets.words), signal);
  const builder = new ProfileBuilder();
  const stacks = new ProfiledStacks(symbols, builder, buckets.words);
  const { stack, stackStart } = buckets;
  for (let i = 0; i < buckets.count; i++) {
    if (read.isUnread[i] !== 0) continue;
    const [allocs, frees, allocBytes, freeBytes] = counts.subarray(i * COUNTS, (i + 1) * COUNTS);
    const allocated = scaled(allocs, allocBytes, rate);
    const inUse = scaled(allocs - frees, allocBytes - freeBytes, rate);
    const size = allocs > 0 ? Math.floor(allocBytes / allocs) : 0;
    const locations = stacks.locations(stack, stackStart[i], stackStart[i + 1], true);
    builder.sample(locations, [...allocated, ...inUse], size > 0 ? [["bytes", size, ""]] : []);
  }
  const profile = builder.finish({
    format: "pprof",
    sampleTypes: HEAP_TYPES,
    defaultSampleType: 3,
    periodType: { type: "space", unit: "bytes" },
    period: rate,
    comments: [],
    mappings: [],
    warnings: [],
  });
  const notes: string[] = [];
  if (rate === 0 && isDisabled === 1) {
    notes.push(
      "Memory profiling is off: the linker switches it off in programs that never read the profile. Start the program under the debugger again to have it switched on (unless goDiagnostics.proxy.memoryProfiling, or --no-memory-profiling, says not to).",
    );
  } else if (rate === 0) notes.push("Memory profiling is off: the program has set runtime.MemProfileRate to 0.");
  if (read.isAllCycles && buckets.count > 0 && asOf === "collected") {
    notes.push("No garbage collection has completed yet: everything that was allocated counts as in use.");
  } else if (asOf === "collected") {
    notes.push(
      `It shows the heap as of a recent garbage collection${gcCount === undefined ? "" : ` (${gcCount} so far)`}, as runtime/pprof does; what was allocated since is not in it.`,
    );
  }
  if (!read.isComplete) notes.push("Some records could not be read: the profile is not complete.");
  return { profile, notes };
}

interface AllocationRecords {
  readonly buckets: Buckets;
  /** Per bucket, not scaled: allocations, frees, bytes allocated, bytes freed. */
  readonly counts: Float64Array;
  /** By bucket: 1 where its record could not be read. */
  readonly isUnread: Uint8Array;
  /** Whether the profiler has published nothing yet: then, as runtime.MemProfile does, all that it has is counted. */
  readonly isAllCycles: boolean;
  readonly isComplete: boolean;
}

const COUNTS = 4;

/** The records of the memory profiler with their counts, oldest last. */
async function allocationRecords(
  program: PausedProgram,
  asOf: "collected" | "newest",
  signal?: AbortSignal,
): Promise<AllocationRecords> {
  const [layout, future, cycleBytes, cycle, buckets] = await Promise.all([
    // Since Go 1.27 a bucket counts objects only: all of them have its size.
    fieldOffsets(program, "runtime.memRecordCycle", ["allocs", "frees"], ["alloc_bytes", "free_bytes"], signal),
    fieldOffsets(program, "runtime.memRecord", ["future"], [], signal),
    sizeOf(program, "runtime.memRecordCycle", signal),
    program.number("runtime.mProfCycle.value.value", signal),
    readBuckets(program, "mbuckets", signal),
  ]);
  const { memory, count, record, objectSize } = buckets;
  const counts = new Float64Array(count * COUNTS);
  const isUnread = new Uint8Array(count);
  /** Sums what each record has in those parts of it. */
  const sumOf = async (parts: readonly number[]) => {
    const sum = (i: number): true => {
      let [allocs, frees, allocBytes, freeBytes] = [0, 0, 0, 0];
      for (const part of parts) {
        const at = record[i] + part;
        const allocated = memory.u64(at + layout.allocs);
        const freed = memory.u64(at + layout.frees);
        allocs += allocated;
        frees += freed;
        allocBytes +=
          layout.alloc_bytes === undefined ? allocated * objectSize[i] : memory.u64(at + layout.alloc_bytes);
        freeBytes += layout.free_bytes === undefined ? freed * objectSize[i] : memory.u64(at + layout.free_bytes);
      }
      counts.set([allocs, frees, allocBytes, freeBytes], i * COUNTS);
      return true;
    };
    const read = await memory.settleAll([...isUnread.keys()], sum, signal);
    read.forEach((isRead, i) => (isUnread[i] = isRead === true ? 0 : 1));
  };
  const cycles = [0, 1, 2].map((each) => future.future + each * cycleBytes);
  // The lowest bit says whether this cycle has been published; adding it again is harmless, it is zero then.
  if (asOf === "collected") await sumOf([0, cycles[Math.floor(cycle / 2) % 3]]);
  const isAllCycles = counts.every((value) => value === 0);
  if (asOf === "newest" || isAllCycles) await sumOf([0, ...cycles]);
  return { buckets, counts, isUnread, isAllCycles, isComplete: buckets.isComplete && !isUnread.includes(1) };
}

/** runtime/pprof.scaleHeapSample: divides by the chance of an object of that size to be sampled. */
function scaled(count: number, bytes: number, rate: number): [count: number, bytes: number] {
  if (count === 0 || bytes === 0) return [0, 0];
  if (rate <= 1) return [count, bytes];
  const scale = 1 / (1 - Math.exp(-(bytes / count) / rate));
  return [Math.trunc(count * scale), Math.trunc(bytes * scale)];
}

/** The profile of blocking (`block`) or of contended mutexes (`mutex`): how often, and for how long. */
export async function contentionProfile(
  program: PausedProgram,
  symbols: Symbols,
  kind: "block" | "mutex",
  signal?: AbortSignal,
): Promise<PausedProfile> {
  const rateName = kind === "block" ? "runtime.blockprofilerate" : "runtime.mutexprofilerate";
  const [rate, ticksPerSecond, layout, buckets] = await Promise.all([
    optionalNumber(program, rateName, signal),
    ticks(program, signal),
    fieldOffsets(program, "runtime.blockRecord", ["count", "cycles"], [], signal),
    readBuckets(program, kind === "block" ? "bbuckets" : "xbuckets", signal),
  ]);
  const { memory, words, stack, stackStart } = buckets;
  await symbols.load(countersOf(words), signal);
  const builder = new ProfileBuilder();
  const stacks = new ProfiledStacks(symbols, builder, words);
  for (const [i, record] of buckets.record.entries()) {
    const [count, cycles] = await memory.settle(
      () => [float64(memory.bytes(record + layout.count, 8)), memory.u64(record + layout.cycles)],
      signal,
    );
    const delay = ticksPerSecond === undefined ? cycles : Math.trunc((cycles / ticksPerSecond) * 1e9);
    const locations = stacks.locations(stack, stackStart[i], stackStart[i + 1], false);
    builder.sample(locations, [Math.max(1, Math.trunc(count)), delay], []);
  }
  const unit = ticksPerSecond === undefined ? "ticks" : "nanoseconds";
  const profile = builder.finish({
    format: "pprof",
    sampleTypes: [
      { type: "contentions", unit: "count" },
      { type: "delay", unit },
    ],
    defaultSampleType: 1,
    periodType: { type: "contentions", unit: "count" },
    period: 1,
    comments: [],
    mappings: [],
    warnings: [],
  });
  const notes: string[] = [];
  if (rate === 0) {
    const call = kind === "block" ? "runtime.SetBlockProfileRate" : "runtime.SetMutexProfileFraction";
    notes.push(`The ${kind} profile is off: the program has not called ${call}.`);
  }
  if (ticksPerSecond === undefined && buckets.count > 0) {
    notes.push("The program has not measured its clock yet: delays are in ticks of the processor, not in time.");
  }
  if (!buckets.isComplete) notes.push("Some records could not be read: the profile is not complete.");
  return { profile, notes };
}

/** How fast the clock that delays are counted in ticks, where the program has found that out. */
async function ticks(program: PausedProgram, signal?: AbortSignal): Promise<number | undefined> {
  const measured = await optionalNumber(program, "runtime.ticks.val.value", signal);
  return measured === undefined || measured === 0 ? undefined : measured;
}

function float64(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
}
