/**
 * The diagnosis: snapshots in, verdict, findings and notes out. Whoever took the snapshots, this judges them.
 */
import { blameIndex } from "./allocation-blame.js";
import { allocationWords, type Words } from "./allocation-advice.js";
import type {
  Diagnosis,
  Finding,
  FunctionBalance,
  Note,
  OutsideGrowth,
  Snapshot,
  SnapshotNumbers,
  StackFrame,
  Verdict,
} from "./diagnosis.js";
import { amount } from "./diagnosis-text.js";
import { withLeakVerdicts } from "./diagnosed-leaks.js";
import { goroutineGrowth, type GrownGoroutines, isGoroutineProfile } from "./goroutine-growth.js";
import { goroutinesAgainstAllocations } from "./goroutines-against-allocations.js";
import { goroutineWords } from "./goroutine-advice.js";
import { MIN_SNAPSHOTS, type Shape } from "./growth-judgement.js";
import { type Grown, type HeapGrowth, heapGrowth, leadingStacks } from "./growth.js";
import { heapSampleRate, isHeapProfile } from "./heap-measures.js";
import { growthOutsideHeap } from "./outside-heap.js";
import { outsideNotes } from "./outside-words.js";
import { blameRequests } from "./http-connections.js";
import { borneOut } from "./late-recording.js";
import type { Profile } from "./profile.js";
import { numbersAlone } from "./snapshot-numbers.js";
import type { SeriesFrame, StackSeries } from "./stack-series.js";
import { growthOf } from "./trend.js";
import { clockIsDoubtful, doubts, lastRateChange, lastRestart, sameReading, sampleTypeTotal } from "./trust.js";

/** What the profiler allocates for itself is told of from here on. */
const TELL_PROFILERS_OWN = 1024 * 1024;
const CANDIDATES_TOLD = 3;
const FUNCTIONS_TOLD = 40;

/** Needs no order: snapshots are judged by their times. */
export function diagnose(target: string, snapshots: readonly Snapshot[]): Diagnosis {
  const all = [...snapshots].sort((a, b) => a.atMs - b.atMs);
  const restart = lastRestart(all);
  const life = withoutCopies(all.slice(restart));
  const living = life.slice(lastRateChange(life));
  const heaps = seriesOfKind(living, ({ heap }) => (heap && isHeapProfile(heap) ? heap : undefined));
  const goroutines = seriesOfKind(living, ({ goroutine }) =>
    goroutine && isGoroutineProfile(goroutine) ? goroutine : undefined,
  );
  const heap = heaps.profiles.length > 0 ? heapGrowth(heaps.profiles, heaps.times) : undefined;
  const grownGoroutines =
    goroutines.profiles.length > 0 ? goroutineGrowth(goroutines.profiles, goroutines.times) : undefined;
  const numbers = all.map(numbersOf);
  const outside = growthOutsideHeap(numbers.slice(restart));

  const doubtful = doubts(life, heap && lastSum(heap.stacks, 2));
  const { accused, explained } = heap ? split(heap.grown) : { accused: [], explained: [] };
  const growing = blameRequests(
    [
      ...heapFindings(heap, accused),
      ...goroutineFindings(grownGoroutines?.stacks, grownGoroutines?.total, grownGoroutines?.grown ?? []),
    ],
    heaps.profiles,
    goroutines.profiles,
  );
  const sure = borneOut(growing, numbers.slice(restart));
  const leaked = all.findLast((snapshot) => snapshot.leaked !== undefined)?.leaked;
  const findings = withLeakVerdicts(
    sure.findings.map((finding) => (clockIsDoubtful(doubtful) ? { ...finding, level: "suspect" as const } : finding)),
    goroutines.profiles,
    goroutines.times,
    leaked,
  ).toSorted(bySureness);
  const judged = Math.max(heaps.profiles.length, goroutines.profiles.length, measuredPoints(numbers.slice(restart)));

  return {
    target,
    snapshots: numbers,
    verdict: verdictOf(findings, outside, judged, samplingOff(living) && goroutines.profiles.length < MIN_SNAPSHOTS),
    findings,
    ...(outside && { outside }),
    ...(heap &&
      grownGoroutines && { functions: goroutinesAgainstAllocations(living).filter(grew).slice(0, FUNCTIONS_TOLD) }),
    notes: [
      ...restartNote(all, restart),
      ...copiesNote(all.length - restart - life.length),
      ...fewSnapshotsNote(judged, heap),
      ...outsideNotes(outside, numbers.slice(restart)),
      ...profilersOwnNote(heap),
      ...steppedNote(heap),
      ...cacheNotes(explained, heap),
      ...cacheNotes(
        accused.filter(({ cache }) => cache !== undefined),
        heap,
      ),
      ...sure.notes,
      ...doubtful,
    ],
  };
}

