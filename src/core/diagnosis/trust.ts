/**
 * Is the reading to be trusted? Coded notes about what distorts a series of snapshots; every report carries them.
 *
 * What the Go runtime does is in runtime/mprof.go: a heap profile shows the heap as of the last finished collection
 * and sweep, so two profiles without a collection between them are equal, and one taken while a collection runs
 * is a cycle behind the MemStats beside it.
 */
import type { Note, Snapshot } from "./diagnosis.js";
import { heapSampleRate } from "../profile/heap-measures.js";
import { MIN_SNAPSHOTS } from "./growth/growth-judgement.js";
import type { Profile } from "../profile/profile.js";
import { median } from "./growth/trend.js";
import { thousands } from "../text/format.js";

/** runtime.MemProfileRate unless a program sets it. */
const DEFAULT_SAMPLE_RATE = 512 * 1024;
/** Below this many samples the whole heap is known to no better than about 20%. */
const FEW_SAMPLES = 25;
/** A gap this many times longer than the usual one: the machine slept, or the clock was set. */
const LONG_GAP_RATIO = 8;
const SHORT_SERIES_MS = 5_000;

/** Doubts about `snapshots`, in order of time; `liveSamples` is how many samples stand behind the last heap profile. */
export function doubts(snapshots: readonly Snapshot[], liveSamples: number | undefined): readonly Note[] {
  const heaps = snapshots.flatMap(({ heap }) => (heap === undefined ? [] : [heap]));
  return [
    ...samplingDoubts(snapshots, heaps, liveSamples),
    ...collectionDoubts(snapshots),
    ...clockDoubts(snapshots),
    ...profileWarnings(snapshots),
  ];
}

/**
 * Where the program was started anew: the first snapshot of its last life, 0 if it lived through all of them.
 * What was ever allocated only rises while a program lives.
 */
export function lastRestart(snapshots: readonly Snapshot[]): number {
  let allocatedBefore = -1;
  let cyclesBefore = -1;
  let restart = 0;
  for (const [i, { heap, gcCycles }] of snapshots.entries()) {
    const allocated = heap && sampleTypeTotal(heap, "alloc_space");
    if ((allocated ?? Infinity) < allocatedBefore * 0.99 || (gcCycles ?? Infinity) < cyclesBefore) restart = i;
    if (allocated !== undefined) allocatedBefore = allocated;
    if (gcCycles !== undefined) cyclesBefore = gcCycles;
  }
  return restart;
}

/**
 * Where the sampling rate was changed for the last time: profiles before and after are scaled differently. Snapshots
 * that do not say a rate are of the one before.
 */
export function lastRateChange(snapshots: readonly Snapshot[]): number {
  let before: number | undefined;
  let change = 0;
  for (const [i, snapshot] of snapshots.entries()) {
    const rate = rateOf(snapshot);
    if (rate !== undefined && before !== undefined && rate !== before) change = i;
    before = rate ?? before;
  }
  return change;
}

/** Whether the times of the snapshots are to be doubted, by the notes that `doubts` gave. */
export function clockIsDoubtful(notes: readonly Note[]): boolean {
  return notes.some(({ code }) => code === "clock-jump" || code === "clock-backwards");
}

/** Whether two heap profiles are the same reading: every value of every sample is equal. */
export function sameReading(a: Profile, b: Profile): boolean {
  const from = a.samples.values;
  const to = b.samples.values;
  if (from.length !== to.length) return false;
  // Samples come in no fixed order; equal sums of all value types, and of their squares, are proof enough.
  const width = a.sampleTypes.length;
  for (let type = 0; type < width; type++) {
    let difference = 0;
    let squares = 0;
    for (let i = type; i < from.length; i += width) {
      difference += from[i] - to[i];
      squares += from[i] * from[i] - to[i] * to[i];
    }
    if (Math.abs(difference) > 1e-6 || Math.abs(squares) > 1) return false;
  }
  return true;
}

export const SWITCH_SAMPLING_ON =
  "Take out what sets it to 0 (or set runtime.MemProfileRate = 524288, the usual value, first thing in main), start the program again, and diagnose it again.";

/** The sampling rate of a snapshot; undefined where neither the program nor its profile says. */
export function rateOf({ heap, sampleRate }: Snapshot): number | undefined {
  return sampleRate ?? (heap && heapSampleRate(heap));
}

export const isSamplingOff = (snapshot: Snapshot): boolean => rateOf(snapshot) === 0;

