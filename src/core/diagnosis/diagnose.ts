/**
 * The diagnosis: snapshots in, verdict, findings and notes out. Whoever took the snapshots, this judges them.
 */
import { withLeakVerdicts } from "./diagnosed-leaks.js";
import { CallerEvidence } from "./caller-evidence.js";
import {
  cacheNotes,
  copiesNote,
  descriptorsNote,
  fewSnapshotsNote,
  profilersOwnNote,
  restartNote,
  steppedNote,
} from "./diagnosis-notes.js";
import type {
  Diagnosis,
  Finding,
  FunctionBalance,
  OutsideGrowth,
  Snapshot,
  SnapshotNumbers,
  Verdict,
} from "./diagnosis.js";
import { goroutineGrowth, isGoroutineProfile } from "./growth/goroutine-growth.js";
import { RUNS_FINALIZERS } from "../goroutines/leak-pattern.js";
import { goroutinesAgainstAllocations } from "./goroutines-against-allocations.js";
import { MAX_DZ, MIN_SNAPSHOTS } from "./growth/growth-judgement.js";
import { type Grown, heapGrowth, type HeapGrowth } from "./growth/growth.js";
import { goroutineFindings, heapFindings } from "./grown-findings.js";
import { heapSampleRate, isHeapProfile, SAMPLES } from "../profile/heap-measures.js";
import { blameRequests } from "./http-connections.js";
import { borneOut } from "./growth/late-recording.js";
import { borneOutByHeap } from "./growth/borne-out.js";
import { growingThreads } from "./growing-threads.js";
import { growthOutsideHeap } from "./outside-heap.js";
import { outsideNotes } from "./report/outside-text.js";
import { blameCallers } from "./owned-findings.js";
import type { Profile } from "../profile/profile.js";
import { numbersAlone } from "./snapshot-numbers.js";
import type { StackSeries } from "../profile/stack-series.js";
import { growthOf } from "./growth/trend.js";
import {
  clockIsDoubtful,
  doubts,
  isSamplingOff,
  lastRateChange,
  lastRestart,
  rateOf,
  sameReading,
  sampleTypeTotal,
} from "./trust.js";
import { onePerPlace } from "./one-per-place.js";
import { unclearGrowth } from "./unclear-growth.js";
import { unseen } from "./unseen-growth.js";
import { wholeHeap } from "./whole-heap.js";

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
  const lived = numbers.slice(restart);
  const outside = growthOutsideHeap(lived);

  const doubtful = doubts(life, heap && lastSum(heap.stacks, SAMPLES));
  const { accused, explained } = heap ? split(heap.grown) : { accused: [], explained: [] };
  const growing = [
    ...heapFindings(heap, accused),
    ...goroutineFindings(grownGoroutines?.stacks, grownGoroutines?.total, grownGoroutines?.grown ?? []),
  ];
  const late = borneOut(growing, lived);
  const sure = borneOutByHeap(
    late.findings,
    lived,
    living.map(rateOf).findLast((rate) => rate !== undefined),
  );
  const leaked = all.findLast((snapshot) => snapshot.leaked !== undefined)?.leaked;
  const dump = all.findLast((snapshot) => snapshot.dump !== undefined)?.dump;
  const withVerdicts = withLeakVerdicts(
    sure.findings.map((finding) => (clockIsDoubtful(doubtful) ? { ...finding, level: "suspect" as const } : finding)),
    goroutines.profiles,
    goroutines.times,
    leaked,
  );
  const callers = new CallerEvidence(heaps.profiles, goroutines.profiles, dump);
  const blamed = blameRequests(blameCallers(withVerdicts, callers), heaps.profiles, goroutines.profiles);
  const placed = onePerPlace(blamed);
  const isOff = samplingOff(living);
  const whole = wholeHeap(
    lived,
    isOff ? undefined : heap,
    heaps.times,
    { findings: placed, explained: explainedGrowth(heap, explained), outside: outside?.outside ?? 0 },
    () => unseen(living, isOff ? undefined : heap),
  );
  const findings = [...placed, ...whole.findings, ...growingThreads(lived, placed)].toSorted(bySureness);
  const judged = Math.max(heaps.profiles.length, goroutines.profiles.length, heapPoints(lived), measuredPoints(lived));

  const seen = verdictOf(findings, outside, judged, isOff && heapPoints(lived) < MIN_SNAPSHOTS);
  const isToldOf = whole.notes.length > 0 || explained.length > 0 || (heap?.stepped.length ?? 0) > 0;
  const unclear =
    seen === "no-growth" && !isToldOf ? unclearGrowth(lived, isOff ? undefined : heap, heaps.times) : undefined;

  return {
    target,
    snapshots: numbers,
    verdict: unclear === undefined ? seen : "not-enough-data",
    findings,
    ...(outside && { outside }),
    ...(heap &&
      grownGoroutines && { functions: goroutinesAgainstAllocations(living).filter(grew).slice(0, FUNCTIONS_TOLD) }),
    notes: [
      ...restartNote(all, restart),
      ...copiesNote(all.length - restart - life.length),
      ...fewSnapshotsNote(judged, heap),
      ...outsideNotes(outside, lived),
      ...profilersOwnNote(heap),
      ...descriptorsNote(heap),
      ...steppedNote(heap),
      ...whole.notes,
      ...cacheNotes(explained, heap),
      ...cacheNotes(
        accused.filter(({ cache }) => cache !== undefined),
        heap,
      ),
      ...late.notes,
      ...sure.notes,
      ...(unclear === undefined ? [] : [unclear]),
      ...doubtful.filter(({ code }) => code !== "few-samples" || !findings.some(isExact)),
    ],
  };
}