function verdictOf(
  findings: readonly Finding[],
  outside: OutsideGrowth | undefined,
  judged: number,
  blind: boolean,
): Verdict {
  if (findings.some(({ level }) => level === "confirmed")) return "leak";
  if (findings.length > 0) return "suspect";
  if (outside !== undefined) return "growth-outside-heap";
  return judged < MIN_SNAPSHOTS || blind ? "not-enough-data" : "no-growth";
}

const grew = ({ bytesGrowth, goroutinesGrowth }: FunctionBalance) => bytesGrowth > 0 || goroutinesGrowth > 0;

function heapFindings(heap: HeapGrowth | undefined, grown: readonly Grown[]): readonly Finding[] {
  if (heap === undefined) return [];
  const found = grown.reduce((sum, { bytes }) => sum + growthOf(bytes), 0);
  const whole = Math.max(found, growthOf(heap.total));
  return grown.map((each): Finding => {
    const { kind, functionAt, bytes, objects } = each;
    const stack = namedStack(heap.stacks, each.frames);
    const blamed = functionAt ?? blameIndex(stack);
    return {
      kind,
      ...numbersOfTrend(each),
      ...stack[blamed],
      stack,
      sampleType: "inuse_space",
      share: share(growthOf(bytes), whole),
      first: bytes[0],
      last: bytes[bytes.length - 1],
      series: Array.from(bytes),
      ...heapWords(each, stack.slice(0, blamed + 1), growthOf(objects)),
    };
  });
}

function heapWords(grown: Grown, callees: readonly StackFrame[], moreObjects: number): Words {
  const { cache, stackCount, bytes, objects, shape } = grown;
  const last = objects.length - 1;
  const average = objects[last] > 0 ? bytes[last] / objects[last] : 0;
  const words = allocationWords(
    callees.map((frame) => frame.function),
    average,
    moreObjects,
  );
  const spread = stackCount > 1 ? ` It is spread over ${stackCount} stacks; the one that grew most is shown.` : "";
  if (cache === undefined) return { ...words, explanation: words.explanation + spread + shapeWords(shape) };
  return {
    explanation:
      `The memory passes through ${cache.name}, ` +
      (cache.bounded
        ? "which has a limit: likely it is still filling up."
        : "whose entries expire: likely it is in heavy use.") +
      spread +
      shapeWords(shape),
    advice: "Sample again later: a cache levels off. If it does not, look at its limit and at what it keeps.",
  };
}

function goroutineFindings(
  stacks: StackSeries | undefined,
  total: Float64Array | undefined,
  grown: readonly GrownGoroutines[],
): readonly Finding[] {
  if (stacks === undefined || total === undefined) return [];
  const found = grown.reduce((sum, { counts }) => sum + growthOf(counts), 0);
  const whole = Math.max(found, growthOf(total));
  return grown.map((each): Finding => {
    const stack = namedStack(stacks, each.frames);
    const callees = stack.slice(0, each.blamed + 1).map((frame) => frame.function);
    const words = goroutineWords(each.waitsIn === undefined ? callees : [each.waitsIn, ...callees]);
    return {
      kind: "goroutine",
      ...numbersOfTrend(each),
      ...stack[each.blamed],
      stack,
      sampleType: "goroutine",
      share: share(growthOf(each.counts), whole),
      first: each.counts[0],
      last: each.counts[each.counts.length - 1],
      series: Array.from(each.counts),
      explanation: words.explanation + shapeWords(each.shape),
      advice: words.advice,
    };
  });
}

