/**
 * The call tree: all sampled stacks folded into one tree that shares their common prefixes.
 *
 * Nodes are rows, not objects: node `i` is `frame[i]`, `parent[i]`, `self[i]`, `total[i]`. Row 0 is the root.
 * Rows are in preorder (a node's subtree is `i .. end[i]`), children most expensive first, so a forward pass hands
 * values down, a backward pass sums them up, and no walk needs recursion.
 *
 * This is the whole tree, for exports and exact questions; what a screen shows is `flame-layout.ts`, which
 * builds only the nodes that can be seen.
 */
import type { FrameIndex, Frames, Stacks } from "../profile/frames.js";
import { StackOrder } from "../profile/stack-order.js";
import type { Weights } from "../profile/weights.js";

type NodeIndex = number;

export interface CallTree {
  readonly count: number;
  readonly frame: Int32Array; // FrameIndex, or NO_FRAME for the root
  readonly parent: Int32Array; // NodeIndex; of the root itself
  readonly depth: Uint32Array;
  /** One past the last row of the subtree. */
  readonly end: Uint32Array; // NodeIndex
  readonly self: Float64Array;
  readonly total: Float64Array;
}

const ROOT: NodeIndex = 0;
export const NO_FRAME: FrameIndex = -1;

/** The whole tree; the inverted one when given `inverted(stacks)`. */
export function callTreeOf(frames: Frames, stacks: Stacks, weights: Weights): CallTree {
  const samples = new StackOrder(stacks, weights, frames.count);
  const rows = new Rows();
  const { from, to } = samples.root;
  const { value, width } = samples.sumsOf(samples.root);
  // Ranges still to become rows; stacks of numbers, four each: from, to, parent, frame; and their two sums.
  const pending: number[] = [from, to, ROOT, NO_FRAME];
  const pendingSums: number[] = [value, width];
  while (pending.length > 0) {
    const frame = pending.pop() as number;
    const parent = pending.pop() as number;
    const end = pending.pop() as number;
    const begin = pending.pop() as number;
    const below = pendingSums.pop() as number;
    const sum = pendingSums.pop() as number;
    const node = rows.add(frame, parent, sum);
    const groups = samples.split(begin, end, rows.depth[node], sum, below);
    rows.self[node] = groups.selfValue;
    for (let group = groups.count - 1; group >= 0; group--) {
      pending.push(groups.from[group], groups.from[group + 1], node, groups.frame[group]);
      pendingSums.push(groups.value[group], groups.width[group]);
    }
  }
  return rows.finish();
}

/** Columns that grow. */
class Rows {
  count = 0;
  frame = new Int32Array(1024);
  parent = new Int32Array(1024);
  depth = new Uint32Array(1024);
  self = new Float64Array(1024);
  total = new Float64Array(1024);

  add(frame: FrameIndex, parent: NodeIndex, total: number): NodeIndex {
    const node = this.count++;
    if (node === this.frame.length) this.#grow();
    this.frame[node] = frame;
    this.parent[node] = parent;
    this.depth[node] = node === ROOT ? 0 : this.depth[parent] + 1;
    this.total[node] = total;
    return node;
  }

  finish(): CallTree {
    const { count } = this;
    const end = new Uint32Array(count);
    for (let node = count - 1; node >= 0; node--) {
      if (end[node] === 0) end[node] = node + 1;
      if (end[this.parent[node]] < end[node]) end[this.parent[node]] = end[node];
    }
    return {
      count,
      frame: this.frame.slice(0, count),
      parent: this.parent.slice(0, count),
      depth: this.depth.slice(0, count),
      end,
      self: this.self.slice(0, count),
      total: this.total.slice(0, count),
    };
  }

  #grow(): void {
    const length = this.frame.length * 2;
    const wider = <T extends Int32Array | Uint32Array | Float64Array>(into: T, from: T) => {
      into.set(from);
      return into;
    };
    this.frame = wider(new Int32Array(length), this.frame);
    this.parent = wider(new Int32Array(length), this.parent);
    this.depth = wider(new Uint32Array(length), this.depth);
    this.self = wider(new Float64Array(length), this.self);
    this.total = wider(new Float64Array(length), this.total);
  }
}
