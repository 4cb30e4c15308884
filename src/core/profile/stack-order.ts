/**
 * The samples in an order that makes every node of the call tree one contiguous range.
 *
 * Trees are never built from maps: the samples stand in one permutation, and splitting a range by the next
 * frame of its stacks groups the children of that node side by side. A node is therefore `(from, to, depth)`,
 * only nodes that somebody looks at cost anything, and zooming is splitting that node's range again.
 *
 * Groups come widest first (ties by frame), so splitting the same range twice gives the same order.
 */
import type { FrameIndex, Stacks } from "./frames.js";
import type { Weights } from "./weights.js";

/** The samples `order[from .. to)` share their first `depth` frames: one node of the call tree. */
export interface StackRange {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

/** The children of a range after `split`; row 0 starts after the samples that end at the range itself. */
export interface Groups {
  count: number;
  frame: Uint32Array; // FrameIndex
  /** Group `g` is `order[from[g] .. from[g + 1])`. Length count + 1. */
  from: Uint32Array;
  /** Sum of the weights. */
  value: Float64Array;
  /** Sum of the weights' sizes: what the group takes on screen. */
  width: Float64Array;
  /** Of the samples whose stack ends at the range. */
  selfValue: number;
  selfWidth: number;
}

const NO_GROUP = -1;
/** Instead of the next frame, of samples whose stack ends at the range. */
const NO_NEXT = -1;
/** Of the samples whose stack ends at the range. */
const ENDED = 0;

export class StackOrder {
  /** The samples that take part (weight other than 0). */
  readonly order: Uint32Array; // SampleIndex
  readonly groups: Groups;
  readonly #stacks: Stacks;
  readonly #weights: Weights;
  readonly #groupOf: Int32Array; // by FrameIndex, NO_GROUP between splits
  readonly #groupAt: Int32Array; // by place in `order`
  readonly #moved: Uint32Array;
  /** By the place where a range starts: where it ends, and down to which depth all its stacks are known to agree. */
  readonly #sharedTo: Uint32Array;
  readonly #sharedDepth: Uint32Array;
  #sums = newSums(64);
  #ranks = new Uint32Array(64);

  constructor(stacks: Stacks, weights: Weights, frameCount: number) {
    this.#stacks = stacks;
    this.#weights = weights;
    this.order = weighing(weights);
    const count = this.order.length;
    this.#groupOf = new Int32Array(frameCount).fill(NO_GROUP);
    this.#groupAt = new Int32Array(count);
    this.#moved = new Uint32Array(count);
    this.#sharedTo = new Uint32Array(count);
    this.#sharedDepth = new Uint32Array(count);
    this.groups = {
      count: 0,
      frame: new Uint32Array(64),
      from: new Uint32Array(65),
      value: new Float64Array(64),
      width: new Float64Array(64),
      selfValue: 0,
      selfWidth: 0,
    };
  }

  /** The range of all samples: the root. */
  get root(): StackRange {
    return { from: 0, to: this.order.length, depth: 0 };
  }

  /** Sum of the weights of a range, and of their sizes. */
  sumsOf({ from, to }: StackRange): { readonly value: number; readonly width: number } {
    const order = this.order;
    const weights = this.#weights;
    let value = 0;
    let width = 0;
    for (let i = from; i < to; i++) {
      const weight = weights[order[i]];
      value += weight;
      width += Math.abs(weight);
    }
    return { value, width };
  }

  /**
   * Groups a range by its next frame. The result is `groups`, valid until the next split. Who knows the range's
   * sums hands them in: then a chain of calls costs little.
   */
  split(from: number, to: number, depth: number, value?: number, width?: number): Groups {
    const only = value === undefined ? -1 : this.#onlyNext(from, to, depth);
    if (only >= 0) this.#chain(from, to, only, value ?? 0, width ?? 0);
    else this.#arrange(from, to, this.#count(from, to, depth));
    return this.groups;
  }