const numbersOfTrend = ({ level, slopePerMinute, z, dz }: Grown | GrownGoroutines) => ({
  level,
  slopePerMinute,
  z,
  dz,
});

/** Nothing but caches with a limit: they explain the growth. Beside other growth they belong to the picture. */
function split(grown: readonly Grown[]): { readonly accused: readonly Grown[]; readonly explained: readonly Grown[] } {
  return grown.every(({ cache }) => cache?.bounded === true)
    ? { accused: [], explained: grown }
    : { accused: grown, explained: [] };
}

function shapeWords(shape: Shape): string {
  if (shape === "mostly-one-step") return " It rose mostly in one step.";
  if (shape === "doubling")
    return " It rose in steps with longer and longer silences between, as a map or slice does that only grows.";
  return shape === "slowing" ? " It has been slowing down." : "";
}

function namedStack(stacks: StackSeries, frames: readonly SeriesFrame[]): readonly StackFrame[] {
  return frames.map((frame) => ({
    function: stacks.functionName[stacks.frameFunction[frame]],
    file: stacks.frameFile[frame],
    line: stacks.frameLine[frame],
  }));
}

function bySureness(a: Finding, b: Finding): number {
  if (a.level !== b.level) return a.level === "confirmed" ? -1 : 1;
  return b.share - a.share || b.dz - a.dz;
}

function numbersOf(snapshot: Snapshot): SnapshotNumbers {
  const { heap, goroutine } = snapshot;
  const inuseSpace = heap && sampleTypeTotal(heap, "inuse_space");
  const goroutines = goroutine && sampleTypeTotal(goroutine, goroutine.sampleTypes[0]?.type ?? "");
  const sampleRate = heap && heapSampleRate(heap);
  return {
    ...(sampleRate !== undefined && { sampleRate }),
    ...(goroutines !== undefined && { goroutines }),
    ...numbersAlone(snapshot),
    ...(inuseSpace !== undefined && { inuseSpace }),
  };
}

/** The same profile twice, byte for byte of the same moment, is one reading. */
function withoutCopies(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  let before: Snapshot | undefined;
  return snapshots.filter((snapshot) => {
    const copy =
      before?.heap !== undefined &&
      snapshot.heap !== undefined &&
      snapshot.heap.timeNanos !== 0n &&
      before.heap.timeNanos === snapshot.heap.timeNanos &&
      sameReading(before.heap, snapshot.heap);
    if (!copy) before = snapshot;
    return !copy;
  });
}

function seriesOfKind(snapshots: readonly Snapshot[], pick: (snapshot: Snapshot) => Profile | undefined) {
  const profiles: Profile[] = [];
  const times: number[] = [];
  for (const snapshot of snapshots) {
    const profile = pick(snapshot);
    if (profile === undefined) continue;
    profiles.push(profile);
    times.push(snapshot.atMs);
  }
  return { profiles, times };
}

/** Snapshots without profiles can still tell of growth outside the heap. */
function measuredPoints(numbers: readonly SnapshotNumbers[]): number {
  return numbers.filter(
    ({ rss, sys, heapInuse, heapAlloc }) => (rss ?? sys) !== undefined && (heapInuse ?? heapAlloc) !== undefined,
  ).length;
}

const samplingOff = (snapshots: readonly Snapshot[]): boolean =>
  snapshots.length > 0 && snapshots.every(({ sampleRate }) => sampleRate === 0);

