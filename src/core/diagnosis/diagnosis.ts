/**
 * The answer to "why does memory grow?": what was sampled, the verdict, and the findings with their evidence.
 *
 * This is the JSON of `godiag diagnose`, the data of the report page and of the editor's panel. Bytes, counts and
 * milliseconds throughout; a field that could not be measured is absent.
 */
import type { Goroutines } from "../goroutines/goroutine.js";
import type { StackFrame } from "../profile/named-stack.js";
import type { Profile } from "../profile/profile.js";

/** What was measured at one moment; the profiles stay behind, the numbers are reported. */
export interface Snapshot extends SnapshotNumbers {
  /** A heap profile, preferably taken just after a GC (`?gc=1`). */
  readonly heap?: Profile;
  readonly goroutine?: Profile;
  /** All goroutines one by one with who started them (`debug=2`), of about this moment; with the last snapshot. */
  readonly dump?: Goroutines;
  /** Goroutines that the runtime proves to be leaked (Go 1.27's goroutineleak profile). */
  readonly leaked?: Profile;
}

export interface SnapshotNumbers {
  /** Milliseconds since the first snapshot. */
  readonly atMs: number;
  /** Resident set size of the process. */
  readonly rss?: number;
  /** The parts of it that are mapped files (and come from the page cache), and shared memory; Linux only. */
  readonly rssFile?: number;
  readonly rssShared?: number;
  /** runtime.MemStats fields of the same names. */
  readonly heapInuse?: number;
  readonly heapAlloc?: number;
  /** Spans without objects; of those, `heapReleased` are given back to the system. */
  readonly heapIdle?: number;
  readonly heapReleased?: number;
  readonly stackInuse?: number;
  readonly sys?: number;
  readonly goroutines?: number;
  /** Of the operating system. */
  readonly threads?: number;
  /** runtime.MemProfileRate: bytes allocated per sample; 0 when heap profiling is off. */
  readonly sampleRate?: number;
  /** Allocations are recorded since the first snapshot only: what was allocated before is in no heap profile. */
  readonly recordedLate?: boolean;
  /** runtime.MemStats NumGC: collections finished since the program started. */
  readonly gcCycles?: number;
  /** runtime.MemStats NextGC: the heap size at which the running or next collection should be done. */
  readonly nextGc?: number;
  /** Bytes in use as the heap profile estimates them: what the findings are shares of. */
  readonly inuseSpace?: number;
}

export type Verdict = "leak" | "suspect" | "growth-outside-heap" | "no-growth" | "not-enough-data";

export interface Finding {
  /**
   * What grows: retained bytes by stack, by function (growth spread over many stacks), goroutines, or the heap as a
   * whole and threads, where no place is known (no file, no stack; line 0).
   */
  readonly kind: "heap-stack" | "heap-function" | "goroutine" | "heap-growth" | "threads";
  readonly level: "suspect" | "confirmed";
  /** The frame to open first: user code closest to the allocation, or the line a goroutine is blocked on. */
  readonly function: string;
  readonly file: string;
  readonly line: number;
  /** Leaf first. */
  readonly stack: readonly StackFrame[];
  readonly sampleType: string;
  readonly first: number;
  readonly last: number;
  /** Theil-Sen slope in units of `sampleType` per minute. */
  readonly slopePerMinute: number;
  /** Mann-Kendall z: how sure it is that there is a trend. */
  readonly z: number;
  /** Growth in standard deviations of the sampled counts: how sure it is that it is not sampling noise. */
  readonly dz: number;
  /** Part of the whole growth that this finding explains, 0 to 1. */
  readonly share: number;
  /** The value at each snapshot, for the chart. */
  readonly series: readonly number[];
  readonly explanation: string;
  readonly advice: string;
  /**
   * The program's line that made what grows, where the finding's own stack does not show it; then it is the place of
   * the finding, too.
   */
  readonly caller?: StackFrame;
  /** What else is known of why they never end, and what naming this line rests on, one sentence each. */
  readonly evidence?: readonly string[];
  /** Who keeps alive what was allocated there, the most first; absent where nobody has looked. */
  readonly holders?: readonly HeldShare[];
  /** What rose with it and is no finding of its own: at the same line, or of the same library in lockstep. */
  readonly beside?: readonly Beside[];
  /** Of many instances: who has it, and what tells them from the others. Then the numbers above are sums over those. */
  readonly instances?: FindingInstances;
  /** Only when a baseline was given: whether the baseline had this finding, and whether it grows faster now. */
  readonly baselineState?: "new" | "unchanged" | "worse";
}

