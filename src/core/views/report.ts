/**
 * Reports as tables: top (flat and cumulative costs), peek (callers and callees) and list (costs by source line).
 *
 * Everything is one scan over the samples. A frame that a stack holds several times (recursion) counts once
 * in its cumulative cost, and so does an edge: a stamp per frame remembers the last sample that counted it.
 */
import { type FrameIndex, type Frames, onlyFrames, type Stacks } from "../profile/frames.js";
import type { Profile } from "../profile/profile.js";
import type { Weights } from "../profile/weights.js";

/** One value per frame, in the unit of the weights. */
export interface Costs {
  /** Spent in the frame itself: it was the leaf. */
  readonly flat: Float64Array;
  /** Spent in the frame or below it. */
  readonly cum: Float64Array;
}

export type SortKey = "flat" | "cum";

/** Flat and cumulative cost of every frame. */
export function costsOf(profile: Profile, frames: Frames, weights: Weights): Costs {
  const { count, stackStart, stack } = profile.samples;
  const { start, list } = frames;
  const only = onlyFrames(frames);
  const flat = new Float64Array(frames.count);
  const cum = new Float64Array(frames.count);
  const countedIn = new Uint32Array(frames.count); // sample + 1
  for (let sample = 0; sample < count; sample++) {
    const weight = weights[sample];
    if (weight === 0) continue;
    const to = stackStart[sample + 1];
    let leaf = -1;
    for (let i = stackStart[sample]; i < to; i++) {
      const location = stack[i];
      const single = only[location];
      const last = single >= 0 ? 1 : start[location + 1];
      for (let row = single >= 0 ? 0 : start[location]; row < last; row++) {
        const frame = single >= 0 ? single : list[row];
        if (leaf < 0) leaf = frame;
        if (countedIn[frame] === sample + 1) continue;
        countedIn[frame] = sample + 1;
        cum[frame] += weight;
      }
    }
    if (leaf >= 0) flat[leaf] += weight;
  }
  return { flat, cum };
}

/** The same from stacks that are there already, as in a viewer: half the memory to look at. */
export function costsOfStacks(frames: Frames, { start, frame }: Stacks, weights: Weights): Costs {
  const flat = new Float64Array(frames.count);
  const cum = new Float64Array(frames.count);
  const countedIn = new Uint32Array(frames.count); // sample + 1
  for (let sample = 0; sample < weights.length; sample++) {
    const weight = weights[sample];
    const to = start[sample + 1];
    if (weight === 0 || to === start[sample]) continue;
    for (let i = start[sample]; i < to; i++) {
      const at = frame[i];
      if (countedIn[at] === sample + 1) continue;
      countedIn[at] = sample + 1;
      cum[at] += weight;
    }
    flat[frame[to - 1]] += weight;
  }
  return { flat, cum };
}

/**
 * The frames that cost anything, most expensive first; ties by the other cost, then by name.
 * Costs below zero (a diff) rank by their size.
 */
export function ranked(frames: Frames, costs: Costs, by: SortKey): FrameIndex[] {
  const { flat, cum } = costs;
  const first = by === "flat" ? flat : cum;
  const second = by === "flat" ? cum : flat;
  const rows: FrameIndex[] = [];
  for (let frame = 0; frame < frames.count; frame++) if (flat[frame] !== 0 || cum[frame] !== 0) rows.push(frame);
  return rows.sort(
    (a, b) =>
      Math.abs(first[b]) - Math.abs(first[a]) ||
      Math.abs(second[b]) - Math.abs(second[a]) ||
      compareText(frames.name[a], frames.name[b]) ||
      compareText(frames.file[a], frames.file[b]) ||
      frames.line[a] - frames.line[b],
  );
}

export interface Neighbour {
  readonly frame: FrameIndex;
  readonly value: number;
}

export interface Peek {
  readonly frame: FrameIndex;
  readonly flat: number;
  readonly cum: number;
  /** Who calls it, and what of its cost came that way; most expensive first. */
  readonly callers: readonly Neighbour[];
  readonly callees: readonly Neighbour[];
}

