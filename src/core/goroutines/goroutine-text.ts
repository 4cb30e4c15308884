/**
 * Goroutines written as Go writes them with `debug=2`, so that a filtered or captured set can be shared and read by
 * every tool that reads such text. Arguments are not in the model: every call is written `f(...)`.
 */
import { formatHeader } from "./goroutine-header.js";
import {
  ELIDED,
  FOREIGN_CALL,
  type GoroutineFrameIndex,
  type GoroutineRow,
  type Goroutines,
  INLINED_CALL,
  NO_ANCESTRY,
  NO_FRAME,
  NO_LABELS,
  type StackIndex,
  STACK_UNAVAILABLE,
  UNKNOWN_ID,
  UNKNOWN_WAIT,
} from "./goroutine.js";

/** The text of one goroutine, without the blank line between two. */
export function formatGoroutine(goroutines: Goroutines, row: GoroutineRow): string {
  const { id, states, state, waitNs, flags, bubble, labels, labelSets } = goroutines;
  const header = formatHeader({
    state: states[state[row]],
    waitMinutes: waitNs[row] === UNKNOWN_WAIT ? undefined : Math.floor(waitNs[row] / 60e9),
    flags: flags[row],
    bubble: bubble[row],
    labels: labels[row] === NO_LABELS ? undefined : labelSets[labels[row]],
  });
  const lines = [`goroutine ${id[row]}${header}`];
  if (flags[row] & STACK_UNAVAILABLE) lines.push("\tgoroutine running on other thread; stack unavailable");
  pushStack(lines, goroutines, goroutines.stack[row]);
  pushCreator(lines, goroutines, goroutines.creator[row], goroutines.creatorId[row]);
  if (goroutines.ancestry[row] !== NO_ANCESTRY) {
    for (const ancestor of goroutines.ancestries[goroutines.ancestry[row]]) {
      lines.push(`[originating from goroutine ${ancestor.id}]:`);
      pushStack(lines, goroutines, ancestor.stack);
      pushCreator(lines, goroutines, ancestor.creator, UNKNOWN_ID);
    }
  }
  return lines.join("\n") + "\n";
}

/** All goroutines, one after the other, in pieces of about a megabyte. */
export function* formatDump(goroutines: Goroutines): Generator<string> {
  let piece = goroutines.cause === undefined ? "" : `${goroutines.cause}\n\n`;
  for (let row = 0; row < goroutines.count; row++) {
    piece += (row > 0 ? "\n" : "") + formatGoroutine(goroutines, row);
    if (piece.length > 1 << 20) {
      yield piece;
      piece = "";
    }
  }
  yield piece;
}

function pushStack(lines: string[], { stacks, frames }: Goroutines, stack: StackIndex): void {
  for (let i = stacks.start[stack]; i < stacks.start[stack + 1]; i++) {
    const frame = stacks.frame[i];
    const name = frames.function[frame];
    switch (frames.kind[frame]) {
      case ELIDED:
        lines.push(name);
        break;
      case FOREIGN_CALL:
        // A frame without a file stands on one line; the address was different in every run anyway.
        if (frames.file[frame] === "" && name === "non-Go function") lines.push(`${name} at pc=0x0`);
        else lines.push(name, `\t${frames.file[frame] === "" ? "" : `${place(frames, frame)} `}pc=0x0`);
        break;
      case INLINED_CALL:
        lines.push(`${name}(...)`, `\t${place(frames, frame)}`);
        break;
      default:
        lines.push(`${name}(...)`, `\t${place(frames, frame)} +0x${frames.pcOffset[frame].toString(16)}`);
    }
  }
}

function pushCreator(lines: string[], { frames }: Goroutines, creator: GoroutineFrameIndex, by: number): void {
  if (creator === NO_FRAME) return;
  lines.push(`created by ${frames.function[creator]}${by === UNKNOWN_ID ? "" : ` in goroutine ${by}`}`);
  const offset = frames.pcOffset[creator];
  lines.push(`\t${place(frames, creator)}${offset === 0 ? "" : ` +0x${offset.toString(16)}`}`);
}

function place(frames: Goroutines["frames"], frame: GoroutineFrameIndex): string {
  return `${frames.file[frame]}:${frames.line[frame]}`;
}