function samplingDoubts(
  snapshots: readonly Snapshot[],
  heaps: readonly Profile[],
  liveSamples: number | undefined,
): readonly Note[] {
  const notes: Note[] = [];
  const rates = snapshots.map(rateOf).filter((rate) => rate !== undefined);
  if (rates.includes(0)) {
    notes.push({
      code: "sampling-off",
      message: `runtime.MemProfileRate is 0: the program records no allocations, heap profiles are empty. ${SWITCH_SAMPLING_ON}`,
    });
  } else if (new Set(rates).size > 1) {
    notes.push({
      code: "sampling-rate-changed",
      message: `runtime.MemProfileRate changed between snapshots (${[...new Set(rates)].join(", ")}): profiles before and after are scaled differently, so only the snapshots since the last change are judged. Set it once, first thing in main.`,
    });
  } else if (heaps.length > 0 && rates.length === 0) {
    notes.push({
      code: "sampling-rate-unknown",
      message:
        "The heap profiles do not say their sampling rate: noise is judged as if every object had been recorded.",
    });
  } else if (rates.length > 0 && rates[0] > 4 * DEFAULT_SAMPLE_RATE) {
    notes.push({
      code: "sampling-coarse",
      message: `One allocation in ${thousands(rates[0])} bytes is recorded: leaks below ${Math.ceil((rates[0] * 4) / 1048576)} MB cannot be told from noise.`,
    });
  }
  if (liveSamples !== undefined && heaps.length > 0 && liveSamples < FEW_SAMPLES && !rates.includes(0)) {
    notes.push({
      code: "few-samples",
      message: `The last heap profile rests on ${Math.round(liveSamples)} samples: what is small in it is mostly chance. Lower runtime.MemProfileRate, or let the program grow longer.`,
    });
  }
  return notes;
}

function collectionDoubts(snapshots: readonly Snapshot[]): readonly Note[] {
  const stale: number[] = [];
  const running: number[] = [];
  let before: Snapshot | undefined;
  for (const [i, snapshot] of snapshots.entries()) {
    if (inTheMiddleOfCollection(snapshot)) running.push(i + 1);
    if (before !== undefined && snapshot.heap !== undefined && !isSamplingOff(snapshot)) {
      const isCounted = before.gcCycles !== undefined && snapshot.gcCycles !== undefined;
      const isStale = isCounted
        ? before.gcCycles === snapshot.gcCycles
        : before.heap !== undefined && sameReading(before.heap, snapshot.heap);
      if (isStale) stale.push(i + 1);
    }
    if (snapshot.heap !== undefined) before = snapshot;
  }
  const notes: Note[] = [];
  if (stale.length > 0) {
    notes.push({
      code: "no-gc-between",
      message: `No garbage collection between snapshot ${list(stale)} and the one before: a heap profile changes only with a collection. Capture with /debug/pprof/heap?gc=1.`,
    });
  }
  if (running.length > 0) {
    notes.push({
      code: "mid-gc",
      message: `A garbage collection was running at snapshot ${list(running)}: its numbers mix two cycles.`,
    });
  }
  return notes;
}

/** The heap is beyond the goal of the collection, or a goroutine is helping or waiting for one. */
function inTheMiddleOfCollection({ heapAlloc, nextGc, goroutine }: Snapshot): boolean {
  if (heapAlloc !== undefined && nextGc !== undefined && nextGc > 0 && heapAlloc > nextGc) return true;
  if (goroutine === undefined) return false;
  const { functions, strings } = goroutine;
  for (let fn = 0; fn < functions.count; fn++) {
    if (/^runtime\.(?:gcAssistAlloc|gcParkAssist|gcStart|gcMarkDone|GC)(?:\.|$)/.test(strings.at(functions.name[fn]))) {
      return true;
    }
  }
  return false;
}

function clockDoubts(snapshots: readonly Snapshot[]): readonly Note[] {
  const notes: Note[] = [];
  const gaps = snapshots.slice(1).map(({ atMs }, i) => atMs - snapshots[i].atMs);
  if (gaps.some((gap) => gap <= 0)) {
    notes.push({
      code: "clock-backwards",
      message:
        "Two snapshots have the same time, or a later one has an earlier time: the clock was set back or the order is wrong. Slopes are doubtful.",
    });
  }
  const usual = median(gaps);
  const long = gaps.flatMap((gap, i) => (usual > 0 && gap > LONG_GAP_RATIO * usual ? [i + 2] : []));
  if (long.length > 0 && gaps.length >= 3) {
    notes.push({
      code: "clock-jump",
      message: `Much more time than usual passed before snapshot ${list(long)}: the machine slept, the clock was set, or two series are mixed. Slopes are doubtful.`,
    });
  }
  const whole = gaps.reduce((sum, gap) => sum + gap, 0);
  if (snapshots.length >= MIN_SNAPSHOTS && whole > 0 && whole < SHORT_SERIES_MS) {
    notes.push({
      code: "short-series",
      message: `The series covers ${(whole / 1000).toFixed(1)} s only: a program that warms up looks the same. Sample longer to be sure.`,
    });
  }
  return notes;
}

function profileWarnings(snapshots: readonly Snapshot[]): readonly Note[] {
  const messages = new Map<string, string>();
  for (const { heap, goroutine } of snapshots) {
    for (const { code, message } of [...(heap?.warnings ?? []), ...(goroutine?.warnings ?? [])]) {
      if (!messages.has(code)) messages.set(code, message);
    }
  }
  return [...messages].map(([code, message]) => ({ code, message }));
}

export function sampleTypeTotal(profile: Profile, type: string): number | undefined {
  const at = profile.sampleTypes.findIndex((sampleType) => sampleType.type === type);
  if (at < 0) return undefined;
  const { values } = profile.samples;
  let total = 0;
  for (let i = at; i < values.length; i += profile.sampleTypes.length) total += values[i];
  return total;
}

function list(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 5).join(", ");
  return numbers.length > 5 ? `${shown}, … (${numbers.length} in all)` : shown;
}
