/**
 * The visible tree: the part of the call tree that a screen can show, and nothing else.
 *
 * A node is drawn when it is at least `minShare` of what is shown and the budget of frames is not used up,
 * widest first over the whole picture. What is left of each parent's children is one placeholder with
 * their number and sum. A tree of a million nodes therefore costs what a thousand frames cost.
 *
 * Widths are sums of sizes, values are signed sums: in a diff, a branch that shrank inside one that grew
 * still takes its place. Without negative weights both are the same.
 */
import type { FrameIndex, Frames, Stacks } from "./frames.js";
import { mergedByStack, StackOrder, type StackRange } from "./stack-order.js";
import type { Weights } from "./weights.js";

export type { StackRange } from "./stack-order.js";

export interface FlameLimits {
  /** Nodes narrower than this part of the zoomed node (0 to 1) are not drawn; 1 / pixels for one pixel. */
  readonly minShare: number;
  /** Frames drawn at most, placeholders not counted. */
  readonly maxFrames: number;
}

const DEFAULT_LIMITS: FlameLimits = { minShare: 1 / 1600, maxFrames: 1000 };

/** `FlameLayout.frame` of the root, and of a placeholder. */
export const ROOT_FRAME: FrameIndex = -1;
export const SMALLER: FrameIndex = -2;

/** Rows are drawn frames, parents before children; row 0 is what was zoomed to. */
export interface FlameLayout {
  readonly count: number;
  readonly frame: Int32Array; // FrameIndex, ROOT_FRAME or SMALLER
  readonly parent: Int32Array; // row; 0 for row 0
  /** 0 is the root of all stacks; the zoomed row may be deeper. */
  readonly depth: Uint32Array;
  /** Signed sum of the weights below. */
  readonly value: Float64Array;
  /** Signed sum of the stacks that end here. */
  readonly self: Float64Array;
  /** Where the frame starts, in units of width, from the start of row 0. */
  readonly left: Float64Array;
  /** Sum of the weights' sizes: how wide the frame is. */
  readonly width: Float64Array;
  /** Of a placeholder: how many frames it stands for; else 0. */
  readonly smaller: Uint32Array;
  /** The samples of row `i` are `samples.order[from[i] .. to[i])`: zoom by laying out `rangeOf(layout, i)`. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
}

/** A picture that can be laid out again and again, at any zoom. */
export interface Flame {
  readonly samples: StackOrder;
  readonly frameCount: number;
  readonly root: StackRange;
}

/** Prepares a flame graph of stacks (or of `inverted(stacks)`). */
export function flameOf(frames: Frames, stacks: Stacks, weights: Weights): Flame {
  const merged = weights.some((weight) => weight < 0) ? mergedByStack(stacks, weights) : weights;
  const samples = new StackOrder(stacks, merged, frames.count);
  return { samples, frameCount: frames.count, root: samples.root };
}

/** What a zoom to row `row` shows. */
export function rangeOf(layout: FlameLayout, row: number): StackRange {
  return { from: layout.from[row], to: layout.to[row], depth: layout.depth[row] };
}

/** Lays out one node and what is below it. `zoom` is the root or a range of an earlier layout of this flame. */
export function layOut(
  flame: Flame,
  limits: FlameLimits = DEFAULT_LIMITS,
  zoom: StackRange = flame.root,
  zoomFrame: FrameIndex = ROOT_FRAME,
): FlameLayout {
  const { samples } = flame;
  const rows = new Rows();
  let value = 0;
  let width = 0;
  for (let i = zoom.from; i < zoom.to; i++) {
    value += samples.weightAt(i);
    width += Math.abs(samples.weightAt(i));
  }
  const narrowest = Math.max(width * limits.minShare, Number.MIN_VALUE);
  const candidates = new Candidates();
  candidates.add({ ...zoom, frame: zoomFrame, parent: 0, value, left: 0, width, rank: 0 });
  let next: Candidate | undefined;
  const unseen: Candidate[] = [];
  while ((next = candidates.takeWidest()) !== undefined) {
    if (rows.frame.length >= limits.maxFrames && rows.frame.length > 0) {
      unseen.push(next);
      continue;
    }
    const row = rows.add(next, 0);
    const groups = samples.split(next.from, next.to, next.depth, next.value, next.width);
    rows.self[row] = groups.selfValue;
    let left = next.left;
    const small: Candidate = emptyRest(row, next.depth + 1);
    for (let group = 0; group < groups.count; group++) {
      const child: Candidate = {
        frame: groups.frame[group],
        parent: row,
        depth: next.depth + 1,
        value: groups.value[group],
        left,
        width: groups.width[group],
        from: groups.from[group],
        to: groups.from[group + 1],
        rank: group,
      };
      left += child.width;
      if (child.width >= narrowest) candidates.add(child);
      else include(small, child);
    }
    rows.rest[row] = small;
  }
  for (const candidate of unseen) include(rows.rest[candidate.parent], candidate);
  for (const rest of rows.rest.slice()) if (rest.rank > 0) rows.add(rest, rest.rank);
  return rows.finish();
}

interface Candidate extends StackRange {
  frame: FrameIndex;
  parent: number;
  depth: number;
  value: number;
  left: number;
  width: number;
  from: number;
  to: number;
  /** Place among its siblings, widest first; of a rest: how many frames it stands for. */
  rank: number;
}

function emptyRest(parent: number, depth: number): Candidate {
  return { frame: SMALLER, parent, depth, value: 0, left: Infinity, width: 0, from: Infinity, to: 0, rank: 0 };
}

/** Siblings come widest first, so what is left of them is always one contiguous range. */
function include(rest: Candidate, child: Candidate): void {
  rest.value += child.value;
  rest.width += child.width;
  rest.left = Math.min(rest.left, child.left);
  rest.from = Math.min(rest.from, child.from);
  rest.to = Math.max(rest.to, child.to);
  rest.rank++;
}

/** A binary heap: the widest candidate first; siblings of equal width in their order. */
class Candidates {
  readonly #heap: Candidate[] = [];

