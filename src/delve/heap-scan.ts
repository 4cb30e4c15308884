/**
 * The heap, block and mutex profiles of a paused program that need not import runtime/pprof: the runtime's own
 * records, scaled and named as runtime/pprof would write them (protomem.go, pprof.go).
 */
import { ProfileBuilder } from "../core/profile-builder.js";
import type { Profile } from "../core/profile.js";
import { fieldOffsets, optionalNumber, sizeOf } from "./memory.js";
import type { Address, PausedProgram } from "./paused-program.js";
import { readBuckets } from "./profile-buckets.js";
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

/** Counts per bucket, not scaled. */
interface AllocationCounts {
  readonly allocs: number;
  readonly frees: number;
  readonly allocBytes: number;
  readonly freeBytes: number;
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
  await symbols.load(countersOf(read.records.map(({ stack }) => stack)), signal);
  const builder = new ProfileBuilder();
  const stacks = new ProfiledStacks(symbols, builder);
  for (const { stack, counts } of read.records) {
    const { allocs, frees, allocBytes, freeBytes } = counts;
    const allocated = scaled(allocs, allocBytes, rate);
    const inUse = scaled(allocs - frees, allocBytes - freeBytes, rate);
    const size = allocs > 0 ? Math.floor(allocBytes / allocs) : 0;
    builder.sample(stacks.locations(stack, true), [...allocated, ...inUse], size > 0 ? [["bytes", size, ""]] : []);
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
      "Memory profiling is off: the linker switches it off in programs that never read the profile. Start the program under the debugger again to have it switched on.",
    );
  } else if (rate === 0) notes.push("Memory profiling is off: the program has set runtime.MemProfileRate to 0.");
  if (read.isAllCycles && read.records.length > 0 && asOf === "collected") {
    notes.push("No garbage collection has completed yet: everything that was allocated counts as in use.");
  } else if (asOf === "collected") {
    notes.push(
      `It shows the heap as of a recent garbage collection${gcCount === undefined ? "" : ` (${gcCount} so far)`}, as runtime/pprof does; what was allocated since is not in it.`,
    );
  }
  if (!read.isComplete) notes.push("Some records could not be read: the profile is not complete.");
  return { profile, notes };
}

/** The records of the memory profiler with their counts, oldest last. */
async function allocationRecords(
  program: PausedProgram,
  asOf: "collected" | "newest",
  signal?: AbortSignal,
): Promise<{
  readonly records: readonly { readonly stack: readonly Address[]; readonly counts: AllocationCounts }[];
  /** Whether the profiler has published nothing yet: then, as runtime.MemProfile does, all that it has is counted. */
  readonly isAllCycles: boolean;
  readonly isComplete: boolean;
}> {
  const [layout, future, cycleBytes, cycle, { memory, buckets, isComplete }] = await Promise.all([
    // Since Go 1.27 a bucket counts objects only: all of them have its size.
    fieldOffsets(program, "runtime.memRecordCycle", ["allocs", "frees"], ["alloc_bytes", "free_bytes"], signal),
    fieldOffsets(program, "runtime.memRecord", ["future"], [], signal),
    sizeOf(program, "runtime.memRecordCycle", signal),
    program.number("runtime.mProfCycle.value.value", signal),
    readBuckets(program, "mbuckets", signal),
  ]);
  const countsAt = (at: Address, objectSize: number): AllocationCounts => {
    const allocs = memory.u64(at + layout.allocs);
    const frees = memory.u64(at + layout.frees);
    const bytes = (offset: number | undefined, count: number) =>
      offset === undefined ? count * objectSize : memory.u64(at + offset);
    return { allocs, frees, allocBytes: bytes(layout.alloc_bytes, allocs), freeBytes: bytes(layout.free_bytes, frees) };
  };
  const cycles = [0, 1, 2].map((each) => future.future + each * cycleBytes);
  // The lowest bit says whether this cycle has been published; adding it again is harmless, it is zero then.
  const published = cycles[Math.floor(cycle / 2) % 3];
  const all = await memory.settleAll(
    buckets,
    ({ record, objectSize }) => ({
      collected: plus(countsAt(record, objectSize), countsAt(record + published, objectSize)),
      newest: cycles.reduce((sum, at) => plus(sum, countsAt(record + at, objectSize)), countsAt(record, objectSize)),
    }),
    signal,
  );
  const isAllCycles = all.every((each) => each === undefined || each.collected.allocs + each.collected.frees === 0);
  const records = buckets.flatMap(({ stack }, i) => {
    const each = all[i];
    if (each === undefined) return [];
    return [{ stack, counts: isAllCycles || asOf === "newest" ? each.newest : each.collected }];
  });
  return { records, isAllCycles, isComplete: isComplete && records.length === buckets.length };
}

function plus(a: AllocationCounts, b: AllocationCounts): AllocationCounts {
  return {
    allocs: a.allocs + b.allocs,
    frees: a.frees + b.frees,
    allocBytes: a.allocBytes + b.allocBytes,
    freeBytes: a.freeBytes + b.freeBytes,
  };
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
  const [rate, ticksPerSecond, layout, { memory, buckets, isComplete }] = await Promise.all([
    optionalNumber(program, rateName, signal),
    ticks(program, signal),
    fieldOffsets(program, "runtime.blockRecord", ["count", "cycles"], [], signal),
    readBuckets(program, kind === "block" ? "bbuckets" : "xbuckets", signal),
  ]);
  await symbols.load(countersOf(buckets.map(({ stack }) => stack)), signal);
  const builder = new ProfileBuilder();
  const stacks = new ProfiledStacks(symbols, builder);
  for (const { stack, record } of buckets) {
    const [count, cycles] = await memory.settle(
      () => [float64(memory.bytes(record + layout.count, 8)), memory.u64(record + layout.cycles)],
      signal,
    );
    const delay = ticksPerSecond === undefined ? cycles : Math.trunc((cycles / ticksPerSecond) * 1e9);
    builder.sample(stacks.locations(stack, false), [Math.max(1, Math.trunc(count)), delay], []);
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
  if (ticksPerSecond === undefined && buckets.length > 0) {
    notes.push("The program has not measured its clock yet: delays are in ticks of the processor, not in time.");
  }
  if (!isComplete) notes.push("Some records could not be read: the profile is not complete.");
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
