/**
 * Does the number of threads of the system grow? The kernel counts them, and Go makes one for each goroutine that is
 * blocked in C or in a system call, or that was locked to its thread; it hardly ever ends one. A program that warms up
 * or once had many such calls at a time has more threads than before, and then no more.
 */
import type { Finding, SnapshotNumbers } from "./diagnosis.js";
import { judgeExact } from "./growth/exact-growth.js";
import { MAX_DZ, MIN_SNAPSHOTS } from "./growth/growth-judgement.js";

/** Fewer threads more, or less than this part more, come with load. */
const MIN_THREADS = 8;
const MIN_PART = 0.5;
/** From so many more on a steady rise is sure. */
const SURE_THREADS = 32;
/** One-sided 0.5%. */
const SURE_Z = 2.58;
/** Goroutines explain the threads when they grew by this part as many. */
const EXPLAINED_PART = 0.8;
const THREADS = "the number of threads";

/** `findings` are those of goroutines and memory; threads are told of beside them. */
export function growingThreads(numbers: readonly SnapshotNumbers[], findings: readonly Finding[]): readonly Finding[] {
  const points = numbers.filter(({ threads }) => threads !== undefined);
  if (points.length < MIN_SNAPSHOTS) return [];
  const values = points.map(({ threads }) => threads ?? 0);
  const [first, last] = [values[0], values[values.length - 1]];
  const trend = judgeExact(
    points.map(({ atMs }) => atMs),
    { values },
    Math.max(MIN_THREADS - 1, MIN_PART * first),
    SURE_Z,
  );
  if (trend === undefined) return [];
  const goroutines = findings
    .filter((finding) => finding.kind === "goroutine" && BLOCKS_A_THREAD.test(leafOf(finding)))
    .map((finding) => finding.last - finding.first);
  const explained = goroutines.some((growth) => growth >= EXPLAINED_PART * (last - first));
  return [
    {
      kind: "threads",
      level: trend.level === "confirmed" && last - first >= SURE_THREADS ? "confirmed" : "suspect",
      function: THREADS,
      file: "",
      line: 0,
      stack: [],
      sampleType: "threads",
      first,
      last,
      slopePerMinute: trend.slopePerMinute,
      z: trend.z,
      dz: MAX_DZ,
      share: 1,
      series: values,
      explanation: `The program had ${first} threads of the system and has ${last}: each goroutine that is blocked in C or in a system call takes one, and so does each that is locked to its thread (runtime.LockOSThread).${explained ? " As many goroutines more are told of beside this." : ""}`,
      advice: explained
        ? "Look at those goroutines first: their threads end, or are used again, when they go on."
        : "Look for goroutines in the state syscall that do not come back (`godiag goroutines`, filter state:syscall), for calls of C that block, and for LockOSThread without UnlockOSThread. Limit how many such calls run at a time.",
    },
  ];
}

const BLOCKS_A_THREAD =
  /^(?:syscall\.|internal\/runtime\/syscall|golang\.org\/x\/sys\/|runtime\.cgocall|_cgo|.*\._C(?:func|2func)_)/;

const leafOf = ({ stack }: Finding): string =>
  stack.find(({ function: name }) => !name.startsWith("runtime.gopark"))?.function ?? "";
