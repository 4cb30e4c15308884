/**
 * A goroutine as JSON: the fields that the command line, the proxy of a debug session and an opened dump write alike.
 * docs/dap.md and `godiag goroutines --json` promise them; fields are added, never changed.
 */
import type { FrameJson, GoroutineJson } from "./answer-bodies.js";
import {
  type GoroutineFrameIndex,
  type GoroutineRow,
  type Goroutines,
  isWaiting,
  LEAKED,
  LOCKED_TO_THREAD,
  NO_FRAME,
  NO_LABELS,
  SYSTEM,
  UNKNOWN_ID,
  UNKNOWN_WAIT,
} from "./goroutine.js";

/** At most so many goroutines are named that could wake one. */
export const MAX_SERVERS = 5;

type StateJson = Omit<GoroutineJson, "id" | "pid" | "createdBy" | "at" | "change" | "waitsFor">;

export function stateJson(goroutines: Goroutines, row: GoroutineRow): StateJson {
  const state = goroutines.states[goroutines.state[row]];
  const flags = goroutines.flags[row];
  const labels = goroutines.labels[row] === NO_LABELS ? [] : goroutines.labelSets[goroutines.labels[row]];
  return {
    state,
    waitReason: isWaiting(state) ? state : "",
    ...(goroutines.waitNs[row] !== UNKNOWN_WAIT && { waitNs: goroutines.waitNs[row] }),
    system: (flags & SYSTEM) !== 0,
    ...(flags & LEAKED && { leaked: true }),
    ...(flags & LOCKED_TO_THREAD && { locked: true }),
    labels: Object.fromEntries(labels),
  };
}

export function creatorJson(goroutines: Goroutines, row: GoroutineRow): Pick<GoroutineJson, "createdBy"> {
  const creator = goroutines.creator[row];
  if (creator === NO_FRAME) return {};
  const by = goroutines.creatorId[row];
  return { createdBy: { ...frameJson(goroutines, creator), ...(by !== UNKNOWN_ID && { goroutine: by }) } };
}

export function frameJson({ frames }: Goroutines, frame: GoroutineFrameIndex): FrameJson {
  const file = frames.file[frame];
  return { function: frames.function[frame], file, line: file === "" ? 0 : frames.line[frame] };
}