  add(candidate: Candidate): void {
    const heap = this.#heap;
    let at = heap.push(candidate) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!before(heap[at], heap[up])) break;
      [heap[at], heap[up]] = [heap[up], heap[at]];
      at = up;
    }
  }

  takeWidest(): Candidate | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    heap[0] = last;
    for (let at = 0; ;) {
      let widest = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && before(heap[child], heap[widest])) widest = child;
      }
      if (widest === at) return top;
      [heap[at], heap[widest]] = [heap[widest], heap[at]];
      at = widest;
    }
  }
}

function before(a: Candidate, b: Candidate): boolean {
  return a.width > b.width || (a.width === b.width && (a.depth < b.depth || (a.depth === b.depth && a.from < b.from)));
}

class Rows {
  readonly frame: FrameIndex[] = [];
  readonly parent: number[] = [];
  readonly depth: number[] = [];
  readonly value: number[] = [];
  readonly self: number[] = [];
  readonly left: number[] = [];
  readonly width: number[] = [];
  readonly smaller: number[] = [];
  readonly from: number[] = [];
  readonly to: number[] = [];
  /** By row: its children that are not drawn. */
  readonly rest: Candidate[] = [];

  add(candidate: Candidate, smaller: number): number {
    this.frame.push(candidate.frame);
    this.parent.push(candidate.parent);
    this.depth.push(candidate.depth);
    this.value.push(candidate.value);
    this.self.push(0);
    this.left.push(candidate.left);
    this.width.push(candidate.width);
    this.smaller.push(smaller);
    this.from.push(candidate.from);
    this.to.push(candidate.to);
    return this.frame.length - 1;
  }

  finish(): FlameLayout {
    return {
      count: this.frame.length,
      frame: Int32Array.from(this.frame),
      parent: Int32Array.from(this.parent),
      depth: Uint32Array.from(this.depth),
      value: Float64Array.from(this.value),
      self: Float64Array.from(this.self),
      left: Float64Array.from(this.left),
      width: Float64Array.from(this.width),
      smaller: Uint32Array.from(this.smaller),
      from: Uint32Array.from(this.from),
      to: Uint32Array.from(this.to),
    };
  }
}