/** Objects so large that none is missed need no great number of samples. */
const isExact = ({ kind, dz }: Finding): boolean => OF_STACKS.has(kind) && dz >= MAX_DZ;
const OF_STACKS: ReadonlySet<Finding["kind"]> = new Set(["heap-stack", "heap-function"]);

/** What is told in notes explains growth of the heap as well as what is accused does. */
function explainedGrowth(heap: HeapGrowth | undefined, caches: readonly Grown[]): number {
  const ofCaches = caches.reduce((sum, { bytes }) => sum + growthOf(bytes), 0);
  return Math.max(0, heap?.profilersOwn ?? 0) + Math.max(0, heap?.descriptors ?? 0) + ofCaches;
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

/** Nothing but caches with a limit: they explain the growth. Beside other growth they belong to the picture. */
function split(grown: readonly Grown[]): { readonly accused: readonly Grown[]; readonly explained: readonly Grown[] } {
  return grown.every(({ cache }) => cache?.bounded === true)
    ? { accused: [], explained: grown }
    : { accused: grown, explained: [] };
}

/** A blocked finalizer comes first: it keeps the memory of others alive. */
const holdsFinalizers = ({ stack }: Finding): boolean => stack.some((frame) => RUNS_FINALIZERS.test(frame.function));

function bySureness(a: Finding, b: Finding): number {
  if (holdsFinalizers(a) !== holdsFinalizers(b)) return holdsFinalizers(a) ? -1 : 1;
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

/** Snapshots that say how large the heap is, whatever its profile shows. */
function heapPoints(numbers: readonly SnapshotNumbers[]): number {
  return numbers.filter(({ heapInuse, heapAlloc }) => (heapInuse ?? heapAlloc) !== undefined).length;
}

const samplingOff = (snapshots: readonly Snapshot[]): boolean => snapshots.length > 0 && snapshots.every(isSamplingOff);

const UNDECIDED: ReadonlySet<string> = new Set(["stepped", "cannot-tell-yet"]);

/** Whether more snapshots could turn a suspicion into certainty, or clear it. */
export function isUndecided({ findings, notes }: Diagnosis): boolean {
  return findings.some(({ level }) => level === "suspect") || notes.some(({ code }) => UNDECIDED.has(code));
}

/** Of all stacks, at the last snapshot. */
function lastSum(stacks: StackSeries, measure: number): number {
  const column = stacks.values[measure] ?? new Float64Array();
  let sum = 0;
  for (let i = stacks.length - 1; i < column.length; i += stacks.length) sum += column[i];
  return sum;
}
