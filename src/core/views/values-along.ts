/**
 * What the frames of one picture come to in another one over the same frames: the profile before, along a picture of
 * the profile now. A diff whose widths are the one side's needs it, to colour by what changed.
 */
import type { FrameIndex } from "../profile/frames.js";
import { type Flame, type FlameLayout, SMALLER } from "./flame-layout.js";
import type { StackRange } from "../profile/stack-order.js";

/**
 * By row of the layout its value in `other`. `zoom` is the zoomed stack, root left out. A placeholder stands for
 * whatever its parent has in `other` beside itself and the drawn children.
 */
export function valuesAlong(layout: FlameLayout, other: Flame, zoom: readonly FrameIndex[]): Float64Array {
  const values = new Float64Array(layout.count);
  let top: StackRange | undefined = other.root;
  for (const frame of zoom) top = top && childOf(other, top, frame);
  const children = childrenOf(layout);
  const ranges: (StackRange | undefined)[] = [top];
  if (top) values[0] = other.samples.sumsOf(top).value;
  for (let row = 0; row < layout.count; row++) {
    const range = ranges[row];
    if (!range || children[row].length === 0) continue;
    const { count, frame, from, value, selfValue } = other.samples.split(range.from, range.to, range.depth);
    const rowOf = new Map(children[row].map((child) => [layout.frame[child], child]));
    let rest = values[row] - selfValue;
    for (let group = 0; group < count; group++) {
      const child = rowOf.get(frame[group]);
      if (child === undefined) continue;
      values[child] = value[group];
      ranges[child] = { from: from[group], to: from[group + 1], depth: range.depth + 1 };
      rest -= value[group];
    }
    const placeholder = rowOf.get(SMALLER);
    if (placeholder !== undefined) values[placeholder] = rest;
  }
  return values;
}

function childOf({ samples }: Flame, { from, to, depth }: StackRange, wanted: FrameIndex): StackRange | undefined {
  const groups = samples.split(from, to, depth);
  for (let group = 0; group < groups.count; group++) {
    if (groups.frame[group] === wanted)
      return { from: groups.from[group], to: groups.from[group + 1], depth: depth + 1 };
  }
  return undefined;
}

function childrenOf({ count, parent }: FlameLayout): number[][] {
  const children = Array.from({ length: count }, (): number[] => []);
  for (let row = 1; row < count; row++) children[parent[row]].push(row);
  return children;
}
