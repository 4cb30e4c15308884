/**
 * What changed between two moments of one process, goroutine by goroutine: Go never uses an id twice.
 */
import { type GoroutineRow, type Goroutines, isWaiting, UNKNOWN_ID } from "./goroutine.js";
import { frameTitle } from "./goroutine-group.js";

export interface GoroutineChanges {
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
  const rowOf = new Map<number, GoroutineRow>();
  for (let row = 0; row < before.count; row++) if (before.id[row] !== UNKNOWN_ID) rowOf.set(before.id[row], row);
  if (rowOf.size < before.count || after.id.includes(UNKNOWN_ID) || !isSameProcess(before, after, rowOf)) {
    const none = new Uint32Array(0);
    return { created: none, finished: none, stuck: none, moved: none, isComparable: false };
  }
  const created: GoroutineRow[] = [];
  const stuck: GoroutineRow[] = [];
  const moved: GoroutineRow[] = [];
  const beforeStack = stackTexts(before);
  const afterStack = stackTexts(after);
  for (let row = 0; row < after.count; row++) {
    const earlier = rowOf.get(after.id[row]);
    if (earlier === undefined) {
      created.push(row);
      continue;
    }
    rowOf.delete(after.id[row]);
    const state = after.states[after.state[row]];
    const isSame = state === before.states[before.state[earlier]] && afterStack(row) === beforeStack(earlier);
    if (!isSame) moved.push(row);
    else if (isWaiting(state)) stuck.push(row);
  }
  return {
    created: Uint32Array.from(created),
    finished: Uint32Array.from(rowOf.values()).sort(),
    stuck: Uint32Array.from(stuck),
    moved: Uint32Array.from(moved),
    isComparable: true,
  };
}

/** The same id was started by the same `go` statement in both, wherever both know it. */
function isSameProcess(before: Goroutines, after: Goroutines, rowOf: ReadonlyMap<number, GoroutineRow>): boolean {
  let same = 0;
  let different = 0;
  for (let row = 0; row < after.count; row++) {
    const earlier = rowOf.get(after.id[row]);
    if (earlier === undefined) continue;
    if (frameTitle(before, before.creator[earlier]) === frameTitle(after, after.creator[row])) same++;
    else different++;
  }
  return same >= different;
}

/** The stack of a row as text, worked out once per different stack. */
function stackTexts(goroutines: Goroutines): (row: GoroutineRow) => string {
  const { stack, stacks } = goroutines;
  const known: string[] = [];
  const textOf = (index: number) =>
    Array.from(stacks.frame.subarray(stacks.start[index], stacks.start[index + 1]), (frame) =>
      frameTitle(goroutines, frame),
    ).join("\n");
  return (row) => (known[stack[row]] ??= textOf(stack[row]));
}
