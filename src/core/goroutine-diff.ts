/**
 * What changed between two moments of one process, goroutine by goroutine: Go never uses an id twice.
 */
import { type GoroutineFrameIndex, type GoroutineRow, type Goroutines, isWaiting, UNKNOWN_ID } from "./goroutine.js";
import { frameTitle } from "./goroutine-group.js";

/** Numbers for texts, the same in both moments. */
type Numbering = (text: string) => number;

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
  const known = new Map<string, number>();
  const numberOf: Numbering = (text) => {
    let number = known.get(text);
    if (number === undefined) known.set(text, (number = known.size));
    return number;
  };
  if (rowOf.size < before.count || after.id.includes(UNKNOWN_ID) || !isSameProcess(before, after, rowOf, numberOf)) {
    const none = new Uint32Array(0);
    return { created: none, finished: none, stuck: none, moved: none, isComparable: false };
  }
  const created: GoroutineRow[] = [];
  const stuck: GoroutineRow[] = [];
  const moved: GoroutineRow[] = [];
  const beforeStack = stackNumbers(before, numberOf);
  const afterStack = stackNumbers(after, numberOf);
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
function isSameProcess(
  before: Goroutines,
  after: Goroutines,
  rowOf: ReadonlyMap<number, GoroutineRow>,
  numberOf: Numbering,
): boolean {
  const beforeCreator = creatorNumbers(before, numberOf);
  const afterCreator = creatorNumbers(after, numberOf);
  let same = 0;
  let different = 0;
  for (let row = 0; row < after.count; row++) {
    const earlier = rowOf.get(after.id[row]);
    if (earlier === undefined) continue;
    if (beforeCreator(earlier) === afterCreator(row)) same++;
    else different++;
  }
  return same >= different;
}

/** Of the stack of a row, worked out once per different stack. */
function stackNumbers(goroutines: Goroutines, numberOf: Numbering): (row: GoroutineRow) => number {
  const { stack, stacks } = goroutines;
  const known: number[] = [];
  const numberOfStack = (index: number) => {
    let text = "";
    for (let i = stacks.start[index]; i < stacks.start[index + 1]; i++) {
      text += frameTitle(goroutines, stacks.frame[i]) + "\n";
    }
    return numberOf(text);
  };
  return (row) => (known[stack[row]] ??= numberOfStack(stack[row]));
}

function creatorNumbers(goroutines: Goroutines, numberOf: Numbering): (row: GoroutineRow) => number {
  const known: number[] = [];
  const numberOfFrame = (frame: GoroutineFrameIndex) => numberOf(frameTitle(goroutines, frame));
  return (row) => (known[goroutines.creator[row] + 1] ??= numberOfFrame(goroutines.creator[row]));
}