/** Callers and callees of the frames for which `matches` is true, most expensive frame first. */
export function peekOf(profile: Profile, frames: Frames, weights: Weights, matches: (frame: FrameIndex) => boolean) {
  const wanted = new Uint8Array(frames.count);
  for (let frame = 0; frame < frames.count; frame++) wanted[frame] = matches(frame) ? 1 : 0;
  const edges = edgesOf(profile, frames, weights, wanted);
  const costs = costsOf(profile, frames, weights);
  const callers = new Map<FrameIndex, Neighbour[]>();
  const callees = new Map<FrameIndex, Neighbour[]>();
  const add = (to: Map<FrameIndex, Neighbour[]>, key: FrameIndex, neighbour: Neighbour) => {
    const list = to.get(key);
    if (list) list.push(neighbour);
    else to.set(key, [neighbour]);
  };
  for (const { caller, callee, value } of edges) {
    if (value === 0) continue; // a diff in which it cancelled
    if (wanted[callee]) add(callers, callee, { frame: caller, value });
    if (wanted[caller]) add(callees, caller, { frame: callee, value });
  }
  const byCost = (a: Neighbour, b: Neighbour) =>
    Math.abs(b.value) - Math.abs(a.value) || compareText(frames.name[a.frame], frames.name[b.frame]);
  return ranked(frames, costs, "flat")
    .filter((frame) => wanted[frame])
    .map((frame): Peek => ({
      frame,
      flat: costs.flat[frame],
      cum: costs.cum[frame],
      callers: (callers.get(frame) ?? []).sort(byCost),
      callees: (callees.get(frame) ?? []).sort(byCost),
    }));
}

interface Edge {
  readonly caller: FrameIndex;
  readonly callee: FrameIndex;
  value: number;
  countedIn: number; // sample + 1
}

/** All calls from or to a wanted frame; a call of a frame to itself is not an edge. */
function edgesOf(profile: Profile, frames: Frames, weights: Weights, wanted: Uint8Array): Iterable<Edge> {
  const { count, stackStart, stack } = profile.samples;
  const { start, list } = frames;
  const edges = new Map<number, Edge>();
  for (let sample = 0; sample < count; sample++) {
    const weight = weights[sample];
    if (weight === 0) continue;
    let callee = -1;
    for (let i = stackStart[sample]; i < stackStart[sample + 1]; i++) {
      const location = stack[i];
      for (let row = start[location]; row < start[location + 1]; row++) {
        const caller = list[row];
        if (callee >= 0 && callee !== caller && (wanted[caller] || wanted[callee])) {
          const key = caller * frames.count + callee;
          let edge = edges.get(key);
          if (!edge) edges.set(key, (edge = { caller, callee, value: 0, countedIn: 0 }));
          if (edge.countedIn !== sample + 1) {
            edge.countedIn = sample + 1;
            edge.value += weight;
          }
        }
        callee = caller;
      }
    }
  }
  return edges.values();
}

interface ListedLine {
  readonly function: string;
  readonly line: number;
  readonly flat: number;
  readonly cum: number;
}

export interface ListedFile {
  readonly file: string;
  /** By line; a line that belongs to several functions (a closure on it) has one row for each. */
  readonly lines: readonly ListedLine[];
}

/** Costs of the source lines of the functions that match; `frames` must be of granularity "line". */
export function listOf(frames: Frames, costs: Costs, matches: (functionName: string) => boolean): ListedFile[] {
  const files = new Map<string, ListedLine[]>();
  for (let frame = 0; frame < frames.count; frame++) {
    const flat = costs.flat[frame];
    const cum = costs.cum[frame];
    if ((flat === 0 && cum === 0) || !matches(frames.name[frame])) continue;
    const row: ListedLine = { function: frames.name[frame], line: frames.line[frame], flat, cum };
    const lines = files.get(frames.file[frame]);
    if (lines) lines.push(row);
    else files.set(frames.file[frame], [row]);
  }
  return [...files]
    .sort(([a], [b]) => compareText(a, b))
    .map(([file, lines]) => ({
      file,
      lines: lines.sort((a, b) => a.line - b.line || compareText(a.function, b.function)),
    }));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
