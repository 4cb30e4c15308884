/**
 * Stacks cut at a function: from their first frame of it on ("show from"), or down to their last one ("trim to"), as
 * pprof's `show_from` and `prune_from` do (github.com/google/pprof/blob/main/profile/filter.go and prune.go).
 */
import type { ShownLines } from "./frames.js";
import type { FunctionIndex, LocationIndex, Profile, Samples } from "./profile.js";

type IsFunction = (fn: FunctionIndex) => boolean;

export interface Trimmed {
  readonly samples: Samples;
  readonly shown: ShownLines;
  /** By sample: 0 where there is no such function, and so no stack. */
  readonly kept: Uint8Array;
  readonly isMatched: boolean;
}

/**
 * Drops the callers of the outermost matching frame, and samples without one. Where the binary matches, all lines of the
 * location stay. Cost: one pass over the stacks.
 */
export function showFrom(
  profile: Profile,
  {
    atFunction,
    atBinary,
  }: { readonly atFunction: IsFunction; readonly atBinary: (location: LocationIndex) => boolean },
  shown: ShownLines | undefined,
): Trimmed {
  const { samples, locations } = profile;
  const left = copyOf(profile, shown);
  const matches = new Uint8Array(locations.count);
  for (let location = 0; location < locations.count; location++) {
    const from = locations.lineStart[location];
    const to = locations.lineStart[location + 1];
    if (atBinary(location)) {
      matches[location] = isVisible(from, to, left, location) ? 1 : 0;
      continue;
    }
    let outermost = to - 1;
    while (outermost >= from && !(left.line[outermost] && atFunction(locations.lineFunction[outermost]))) outermost--;
    if (outermost < from) continue;
    matches[location] = 1;
    left.line.fill(0, outermost + 1, to);
  }
  const kept = new Uint8Array(samples.count);
  const ends = samples.stackStart.slice(1);
  for (let sample = 0; sample < samples.count; sample++) {
    const leaf = samples.stackStart[sample];
    let end = ends[sample];
    while (end > leaf && !matches[samples.stack[end - 1]]) end--;
    ends[sample] = end;
    if (end > leaf) kept[sample] = 1;
  }
  return {
    samples: withStacks(samples, samples.stackStart, ends),
    ...{ shown: left, kept, isMatched: matches.includes(1) },
  };
}

/** Drops what the innermost matching frame called; samples without one stay whole. Cost: one pass over the stacks. */
export function trimTo(profile: Profile, atFunction: IsFunction, shown: ShownLines | undefined): Trimmed {
  const { samples, locations } = profile;
  const left = copyOf(profile, shown);
  const matches = new Uint8Array(locations.count);
  for (let location = 0; location < locations.count; location++) {
    const from = locations.lineStart[location];
    const to = locations.lineStart[location + 1];
    let innermost = from;
    while (innermost < to && !(left.line[innermost] && atFunction(locations.lineFunction[innermost]))) innermost++;
    if (innermost === to) continue;
    matches[location] = 1;
    left.line.fill(0, from, innermost);
  }
  const starts = samples.stackStart.slice(0, -1);
  for (let sample = 0; sample < samples.count; sample++) {
    const root = samples.stackStart[sample + 1];
    let start = starts[sample];
    while (start < root && !matches[samples.stack[start]]) start++;
    if (start < root) starts[sample] = start;
  }
  return {
    samples: withStacks(samples, starts, samples.stackStart.subarray(1)),
    ...{ shown: left, kept: new Uint8Array(samples.count).fill(1), isMatched: matches.includes(1) },
  };
}

function copyOf({ locations }: Profile, shown: ShownLines | undefined): ShownLines {
  return {
    line: shown?.line.slice() ?? new Uint8Array(locations.lineFunction.length).fill(1),
    bare: shown?.bare ?? new Uint8Array(locations.count).fill(1),
  };
}

function isVisible(from: number, to: number, { line, bare }: ShownLines, location: LocationIndex): boolean {
  return from === to ? bare[location] !== 0 : line.subarray(from, to).includes(1);
}

/** The same samples, each with the part `from[i] .. to[i]` of the column of stacks. */
function withStacks(samples: Samples, from: Uint32Array, to: Uint32Array): Samples {
  const stackStart = new Uint32Array(samples.count + 1);
  const stack = new Uint32Array(samples.stack.length);
  let length = 0;
  for (let sample = 0; sample < samples.count; sample++) {
    const part = samples.stack.subarray(from[sample], to[sample]);
    stack.set(part, length);
    length += part.length;
    stackStart[sample + 1] = length;
  }
  return { ...samples, stackStart, stack: stack.subarray(0, length) };
}