export interface FindingInstances {
  /** The label whose values name the instances. */
  readonly by: string;
  /** Those that grow here, the fastest first. */
  readonly leaking: readonly string[];
  /** How many were judged. */
  readonly total: number;
  /** Median slope of one of them. */
  readonly slopeOfOne: number;
  /** When the first of them began, in milliseconds since 1970; absent where it was before the first window. */
  readonly sinceMs?: number;
  /** The label that tells them from the others; `chance` is how likely chance alone would part them so. */
  readonly label?: { readonly name: string; readonly value: string; readonly chance: number };
}

export interface HeldShare {
  /** In the program's own words: "main.app.store.items". */
  readonly name: string;
  /** Of what is live of that place, 0 to 1. */
  readonly share: number;
  /** Of all that it keeps alive, between the first snapshot and the last. */
  readonly grewBytes?: number;
}

/** Shares are of the growth of that kind, as those of findings. */
export type Beside = Pick<Finding, "kind" | "function" | "file" | "line" | "sampleType" | "first" | "last" | "share">;

/** Growth of the process that heap and goroutine stacks in use do not account for. */
export interface OutsideGrowth {
  /** What grew: the process as a whole. */
  readonly of: "rss" | "sys";
  readonly growth: number;
  /** The part of the growth that lies outside; `parts` are what it consists of, the largest first. */
  readonly outside: number;
  readonly parts: readonly OutsidePart[];
  /** Who called C or mapped memory while an execution trace was recorded; absent where there was none. */
  readonly callers?: readonly OutsideCaller[];
}

export interface OutsidePart {
  /**
   * Memory of files that are mapped (the page cache has it too); shared memory; pages that the runtime keeps for a heap
   * that does not use them (fragmentation, or not given back yet); and the rest: C, and anonymous memory maps.
   */
  readonly kind: "mapped-files" | "shared-memory" | "idle-heap" | "native";
  readonly bytes: number;
}

export interface OutsideCaller extends StackFrame {
  readonly via: "C" | "mmap";
  readonly calls: number;
  /** Leaf first. */
  readonly stack: readonly StackFrame[];
}

/** Does memory grow because goroutines are stuck below a function, or without any? One row per function. */
export interface FunctionBalance {
  readonly function: string;
  readonly file: string;
  /** At the last snapshot that has them: goroutines that have the function on their stack. */
  readonly goroutines: number;
  /** Live memory that was allocated below the function. */
  readonly bytes: number;
  readonly objects: number;
  /** Last - first; 0 with a single snapshot. */
  readonly goroutinesGrowth: number;
  readonly bytesGrowth: number;
  readonly objectsGrowth: number;
}

export interface Note {
  readonly code: string;
  readonly message: string;
}

/** How often and how long a program stood still to be read. */
export interface Pauses {
  readonly count: number;
  readonly maxMs: number;
  readonly totalMs: number;
}

export interface Diagnosis {
  readonly target: string;
  readonly snapshots: readonly SnapshotNumbers[];
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** Absent when the process does not grow outside the heap. */
  readonly outside?: OutsideGrowth;
  /** Goroutines against allocations, what grew most first; absent without both kinds of profiles. */
  readonly functions?: readonly FunctionBalance[];
  /** Absent of a program that was not stopped to be sampled. */
  readonly pauses?: Pauses;
  /** Doubts about the reading, and growth that was seen and explained (caches, the profiler itself). */
  readonly notes: readonly Note[];
}
