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

export class StackOrder {
  /** The samples that take part (weight other than 0). */
  readonly order: Uint32Array; // SampleIndex
  readonly groups: Groups;
  readonly #stacks: Stacks;
  readonly #weights: Weights;
  readonly #groupOf: Int32Array; // by FrameIndex, NO_GROUP between splits
  readonly #groupAt: Int32Array; // by position in the range, NO_GROUP where the stack ends
  readonly #moved: Uint32Array;
  #firstFrame = new Uint32Array(64);
  #size = new Uint32Array(64);
  #value = new Float64Array(64);
  #width = new Float64Array(64);

  constructor(stacks: Stacks, weights: Weights, frameCount: number) {
    this.#stacks = stacks;
    this.#weights = weights;
    let count = 0;
    for (let sample = 0; sample < weights.length; sample++) if (weights[sample] !== 0) count++;
    this.order = new Uint32Array(count);
    for (let sample = 0, at = 0; sample < weights.length; sample++)
      if (weights[sample] !== 0) this.order[at++] = sample;
    this.#groupOf = new Int32Array(frameCount).fill(NO_GROUP);
    this.#groupAt = new Int32Array(count);
    this.#moved = new Uint32Array(count);
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

  /** The weight of the sample at a place of `order`. */
  weightAt(place: number): number {
    return this.#weights[this.order[place]];
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

  /** The next frame if all stacks of the range go on with the same one, else -1: stops at the first that differs. */
  #onlyNext(from: number, to: number, depth: number): FrameIndex {
    if (from === to) return -1;
    const { start, frame } = this.#stacks;
    const order = this.order;
    const first = order[from];
    if (start[first] + depth === start[first + 1]) return -1;
    const next = frame[start[first] + depth];
    for (let i = from + 1; i < to; i++) {
      const sample = order[i];
      const at = start[sample] + depth;
      if (frame[at] !== next || at === start[sample + 1]) return -1;
    }
    return next;
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

  #count(from: number, to: number, depth: number): number {
    const { start, frame } = this.#stacks;
    const order = this.order;
    const weights = this.#weights;
    const groupOf = this.#groupOf;
    const groupAt = this.#groupAt;
    let size = this.#size;
    let value = this.#value;
    let width = this.#width;
    let selfValue = 0;
    let selfWidth = 0;
    let count = 0;
    for (let i = from; i < to; i++) {
      const sample = order[i];
      const weight = weights[sample];
      const at = start[sample] + depth;
      if (at === start[sample + 1]) {
        groupAt[i] = NO_GROUP;
        selfValue += weight;
        selfWidth += Math.abs(weight);
        continue;
      }
      const next = frame[at];
      let group = groupOf[next];
      if (group === NO_GROUP) {
        group = count++;
        groupOf[next] = group;
        if (group === size.length) {
          this.#grow();
          size = this.#size;
          value = this.#value;
          width = this.#width;
        }
        this.#firstFrame[group] = next;
        size[group] = 0;
        value[group] = 0;
        width[group] = 0;
      }
      groupAt[i] = group;
      size[group]++;
      value[group] += weight;
      width[group] += Math.abs(weight);
    }
    this.groups.selfValue = selfValue;
    this.groups.selfWidth = selfWidth;
    return count;
  }

  /** Sorts the groups, then moves the samples so that each group is contiguous; those that end here come first. */
  #arrange(from: number, to: number, count: number): void {
    const { groups, order } = this;
    const size = this.#size;
    const width = this.#width;
    const firstFrame = this.#firstFrame;
    const groupOf = this.#groupOf;
    let ended = to - from;
    for (let group = 0; group < count; group++) ended -= size[group];
    groups.count = count;
    groups.from[0] = from + ended;
    if (count === 0) return;
    const bySize = Array.from({ length: count }, (_, group) => group);
    if (count > 1) bySize.sort((a, b) => width[b] - width[a] || firstFrame[a] - firstFrame[b]);
    let at = from + ended;
    for (let rank = 0; rank < count; rank++) {
      const group = bySize[rank];
      groupOf[firstFrame[group]] = NO_GROUP;
      const next = at + size[group];
      this.#put(rank, group, next);
      size[group] = at; // from now on: where the group's next sample goes
      at = next;
    }
    const moved = this.#moved;
    const groupAt = this.#groupAt;
    let end = from;
    for (let i = from; i < to; i++) {
      const group = groupAt[i];
      moved[group === NO_GROUP ? end++ : size[group]++] = order[i];
    }
    order.set(moved.subarray(from, to), from);
  }

  #put(rank: number, group: number, to: number): void {
    const { groups } = this;
    groups.frame[rank] = this.#firstFrame[group];
    groups.from[rank + 1] = to;
    groups.value[rank] = this.#value[group];
    groups.width[rank] = this.#width[group];
  }

  #grow(): void {
    const length = this.#size.length * 2;
    const wider = <T extends Uint32Array | Float64Array>(into: T, from: T) => {
      into.set(from);
      return into;
    };
    this.#firstFrame = wider(new Uint32Array(length), this.#firstFrame);
    this.#size = wider(new Uint32Array(length), this.#size);
    this.#value = wider(new Float64Array(length), this.#value);
    this.#width = wider(new Float64Array(length), this.#width);
    const { groups } = this;
    groups.frame = new Uint32Array(length);
    groups.from = new Uint32Array(length + 1);
    groups.value = new Float64Array(length);
    groups.width = new Float64Array(length);
  }
}

/** Every stack turned over, leaf first: the tree of these is the inverted call tree (who calls this?). */
export function inverted(stacks: Stacks): Stacks {
  const { start, frame } = stacks;
  const turned = new Uint32Array(frame.length);
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