function restartNote(all: readonly Snapshot[], restart: number): readonly Note[] {
  if (restart === 0) return [];
  return [
    {
      code: "restarted",
      message: `The program was started anew before snapshot ${restart + 1} of ${all.length} (what was ever allocated fell): only the snapshots from there on are judged.`,
    },
  ];
}

function copiesNote(copies: number): readonly Note[] {
  if (copies === 0) return [];
  return [
    { code: "equal-snapshots", message: `${copies} of the profiles are copies of another one and were left out.` },
  ];
}

function fewSnapshotsNote(judged: number, heap: HeapGrowth | undefined): readonly Note[] {
  if (judged >= MIN_SNAPSHOTS) return [];
  const leading = heap === undefined || heap.stacks.length < 2 ? [] : leadingStacks(heap.stacks, CANDIDATES_TOLD);
  const names = leading.map((frames) => {
    const stack = namedStack((heap as HeapGrowth).stacks, frames);
    const { function: name, file, line } = stack[blameIndex(stack)];
    return `${name} (${file}:${line})`;
  });
  const candidates = names.length > 0 ? ` So far most growth is at ${[...new Set(names)].join("; ")}.` : "";
  return [
    {
      code: "few-snapshots",
      message: `${judged} snapshot${judged === 1 ? "" : "s"} cannot show a trend: take at least ${MIN_SNAPSHOTS}, better 8, some 5 to 60 seconds apart.${candidates}`,
    },
  ];
}

function profilersOwnNote(heap: HeapGrowth | undefined): readonly Note[] {
  if (heap === undefined || heap.profilersOwn < TELL_PROFILERS_OWN) return [];
  return [
    {
      code: "profilers-own",
      message: `Profiling and tracing themselves grew by ${amount(heap.profilersOwn, "bytes")} (runtime/pprof, runtime/trace); this is not counted.`,
    },
  ];
}

function steppedNote(heap: HeapGrowth | undefined): readonly Note[] {
  if (heap === undefined || heap.stepped.length === 0) return [];
  const told = heap.stepped.slice(0, CANDIDATES_TOLD).map(({ frames, first, last }) => {
    const stack = namedStack(heap.stacks, frames);
    const { function: name, file, line } = stack[blameIndex(stack)];
    return `${name} (${file}:${line}) from ${amount(first, "bytes")} to ${amount(last, "bytes")}`;
  });
  return [
    {
      code: "stepped",
      message: `This rose in one step, as a map or slice does that doubles when it is full: ${told.join("; ")}. One step is no trend: sample for several times as long to see whether it goes on.`,
    },
  ];
}

/** Whether more snapshots could turn a suspicion into certainty, or clear it. */
export function isUndecided({ findings, notes }: Diagnosis): boolean {
  return findings.some(({ level }) => level === "suspect") || notes.some(({ code }) => code === "stepped");
}

function cacheNotes(grown: readonly Grown[], heap: HeapGrowth | undefined): readonly Note[] {
  if (heap === undefined) return [];
  return grown.map(({ cache, frames, functionAt, bytes }) => {
    const stack = namedStack(heap.stacks, frames);
    const { function: name } = stack[functionAt ?? blameIndex(stack)];
    const end = cache?.bounded === true ? "it has a limit, so this is likely not a leak." : "its entries expire.";
    return {
      code: "known-cache",
      message: `${name} grew by ${amount(growthOf(bytes), "bytes")} through ${cache?.name ?? "a cache"}: ${end}`,
    };
  });
}

function lastSum(stacks: StackSeries, measure: number): number {
  const column = stacks.values[measure] ?? new Float64Array();
  let sum = 0;
  for (let i = stacks.length - 1; i < column.length; i += stacks.length) sum += column[i];
  return sum;
}
const share = (part: number, whole: number): number => (whole > 0 ? Math.max(0, Math.min(1, part / whole)) : 0);
