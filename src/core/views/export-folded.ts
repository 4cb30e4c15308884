/**
 * Folded stacks, a line each: `root;caller;leaf 42`. The input of flamegraph.pl, inferno and many scripts.
 *
 * Equal stacks are one line. Frames are separated by ";" and lines by line breaks, so in names (Go's generic
 * types hold semicolons) ";" becomes ":" and control characters become spaces.
 */
import type { Frames, Stacks } from "../profile/frames.js";
import { mergedByStack } from "../profile/stack-order.js";
import type { Weights } from "../profile/weights.js";

/** The lines in pieces, to be written one after the other: a large profile exceeds the longest possible string. */
export function* foldedStacks(frames: Frames, stacks: Stacks, weights: Weights): Generator<string> {
  const merged = mergedByStack(stacks, weights);
  const names = frames.name.map((name, frame) => foldedName(frames, name, frame));
  let piece = "";
  for (let sample = 0; sample < merged.length; sample++) {
    if (merged[sample] === 0) continue;
    for (let i = stacks.start[sample]; i < stacks.start[sample + 1]; i++) {
      if (i > stacks.start[sample]) piece += ";";
      piece += names[stacks.frame[i]];
    }
    piece += ` ${merged[sample]}\n`;
    if (piece.length > PIECE) {
      yield piece;
      piece = "";
    }
  }
  yield piece;
}

const PIECE = 1 << 20;

function foldedName({ granularity, file, line }: Frames, name: string, frame: number): string {
  const full = granularity === "line" && file[frame] ? `${name} ${file[frame]}:${line[frame]}` : name;
  // eslint-disable-next-line no-control-regex
  return full.replaceAll(";", ":").replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, " ");
}
