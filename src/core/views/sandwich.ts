/**
 * One function between its callers and its callees: the stacks that hold it, cut at it.
 *
 * Where a stack holds the function several times (recursion) it is cut at the outermost one, so that each sample takes
 * part once and both halves sum to the function's cumulative cost.
 */
import type { FrameIndex, Stacks } from "../profile/frames.js";
import type { Weights } from "../profile/weights.js";

export interface Sandwich {
  /** From the function on to the leaf, root first: what it calls. */
  readonly callees: Stacks;
  /** From the function back to the root: who calls it. */
  readonly callers: Stacks;
  /** 0 for samples without the function, whose stacks are empty on both sides. */
  readonly weights: Weights;
}

export function sandwichOf({ start, frame }: Stacks, weights: Weights, of: FrameIndex): Sandwich {
  const count = weights.length;
  const kept = new Float64Array(count);
  const at = new Int32Array(count).fill(NOT_THERE);
  let below = 0;
  let above = 0;
  for (let sample = 0; sample < count; sample++) {
    if (weights[sample] === 0) continue;
    const to = start[sample + 1];
    let i = start[sample];
    while (i < to && frame[i] !== of) i++;
    if (i === to) continue;
    at[sample] = i;
    kept[sample] = weights[sample];
    below += to - i;
    above += i - start[sample] + 1;
  }
  const column = frame instanceof Uint16Array ? Uint16Array : Uint32Array;
  const callees = { start: new Uint32Array(count + 1), frame: new column(below) };
  const callers = { start: new Uint32Array(count + 1), frame: new column(above) };
  below = 0;
  above = 0;
  for (let sample = 0; sample < count; sample++) {
    if (at[sample] !== NOT_THERE) {
      for (let i = at[sample]; i < start[sample + 1]; i++) callees.frame[below++] = frame[i];
      for (let i = at[sample]; i >= start[sample]; i--) callers.frame[above++] = frame[i];
    }
    callees.start[sample + 1] = below;
    callers.start[sample + 1] = above;
  }
  return { callees, callers, weights: kept };
}

const NOT_THERE = -1;
