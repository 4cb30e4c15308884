/**
 * Whether what was read is what it is taken for. The runtime keeps most numbers twice and stops the program when its
 * books differ (readmemstats_m in runtime/mstats.go); the same sums are made here. A wrong offset breaks one of them.
 */
import { isCollecting } from "./heap-goal.js";
import type { RuntimeReading } from "./runtime-reading.js";
import { countsSince, totalOf } from "./time-histogram.js";

/**
 * How far the two books of one reading differ, in bytes. The program runs on while it is read, so they differ for an
 * instant now and then: read again. Of a quiet instant it is 0.
 */
export function imbalance(reading: RuntimeReading): number {
  const { books, heapInUse, heapFree, heapReleased, mappedReady, runtimeSys } = reading;
  const beside = books.inStacks + books.inWorkBufs + books.inPtrScalarBits;
  const pairs = [
    [books.inHeap, heapInUse],
    [books.released, heapReleased],
    [books.committed - beside, heapInUse + heapFree],
    [mappedReady, heapInUse + heapFree + beside + runtimeSys],
  ];
  return Math.max(...pairs.map(([a, b]) => Math.abs(a - b)));
}

/** What cannot be in any one reading: a sentence for a person, or undefined. */
export function contradiction(reading: RuntimeReading): string | undefined {
  const { heapLive, heapScan, heapMarked, numGC, numForcedGC, gcPauses, otherPauses, schedLatency } = reading;
  const { allglen, allgsLength, freeGoroutines, systemGoroutines, lastGc, lastPauseEnd } = reading;
  if (heapLive < heapMarked || heapScan >= heapLive) return "its live heap is not what the last collection marked";
  if (numForcedGC > numGC || lastGc !== lastPauseEnd) return "its count of collections does not lead to the last one";
  for (const { counts, underflow, overflow } of [gcPauses, otherPauses, schedLatency]) {
    // A clock that jumps makes one now and then; a time in ns in their place is far more than all counts.
    if (underflow + overflow > 0 && underflow + overflow > totalOf({ counts, underflow: 0, overflow: 0 }))
      return "its histograms count more impossible durations than others";
  }
  if (totalOf(gcPauses) < 2 * (numGC - 1)) return "it has fewer pauses than collections, which pause it twice each";
  if (allglen !== allgsLength || freeGoroutines > allglen || systemGoroutines > allglen - freeGoroutines) {
    return "its counts of goroutines do not add up";
  }
  return undefined;
}

/** The goal follows from GOGC and from what was marked, once a collection was made and none is under way. */
export function goalContradiction(reading: RuntimeReading): string | undefined {
  const { gcPercent, heapMarked, lastStackScan, globalsScan, heapMinimum, gcPercentHeapGoal, numGC } = reading;
  if (numGC === 0 || isCollecting(reading)) return undefined;
  const scanned = heapMarked + lastStackScan + globalsScan;
  const goal = Math.max(heapMinimum, heapMarked + Math.floor((scanned * gcPercent) / 100));
  const follows = gcPercent < 0 ? !Number.isSafeInteger(gcPercentHeapGoal) : goal === gcPercentHeapGoal;
  return follows ? undefined : "its heap goal does not follow from GOGC";
}

/** What cannot be in a reading after another one. */
export function contradictionSince(before: RuntimeReading, now: RuntimeReading): string | undefined {
  if (now.totalAlloc < before.totalAlloc) return "its allocated bytes became fewer";
  if (wrapped32(before.numGC, now.numGC) > MAX_COLLECTIONS) return "its count of collections went back";
  const hasFewer = [
    countsSince(before.gcPauses, now.gcPauses),
    countsSince(before.otherPauses, now.otherPauses),
    countsSince(before.schedLatency, now.schedLatency),
  ].includes(undefined);
  if (hasFewer) return "its histograms lost counts";
  return undefined;
}

/** More between two samples is a counter that went back. */
const MAX_COLLECTIONS = 2 ** 31;

/** How much a counter of 32 bits grew, which starts anew from 0. */
export function wrapped32(before: number, now: number): number {
  return (now - before) >>> 0;
}

export interface ListedGoroutines {
  /** Of the program. */
  readonly own: number;
  /** Of the runtime, that call finalizers and cleanups: the program's only while they do. */
  readonly callers: number;
}

/** How far off the list may be while goroutines come and go. */
const CHANGING_SHARE = 0.05;

/** Whether goroutines were counted as they are listed: exactly where the count before and after the listing is one. */
export function isCountOf({ own, callers }: ListedGoroutines, counts: readonly number[]): boolean {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const slack = least === most ? 0 : Math.ceil(most * CHANGING_SHARE);
  return most + slack >= Math.max(1, own) && least - slack <= Math.max(1, own + callers);
}