  /**
   * The next frame if all stacks of the range go on with the same one, else -1. The whole chain below is looked for
   * once: reading on in a stack costs little, coming back to it for each frame costs a miss of the cache.
   */
  #onlyNext(from: number, to: number, depth: number): FrameIndex {
    if (from === to) return -1;
    const { start, frame } = this.#stacks;
    if (this.#sharedTo[from] !== to || this.#sharedDepth[from] < depth) {
      this.#sharedTo[from] = to;
      this.#sharedDepth[from] = depth + this.#shared(from, to, depth);
    }
    return this.#sharedDepth[from] === depth ? -1 : frame[start[this.order[from]] + depth];
  }

  /** How many frames all stacks of the range have in common from `depth` on. */
  #shared(from: number, to: number, depth: number): number {
    const { start, frame } = this.#stacks;
    const order = this.order;
    const first = start[order[from]] + depth;
    let length = start[order[from] + 1] - first;
    for (let i = from + 1; i < to && length > 0; i++) {
      const at = start[order[i]] + depth;
      length = Math.min(length, start[order[i] + 1] - at);
      let same = 0;
      while (same < length && frame[at + same] === frame[first + same]) same++;
      length = same;
    }
    return length;
  }

  #chain(from: number, to: number, next: FrameIndex, value: number, width: number): void {
    const { groups } = this;
    groups.count = 1;
    groups.frame[0] = next;
    groups.from[0] = from;
    groups.from[1] = to;
    groups.value[0] = value;
    groups.width[0] = width;
    groups.selfValue = 0;
    groups.selfWidth = 0;
  }

  /**
   * Tells the group of each sample and sums up the groups; returns how many there are. Group ENDED is of the samples
   * that end here. Two loops: the first one only reads, so that waiting for one stack overlaps with waiting for the next
   * (a third less time on large profiles). Nothing after them: engines replace a loop while it runs.
   */
  #count(from: number, to: number, depth: number): number {
    const { start, frame } = this.#stacks;
    const order = this.order;
    const weights = this.#weights;
    const groupOf = this.#groupOf;
    const groupAt = this.#groupAt;
    for (let i = from; i < to; i++) {
      const sample = order[i];
      const at = start[sample] + depth;
      groupAt[i] = at === start[sample + 1] ? NO_NEXT : frame[at];
    }
    let sums = this.#sums;
    sums.size[ENDED] = 0;
    sums.value[ENDED] = 0;
    sums.width[ENDED] = 0;
    let count = 1;
    for (let i = from; i < to; i++) {
      const weight = weights[order[i]];
      const next = groupAt[i]; // FrameIndex; its group from here on
      let group = ENDED;
      if (next !== NO_NEXT) {
        group = groupOf[next];
        if (group === NO_GROUP) {
          if (count === sums.size.length) sums = this.#grow();
          group = count++;
          groupOf[next] = group;
          sums.frame[group] = next;
          sums.size[group] = 0;
          sums.value[group] = 0;
          sums.width[group] = 0;
        }
      }
      groupAt[i] = group;
      sums.size[group]++;
      sums.value[group] += weight;
      sums.width[group] += weight < 0 ? -weight : weight;
    }
    return count;
  }

  /** Sorts the groups, then moves the samples so that each group is contiguous; those that end here come first. */
  #arrange(from: number, to: number, count: number): void {
    const { groups } = this;
    const { frame, size, value, width } = this.#sums;
    const bySize = this.#bySize(count);
    let next = from + size[ENDED];
    size[ENDED] = from; // from now on: where the group's next sample goes
    groups.selfValue = value[ENDED];
    groups.selfWidth = width[ENDED];
    groups.count = count - 1;
    groups.from[0] = next;
    for (let rank = 0; rank + 1 < count; rank++) {
      const group = bySize[rank];
      this.#groupOf[frame[group]] = NO_GROUP;
      const at = next;
      next += size[group];
      size[group] = at;
      groups.frame[rank] = frame[group];
      groups.from[rank + 1] = next;
      groups.value[rank] = value[group];
      groups.width[rank] = width[group];
    }
    if (count > 1) this.#place(from, to);
  }

  #place(from: number, to: number): void {
    const order = this.order;
    const moved = this.#moved;
    const groupAt = this.#groupAt;
    const next = this.#sums.size;
    for (let i = from; i < to; i++) moved[next[groupAt[i]]++] = order[i];
    order.set(moved.subarray(from, to), from);
  }

  /** The groups, widest first: most nodes have a handful of children, which are sorted while they are put in. */
  #bySize(count: number): Uint32Array {
    const { frame, width } = this.#sums;
    const ranks = this.#ranks;
    const few = count <= 16;
    for (let group = 1; group < count; group++) {
      let rank = group - 1;
      for (; few && rank > 0; rank--) {
        const above = ranks[rank - 1];
        if (width[above] > width[group] || (width[above] === width[group] && frame[above] < frame[group])) break;
        ranks[rank] = above;
      }
      ranks[rank] = group;
    }
    if (!few) sortByWidth(ranks.subarray(0, count - 1), this.#sums);
    return ranks;
  }

  #grow(): Sums {
    const { frame, size, value, width } = this.#sums;
    const length = size.length * 2;
    const wider = newSums(length);
    wider.frame.set(frame);
    wider.size.set(size);
    wider.value.set(value);
    wider.width.set(width);
    this.#sums = wider;
    this.#ranks = new Uint32Array(length);
    const { groups } = this;
    groups.frame = new Uint32Array(length);
    groups.from = new Uint32Array(length + 1);
    groups.value = new Float64Array(length);
    groups.width = new Float64Array(length);
    return wider;
  }
}

