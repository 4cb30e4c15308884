/**
 * One goroutine on the time line: when it ran, waited for a processor, was blocked, was in a system call. From the runs
 * of all processors, for what it did between two of them stands with the second: where it goes on, and who woke it.
 */
import type { AnalysedTrace } from "../read-trace.js";
import { SYSCALLS, type WakingRow, AFTER_SYSCALL, GAVE_WAY } from "../wakings.js";
import type { SeenPart } from "./picture.js";
import type { Timeline } from "./timeline.js";

export type LineState = number;
export const LINE_RUNNING: LineState = 0;
export const LINE_RUNNABLE: LineState = 1;
const LINE_WAITING: LineState = 2;
const LINE_SYSCALL: LineState = 3;

/** Ordered by time; each begins where, or after, the one before ends. Nanoseconds since the beginning of the trace. */
export interface GoroutineLine {
  readonly goroutine: number;
  readonly kind: number;
  readonly fromNs: Float64Array;
  readonly toNs: Float64Array;
  readonly state: Uint8Array;
  /** Of the run that the row is, or leads to: a row of `Wakings`, -1 where there is none. */
  readonly waking: Int32Array;
  /** The processor; -1 for states that hold none. */
  readonly proc: Int32Array;
}

/** Undefined where the goroutine never ran. `whole` is known once the trace was read to its end. */
export function goroutineLine(
  timeline: Timeline,
  { wakings }: AnalysedTrace["analysis"],
  goroutine: number,
  whole: AnalysedTrace | undefined,
): GoroutineLine | undefined {
  const runs = runsOf(timeline, goroutine);
  if (runs.length === 0) return undefined;
  const rows: Row[] = [];
  let leftAtNs: number | undefined;
  for (const run of runs) {
    const runnableNs = run.startNs - run.waitNs;
    const other = run.waking < 0 ? GAVE_WAY : wakings.pairs.second[run.waking];
    const wasCreated = leftAtNs === undefined && run.waking >= 0 && wakings.reason[run.waking] === 0;
    if (leftAtNs === undefined && !wasCreated && other >= 0) leftAtNs = 0; // it waited when the trace began
    if (leftAtNs !== undefined && runnableNs > leftAtNs) {
      const state = other === SYSCALLS || other === AFTER_SYSCALL ? LINE_SYSCALL : LINE_WAITING;
      rows.push({ fromNs: leftAtNs, toNs: runnableNs, state, waking: run.waking, proc: -1 });
    }
    if (run.waitNs > 0) {
      rows.push({ fromNs: runnableNs, toNs: run.startNs, state: LINE_RUNNABLE, waking: run.waking, proc: -1 });
    }
    leftAtNs = run.startNs + run.ns;
    rows.push({ fromNs: run.startNs, toNs: leftAtNs, state: LINE_RUNNING, waking: run.waking, proc: run.proc });
  }
  const still = whole?.waiting.find((waiting) => waiting.goroutine === goroutine);
  if (still !== undefined && whole !== undefined && leftAtNs! < whole.durationNs) {
    rows.push({ fromNs: leftAtNs!, toNs: whole.durationNs, state: LINE_WAITING, waking: -1, proc: -1 });
  }
  return {
    goroutine,
    kind: runs[0].kind,
    fromNs: Float64Array.from(rows, (row) => row.fromNs),
    toNs: Float64Array.from(rows, (row) => row.toNs),
    state: Uint8Array.from(rows, (row) => row.state),
    waking: Int32Array.from(rows, (row) => row.waking),
    proc: Int32Array.from(rows, (row) => row.proc),
  };
}

interface Row {
  readonly fromNs: number;
  readonly toNs: number;
  readonly state: LineState;
  readonly waking: WakingRow;
  readonly proc: number;
}

interface Run {
  readonly startNs: number;
  readonly ns: number;
  readonly waitNs: number;
  readonly waking: WakingRow;
  readonly kind: number;
  readonly proc: number;
}

/** More than can be told apart; a goroutine that ran oftener is shown up to there. */
const MAX_RUNS = 1_000_000;

function runsOf(timeline: Timeline, goroutine: number): Run[] {
  const id = goroutine >>> 0;
  const found: Run[] = [];
  for (const { proc, runs } of timeline.processors.values()) {
    for (const chunk of runs.chunks) {
      const ids = chunk.goroutine;
      for (let at = ids.indexOf(id); at >= 0 && at < chunk.count; at = ids.indexOf(id, at + 1)) {
        const [startNs, kind] = [chunk.baseNs + chunk.start[at], chunk.kind[at]];
        found.push({ startNs, ns: chunk.ns[at], waitNs: chunk.waitNs[at], waking: chunk.waking[at], kind, proc });
        if (found.length >= MAX_RUNS) return found.sort((a, b) => a.startNs - b.startNs);
      }
    }
  }
  return found.sort((a, b) => a.startNs - b.startNs);
}

/** Its states in pixels; of several within a pixel the longest is drawn. */
export interface GoroutinePicture {
  readonly from: Float32Array;
  readonly to: Float32Array;
  readonly state: Uint8Array;
}

export function goroutinePicture(line: GoroutineLine, { fromNs, toNs, width }: SeenPart): GoroutinePicture {
  const pixelsPerNs = width / (toNs - fromNs);
  const from: number[] = [];
  const to: number[] = [];
  const state: number[] = [];
  let longest = 0;
  for (let row = firstRowEndingAfter(line, fromNs); row < line.fromNs.length && line.fromNs[row] < toNs; row++) {
    const left = Math.max(0, (line.fromNs[row] - fromNs) * pixelsPerNs);
    const right = Math.min(width, (line.toNs[row] - fromNs) * pixelsPerNs);
    const pixel = Math.floor(left);
    const last = from.length - 1;
    if (right - left < 1 && last >= 0 && from[last] === pixel && to[last] === pixel + 1) {
      if (right - left <= longest) continue;
      longest = right - left;
      state[last] = line.state[row];
      continue;
    }
    longest = right - left;
    from.push(longest < 1 ? pixel : left);
    to.push(longest < 1 ? pixel + 1 : right);
    state.push(line.state[row]);
  }
  return { from: Float32Array.from(from), to: Float32Array.from(to), state: Uint8Array.from(state) };
}

/** The row that lasts at a moment, or the next one; the count of rows where none does. */
export function firstRowEndingAfter({ toNs }: GoroutineLine, timeNs: number): number {
  let low = 0;
  let high = toNs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (toNs[middle] > timeNs) high = middle;
    else low = middle + 1;
  }
  return low;
}
