/**
 * The samples of a picture that is laid out again and again: every split of many samples is remembered, so that a zoom,
 * a way back or another width only costs what was not seen before.
 *
 * That holds because a split only moves samples inside of its own range, and the same range is always split the same.
 */
import type { Groups, StackOrder, StackRange } from "../profile/stack-order.js";

/** Splitting fewer samples costs less than looking them up. */
const MIN_SAMPLES = 32;
/** Groups kept at most, at about 24 bytes each; then all are forgotten. */
const MAX_GROUPS = 200_000;
/** One more than the largest place in an order. */
const PLACES = 2 ** 32;

interface Known extends Groups {
  readonly to: number;
}

export class RememberedSplits {
  readonly #samples: StackOrder;
  /** By start and depth of the range: no two nodes share both, save parts of siblings, which end elsewhere. */
  readonly #known = new Map<number, Known>();
  #groups = 0;

  constructor(samples: StackOrder) {
    this.#samples = samples;
  }

  get order(): Uint32Array {
    return this.#samples.order;
  }

  /** The range of all samples. */
  get root(): StackRange {
    return this.#samples.root;
  }

  sumsOf(range: StackRange): ReturnType<StackOrder["sumsOf"]> {
    return this.#samples.sumsOf(range);
  }

  /** As `StackOrder.split`; valid until the next one, too. */
  split(from: number, to: number, depth: number, value?: number, width?: number): Groups {
    if (to - from < MIN_SAMPLES) return this.#samples.split(from, to, depth, value, width);
    const key = depth * PLACES + from;
    const known = this.#known.get(key);
    if (known?.to === to) return known;
    const groups = this.#samples.split(from, to, depth, value, width);
    const { count } = groups;
    this.#groups += count + 1;
    if (this.#groups > MAX_GROUPS) {
      this.#known.clear();
      this.#groups = count + 1;
    }
    this.#known.set(key, {
      to,
      count,
      frame: groups.frame.slice(0, count),
      from: groups.from.slice(0, count + 1),
      value: groups.value.slice(0, count),
      width: groups.width.slice(0, count),
      selfValue: groups.selfValue,
      selfWidth: groups.selfWidth,
    });
    return groups;
  }
}
