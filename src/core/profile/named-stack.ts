/** A stack of a series by the names that people know: function, file, line. */
import type { StackFrame } from "../diagnosis/diagnosis.js";
import type { SeriesFrame, StackSeries } from "./stack-series.js";

/** In the order of `frames`. */
export function namedStack(stacks: StackSeries, frames: readonly SeriesFrame[]): readonly StackFrame[] {
  return frames.map((frame) => ({
    function: stacks.functionName[stacks.frameFunction[frame]],
    file: stacks.frameFile[frame],
    line: stacks.frameLine[frame],
  }));
}
