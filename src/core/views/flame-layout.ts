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
import type { FrameIndex, Frames, Stacks } from "../profile/frames.js";
import { RememberedSplits } from "./remembered-splits.js";
import { type Groups, mergedByStack, StackOrder, type StackRange } from "../profile/stack-order.js";
import type { Weights } from "../profile/weights.js";

export type { StackRange } from "../profile/stack-order.js";

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
  readonly samples: RememberedSplits;
  readonly frameCount: number;
  readonly root: StackRange;
}

/** Prepares a flame graph of stacks (or of `inverted(stacks)`). */
export function flameOf(frames: Frames, stacks: Stacks, weights: Weights): Flame {
  const merged = weights.some((weight) => weight < 0) ? mergedByStack(stacks, weights) : weights;
  const samples = new RememberedSplits(new StackOrder(stacks, merged, frames.count));
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
  const { value, width } = samples.sumsOf(zoom);
  const nodes = new Nodes();
  const candidates = new WidestFirst(nodes);
  const drawn: NodeIndex[] = [];
  const self: number[] = [];
  /** By drawn row: the placeholder of its children that are not drawn, or NO_NODE. */
  const rest: NodeIndex[] = [];
  const narrowest = Math.max(width * limits.minShare, Number.MIN_VALUE);
  candidates.add(nodes.add(zoomFrame, 0, zoom.depth, value, 0, width, zoom.from, zoom.to));
  while (candidates.count > 0 && drawn.length < Math.max(1, limits.maxFrames)) {
    const node = candidates.takeWidest();
    const row = drawn.push(node) - 1;
    const depth = nodes.depth[node];
    const groups = samples.split(nodes.from[node], nodes.to[node], depth, nodes.value[node], nodes.width[node]);
    self.push(groups.selfValue);
    rest.push(layOutChildren(groups, nodes, candidates, row, depth + 1, nodes.left[node], narrowest));
  }
  while (candidates.count > 0) {
    const node = candidates.takeWidest();
    const row = nodes.parent[node];
    if (rest[row] === NO_NODE) rest[row] = nodes.addRest(row, nodes.depth[node]);
    nodes.include(rest[row], nodes.value[node], nodes.left[node], nodes.width[node], nodes.from[node], nodes.to[node]);
  }
  for (const node of rest) {
    if (node === NO_NODE) continue;
    drawn.push(node);
    self.push(0);
  }
  return nodes.layout(Int32Array.from(drawn), Float64Array.from(self));
}

/** Children that are wide enough become candidates; returns the placeholder of the others, or NO_NODE. */
function layOutChildren(
  { count, frame, value, width, from }: Groups,
  nodes: Nodes,
  candidates: WidestFirst,
  row: number,
  depth: number,
  left: number,
  narrowest: number,
): NodeIndex {
  let rest = NO_NODE;
  for (let group = 0; group < count; group++) {
    if (width[group] >= narrowest) {
      candidates.add(
        nodes.add(frame[group], row, depth, value[group], left, width[group], from[group], from[group + 1]),
      );
    } else {
      if (rest === NO_NODE) rest = nodes.addRest(row, depth);
      nodes.include(rest, value[group], left, width[group], from[group], from[group + 1]);
    }
    left += width[group];
  }
  return rest;
}

/** Row of `Nodes`. */
type NodeIndex = number;
const NO_NODE: NodeIndex = -1;

/** What may be drawn, as growing columns: engines take objects for another kind once a sum has a fraction. */
class Nodes {
  count = 0;
  frame = new Int32Array(1024);
  parent = new Int32Array(1024);
  depth = new Int32Array(1024);
  value = new Float64Array(1024);
  left = new Float64Array(1024);
  width = new Float64Array(1024);
  from = new Int32Array(1024);
  to = new Int32Array(1024);
  /** Of a placeholder: how many frames it stands for. */
  smaller = new Int32Array(1024);

  add(
    frame: FrameIndex,
    parent: number,
    depth: number,
    value: number,
    left: number,
    width: number,
    from: number,
    to: number,
  ): NodeIndex {
    const node = this.count++;
    if (node === this.frame.length) this.#grow();
    this.frame[node] = frame;
    this.parent[node] = parent;
    this.depth[node] = depth;
    this.value[node] = value;
    this.left[node] = left;
    this.width[node] = width;
    this.from[node] = from;
    this.to[node] = to;
    return node;
  }

  addRest(parent: number, depth: number): NodeIndex {
    return this.add(SMALLER, parent, depth, 0, 0, 0, 0, 0);
  }

  /** Siblings come widest first, so what is left of them is always one contiguous range. */
  include(rest: NodeIndex, value: number, left: number, width: number, from: number, to: number): void {
    const first = this.smaller[rest]++ === 0;
    this.value[rest] += value;
    this.width[rest] += width;
    if (first || left < this.left[rest]) this.left[rest] = left;
    if (first || from < this.from[rest]) this.from[rest] = from;
    if (first || to > this.to[rest]) this.to[rest] = to;
  }

  layout(rows: Int32Array, self: Float64Array): FlameLayout {
    const int32 = (column: Int32Array) => rows.map((node) => column[node]);
    const uint32 = (column: Int32Array) => Uint32Array.from(rows, (node) => column[node]);
    const float64 = (column: Float64Array) => Float64Array.from(rows, (node) => column[node]);
    return {
      count: rows.length,
      frame: int32(this.frame),
      parent: int32(this.parent),
      depth: uint32(this.depth),
      value: float64(this.value),
      self,
      left: float64(this.left),
      width: float64(this.width),
      smaller: uint32(this.smaller),
      from: uint32(this.from),
      to: uint32(this.to),
    };
  }

  #grow(): void {
    const length = this.frame.length * 2;
    const int32 = (column: Int32Array) => wider(new Int32Array(length), column);
    const float64 = (column: Float64Array) => wider(new Float64Array(length), column);
    this.frame = int32(this.frame);
    this.parent = int32(this.parent);
    this.depth = int32(this.depth);
    this.value = float64(this.value);
    this.left = float64(this.left);
    this.width = float64(this.width);
    this.from = int32(this.from);
    this.to = int32(this.to);
    this.smaller = int32(this.smaller);
  }
}

function wider<T extends Int32Array | Float64Array>(into: T, column: ArrayLike<number>): T {
  into.set(column);
  return into;
}

/** A binary heap of nodes: the widest first; of equal ones the one nearer to the root, then the one on the left. */
class WidestFirst {
  count = 0;
  readonly #nodes: Nodes;
  #heap = new Int32Array(1024);

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
  }

  add(node: NodeIndex): void {
    if (this.count === this.#heap.length) this.#heap = wider(new Int32Array(this.count * 2), this.#heap);
    const heap = this.#heap;
    let at = this.count++;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!this.#before(node, heap[up])) break;
      heap[at] = heap[up];
      at = up;
    }
    heap[at] = node;
  }

  /** Only when there are some. */
  takeWidest(): NodeIndex {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap[--this.count];
    let at = 0;
    for (let child = 1; child < this.count; child = 2 * at + 1) {
      if (child + 1 < this.count && this.#before(heap[child + 1], heap[child])) child++;
      if (!this.#before(heap[child], last)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return top;
  }

  #before(a: NodeIndex, b: NodeIndex): boolean {
    const { width, depth, from } = this.#nodes;
    if (width[a] !== width[b]) return width[a] > width[b];
    return depth[a] < depth[b] || (depth[a] === depth[b] && from[a] < from[b]);
  }
}
