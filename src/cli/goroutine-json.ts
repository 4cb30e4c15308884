/**
 * Goroutines as the JSON of cli.md. A dump may hold 100,000 of them: what depends on the stack alone is written once
 * per stack, and the document leaves in pieces.
 */
import type { GoroutineGroup } from "../core/goroutine-group.js";
import {
  type GoroutineFrameIndex,
  type GoroutineRow,
  type Goroutines,
  isWaiting,
  LEAKED,
  LOCKED_TO_THREAD,
  NO_FRAME,
  NO_LABELS,
  type StackIndex,
  SYSTEM,
  UNKNOWN_ID,
  UNKNOWN_WAIT,
} from "../core/goroutine.js";

/** One goroutine per row; a row of a profile, which has no ids, carries a `count` instead. */
export function* goroutinesJson(goroutines: Goroutines, rows: Uint32Array): Generator<string> {
  const stackText = stackJson(goroutines);
  let piece = "[";
  for (let i = 0; i < rows.length; i++) {
    if (i > 0) piece += ",";
    piece += JSON.stringify(aboutRow(goroutines, rows[i])).slice(0, -1) + `,"stack":${stackText(rows[i])}}`;
    if (piece.length > 1 << 20) {
      yield piece;
      piece = "";
    }
  }
  yield piece + "]";
}

export function groupJson(goroutines: Goroutines, group: GoroutineGroup): object {
  const first = group.rows[0];
  const ids = Array.from(group.rows, (row) => goroutines.id[row]).filter((id) => id !== UNKNOWN_ID);
  const state = goroutines.states[goroutines.state[first]];
  return {
    count: group.count,
    title: group.title,
    ids,
    state,
    ...(group.longestWaitNs !== undefined && { longestWaitNs: group.longestWaitNs }),
    ...creatorJson(goroutines, first),
    stack: framesJson(goroutines, goroutines.stack[first]),
  };
}

function aboutRow(goroutines: Goroutines, row: GoroutineRow): object {
  const state = goroutines.states[goroutines.state[row]];
  const flags = goroutines.flags[row];
  const labels = goroutines.labels[row] === NO_LABELS ? [] : goroutines.labelSets[goroutines.labels[row]];
  return {
    ...(goroutines.id[row] === UNKNOWN_ID ? { count: goroutines.multiplicity[row] } : { id: goroutines.id[row] }),
    state,
    waitReason: isWaiting(state) ? state : "",
    ...(goroutines.waitNs[row] !== UNKNOWN_WAIT && { waitNs: goroutines.waitNs[row] }),
    system: (flags & SYSTEM) !== 0,
    ...(flags & LEAKED && { leaked: true }),
    ...(flags & LOCKED_TO_THREAD && { locked: true }),
    labels: Object.fromEntries(labels),
    ...creatorJson(goroutines, row),
  };
}

function creatorJson(goroutines: Goroutines, row: GoroutineRow): object {
  const creator = goroutines.creator[row];
  if (creator === NO_FRAME) return {};
  const by = goroutines.creatorId[row];
  return { createdBy: { ...frameJson(goroutines, creator), ...(by !== UNKNOWN_ID && { goroutine: by }) } };
}

function stackJson(goroutines: Goroutines): (row: GoroutineRow) => string {
  const known: string[] = [];
  const { stack } = goroutines;
  return (row) => (known[stack[row]] ??= JSON.stringify(framesJson(goroutines, stack[row])));
}

function framesJson(goroutines: Goroutines, stack: StackIndex): object[] {
  const { stacks } = goroutines;
  const frames = stacks.frame.subarray(stacks.start[stack], stacks.start[stack + 1]);
  return Array.from(frames, (frame) => frameJson(goroutines, frame));
}

function frameJson({ frames }: Goroutines, frame: GoroutineFrameIndex): object {
  const file = frames.file[frame];
  return { function: frames.function[frame], file, line: file === "" ? 0 : frames.line[frame] };
}
