/**
 * What changed between two moments of one process, goroutine by goroutine: Go never uses an id twice.
 */
import { type GoroutineFrameIndex, type Goroutines, isWaiting, NO_FRAME, UNKNOWN_ID } from "./goroutine.js";
import { NAMELESS, numbering, type Numbers } from "./goroutine-numbers.js";
import { firstRows, NO_ROW } from "../text/row-index.js";

/** What `GoroutineChanges.change` says of a row; 0 is where it was and does not wait. */
export const CREATED = 1;
export const STUCK = 2;
export const MOVED = 3;
export const CHANGE_NAMES = [undefined, "created", "stuck", "moved"] as const;

export interface GoroutineChanges {
  /** Per row of `after`: CREATED, STUCK, MOVED or 0. */
  readonly change: Uint8Array;
  /** Rows of `after` whose id `before` does not have. */
  readonly created: Uint32Array;
  /** Rows of `before` whose id `after` does not have. */
  readonly finished: Uint32Array;
  /** Rows of `after` that wait with the same stack and state as before. */
  readonly stuck: Uint32Array;
  /** Rows of `after` that are elsewhere than before. */
  readonly moved: Uint32Array;
  /** False when the ids tell that these are two processes, or when they are not known: nothing can be matched then. */
  readonly isComparable: boolean;
}

export function compareGoroutines(before: Goroutines, after: Goroutines): GoroutineChanges {
  if (before.id.includes(UNKNOWN_ID) || after.id.includes(UNKNOWN_ID)) return notComparable(after);
  const earlier = firstRows(before.id, after.id);
  const numbersOf = numbering();
  const [was, is] = [numbersOf(before), numbersOf(after)];
  const waits = after.states.map(isWaiting);
  const statesBefore = new Map(before.states.map((state, index) => [state, index]));
  const stateBefore = after.states.map((state) => statesBefore.get(state));
  const change = new Uint8Array(after.count);
  const isAlive = new Uint8Array(before.count);
  const changed = new Uint32Array(4);
  let alive = 0;
  let sameCreator = 0;
  let otherCreator = 0;
  for (let row = 0; row < after.count; row++) {
    const old = earlier[row];
    if (old === NO_ROW) {
      change[row] = CREATED;
      changed[CREATED]++;
      continue;
    }
    isAlive[old] = 1;
    alive++;
    const state = after.state[row];
    const isSame =
      before.state[old] === stateBefore[state] && is.stack[after.stack[row]] === was.stack[before.stack[old]];
    changed[(change[row] = isSame ? (waits[state] ? STUCK : 0) : MOVED)]++;
    if (frameNumber(is, after.creator[row]) === frameNumber(was, before.creator[old])) sameCreator++;
    else otherCreator++;
  }
  // In one process an id was started by the same `go` statement at both moments, wherever both know it.
  if (otherCreator > sameCreator) return notComparable(after);
  const [created, stuck, moved] = [CREATED, STUCK, MOVED].map((one) => rowsWith(change, one, changed[one]));
  const finished = rowsWith(isAlive, 0, before.count - alive);
  return { change, created, finished, stuck, moved, isComparable: true };
}

function notComparable({ count }: Goroutines): GoroutineChanges {
  const none = new Uint32Array(0);
  const change = new Uint8Array(count);
  return { change, created: none, finished: none, stuck: none, moved: none, isComparable: false };
}

function frameNumber({ frame }: Numbers, index: GoroutineFrameIndex): number {
  return index === NO_FRAME ? NAMELESS : frame[index];
}

/** The `count` rows that have a value. */
function rowsWith(column: Uint8Array, value: number, count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let row = 0, found = 0; found < count; row++) if (column[row] === value) rows[found++] = row;
  return rows;
}
