/** A stack of a series by the names that people know: function, file, line. */
import type { SeriesFrame, StackSeries } from "./stack-series.js";

/** `line` is 0 where it is not known. */
export interface StackFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

/** In the order of `frames`. */
export function namedStack(stacks: StackSeries, frames: readonly SeriesFrame[]): readonly StackFrame[] {
  return frames.map((frame) => ({
    function: stacks.functionName[stacks.frameFunction[frame]],
    file: stacks.frameFile[frame],
    line: stacks.frameLine[frame],
  }));
}
