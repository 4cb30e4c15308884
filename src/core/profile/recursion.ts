/** Stacks with direct recursion folded: a frame that calls itself, however often, stands once. */
import type { Stacks } from "./frames.js";

export function withoutRecursion({ start, frame }: Stacks): Stacks {
  const folded = frame.slice();
  const foldedStart = new Uint32Array(start.length);
  let at = 0;
  for (let sample = 0; sample + 1 < start.length; sample++) {
    for (let i = start[sample]; i < start[sample + 1]; i++) {
      if (i > start[sample] && frame[i] === frame[i - 1]) continue;
      folded[at++] = frame[i];
    }
    foldedStart[sample + 1] = at;
  }
  return { start: foldedStart, frame: folded.subarray(0, at) };
}