/** What `#count` finds, by group in the order in which they were met. */
interface Sums {
  readonly frame: Uint32Array; // FrameIndex
  /** Samples; while they are placed: where the next one goes. */
  readonly size: Uint32Array;
  readonly value: Float64Array;
  readonly width: Float64Array;
}

function newSums(length: number): Sums {
  return {
    frame: new Uint32Array(length),
    size: new Uint32Array(length),
    value: new Float64Array(length),
    width: new Float64Array(length),
  };
}

function sortByWidth(ranks: Uint32Array, { frame, width }: Sums): void {
  ranks.sort((a, b) => width[b] - width[a] || frame[a] - frame[b]);
}

/** The samples whose weight is not 0. */
function weighing(weights: Weights): Uint32Array {
  const order = new Uint32Array(weights.length);
  let count = 0;
  for (let sample = 0; sample < weights.length; sample++) if (weights[sample] !== 0) order[count++] = sample;
  return order.subarray(0, count);
}

/** Every stack turned over, leaf first: the tree of these is the inverted call tree (who calls this?). */
export function inverted(stacks: Stacks): Stacks {
  const { start, frame } = stacks;
  const turned = frame.slice();
  for (let sample = 0; sample + 1 < start.length; sample++) {
    const from = start[sample];
    let to = start[sample + 1];
    for (let i = from; i < start[sample + 1]; i++) turned[i] = frame[--to];
  }
  return { start, frame: turned };
}

/**
 * Weights with equal stacks merged into the first of them; the others weigh 0.
 *
 * A diff needs it: +5 and -5 of the same stack are no change, and must take no width.
 */
export function mergedByStack(stacks: Stacks, weights: Weights): Weights {
  const { start, frame } = stacks;
  const merged = new Float64Array(weights.length);
  const firstWithHash = new Map<number, FrameIndex[]>();
  for (let sample = 0; sample < weights.length; sample++) {
    if (weights[sample] === 0) continue;
    let hash = 0x811c9dc5;
    for (let i = start[sample]; i < start[sample + 1]; i++)
      hash = Math.imul(hash ^ frame[i], 0x01000193) ^ (hash >>> 15);
    const known = firstWithHash.get(hash);
    const same = known?.find((other) => sameStack(stacks, sample, other));
    if (same !== undefined) merged[same] += weights[sample];
    else {
      merged[sample] = weights[sample];
      if (known) known.push(sample);
      else firstWithHash.set(hash, [sample]);
    }
  }
  return merged;
}

function sameStack({ start, frame }: Stacks, a: number, b: number): boolean {
  const length = start[a + 1] - start[a];
  if (start[b + 1] - start[b] !== length) return false;
  for (let i = 0; i < length; i++) if (frame[start[a] + i] !== frame[start[b] + i]) return false;
  return true;
}
