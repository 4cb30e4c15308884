/**
 * What each function costs in each of several profiles: a series per function, met by name, since indexes mean
 * nothing in another profile.
 */
import type { Frames } from "./frames.js";

export interface FunctionSeries {
  readonly names: readonly string[];
  /** Function `i` has the series `values[i * length .. (i + 1) * length)`; 0 where a profile lacks it. */
  readonly values: Float64Array;
  readonly length: number;
}

/** `columns[k]` has one value per frame of `frames[k]`. */
export function functionSeries(frames: readonly Frames[], columns: readonly Float64Array[]): FunctionSeries {
  const length = frames.length;
  const rowOf = new Map<string, number>();
  for (const { name } of frames) for (const one of name) if (!rowOf.has(one)) rowOf.set(one, rowOf.size);
  const values = new Float64Array(rowOf.size * length);
  for (const [at, { name, count }] of frames.entries()) {
    for (let frame = 0; frame < count; frame++) values[rowOf.get(name[frame])! * length + at] += columns[at][frame];
  }
  return { names: [...rowOf.keys()], values, length };
}

/** What it grew by from the first profile to the last. */
export function growthIn({ values, length }: FunctionSeries, row: number): number {
  return values[row * length + length - 1] - values[row * length];
}
