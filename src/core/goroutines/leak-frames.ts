/** Frames of goroutines by the names that people know, and the one of them to open first. */
import { closeness, STANDARD } from "../profile/allocation-blame.js";
import {
  type GoroutineFrameIndex,
  type GoroutineRow,
  type Goroutines,
  NO_ANCESTRY,
  NO_FRAME,
  type StackIndex,
  tellingFrame,
} from "./goroutine.js";

export interface LeakFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

/**
 * The user's blocking line; where only the library's code is on the stack, the user's `go` statement, or, with
 * GODEBUG=tracebackancestors=N, the user's line that led to it. `frames` are in that order.
 */
export function culpritOf(frames: readonly LeakFrame[], telling: LeakFrame): LeakFrame {
  let best = telling;
  let bestCloseness: number = STANDARD;
  for (const frame of frames) {
    const here = closeness(frame.function, frame.file);
    if (here < bestCloseness) {
      best = frame;
      bestCloseness = here;
    }
  }
  return best;
}

export function ancestorFrames(goroutines: Goroutines, row: GoroutineRow): LeakFrame[] {
  if (goroutines.ancestry[row] === NO_ANCESTRY) return [];
  return goroutines.ancestries[goroutines.ancestry[row]].flatMap(({ stack, creator }) => [
    ...Array.from(stackFrames(goroutines, stack), (frame) => frameAt(goroutines, frame)),
    ...(creator === NO_FRAME ? [] : [frameAt(goroutines, creator)]),
  ]);
}

export function framesOf(goroutines: Goroutines, row: GoroutineRow): LeakFrame[] {
  return Array.from(stackFrames(goroutines, goroutines.stack[row]), (frame) => frameAt(goroutines, frame));
}

export function functionsOf(goroutines: Goroutines, row: GoroutineRow): string[] {
  return Array.from(stackFrames(goroutines, goroutines.stack[row]), (frame) => goroutines.frames.function[frame]);
}

function stackFrames({ stacks }: Goroutines, stack: StackIndex): Int32Array {
  return stacks.frame.subarray(stacks.start[stack], stacks.start[stack + 1]);
}

export function frameAt({ frames }: Goroutines, frame: GoroutineFrameIndex): LeakFrame {
  const file = frames.file[frame];
  return { function: frames.function[frame], file, line: file === "" ? 0 : frames.line[frame] };
}

export function tellingFrameOf(goroutines: Goroutines, row: GoroutineRow): LeakFrame {
  const frame = tellingFrame(goroutines, goroutines.stack[row]);
  return frame === NO_FRAME ? { function: "", file: "", line: 0 } : frameAt(goroutines, frame);
}
