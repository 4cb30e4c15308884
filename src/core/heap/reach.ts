/**
 * What of a heap is reachable, and the shortest path to each object: breadth first, from strong roots before weak ones.
 *
 * Roots are of ranks. What a variable, a goroutine or a timer holds is of rank 0, whatever else refers to it; what only a
 * word that may be no pointer, or a frame of the runtime, refers to is of rank 1, what only finalizers hold of rank 2, what only the runtime's own
 * books hold of rank 3. Within rank 0 paths from variables come first: they are what people know.
 */
import type { ObjectGraph } from "./object-graph.js";
import type { OwnerKind, Roots } from "./roots.js";

export interface Reach {
  /** Rank of each object; NOT_REACHED of the others. */
  readonly rank: Uint8Array;
  /** Object on the shortest path before this one; of one that a root points to, -2 minus the row of the root. */
  readonly parent: Int32Array;
  /** Reachable objects. */
  readonly count: number;
}

const NOT_REACHED = 255;
const NO_PARENT = -1;
const WAITS_FOR_LAST_TURN = 254;

const RANK: Readonly<Record<OwnerKind, number>> = {
  global: 0,
  cgo: 0,
  goroutine: 0,
  timer: 0,
  finalizer: 2,
  runtime: 3,
};
const RANK_OF_GUESS = 1;

export function rankOfRoot({ owners, owner, isGuess }: Roots, row: number): number {
  return isGuess[row] === 1 ? RANK_OF_GUESS : RANK[owners[owner[row]].kind];
}

interface Turn {
  readonly kinds: readonly OwnerKind[];
  readonly rank: number;
}

const TURNS: readonly Turn[] = [
  { kinds: ["global", "cgo"], rank: 0 },
  { kinds: ["timer"], rank: 0 },
  { kinds: ["goroutine"], rank: 0 },
  { kinds: ["goroutine", "runtime"], rank: RANK_OF_GUESS },
  { kinds: ["finalizer"], rank: 2 },
  { kinds: ["runtime"], rank: 3 },
];

export function reachFrom({ spans, edgeStart, edges }: ObjectGraph, roots: Roots): Reach {
  const rank = new Uint8Array(spans.objectCount).fill(NOT_REACHED);
  const parent = new Int32Array(spans.objectCount).fill(NO_PARENT);
  const queue = new Int32Array(spans.objectCount);
  let end = 0;
  for (const object of roots.books) rank[object] = WAITS_FOR_LAST_TURN;
  for (const turn of TURNS) {
    const { kinds, rank: ofTurn } = turn;
    if (turn === TURNS.at(-1)) for (const object of roots.books) rank[object] = NOT_REACHED;
    let next = end;
    for (let row = 0; row < roots.count; row++) {
      const object = roots.object[row];
      if (rank[object] !== NOT_REACHED || rankOfRoot(roots, row) !== ofTurn) continue;
      if (!kinds.includes(roots.owners[roots.owner[row]].kind)) continue;
      rank[object] = ofTurn;
      parent[object] = rootParent(row);
      queue[end++] = object;
    }
    while (next < end) {
      const from = queue[next++];
      for (let edge = edgeStart[from], last = edgeStart[from + 1]; edge < last; edge++) {
        const to = edges[edge];
        if (rank[to] !== NOT_REACHED) continue;
        rank[to] = ofTurn;
        parent[to] = from;
        queue[end++] = to;
      }
    }
  }
  return { rank, parent, count: end };
}

const rootParent = (row: number) => -2 - row;

/** Row of the root that `parent` says points to the object; undefined when another object does. */
export function rootOfParent(parent: number): number | undefined {
  return parent <= -2 ? -2 - parent : undefined;
}
