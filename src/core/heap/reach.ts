/**
 * What of a heap is reachable, and the shortest path to each object: breadth first, from strong roots before weak ones.
 *
 * Roots are of ranks. What a variable, a goroutine or a timer holds is of rank 0, whatever else refers to it; what only
 * finalizers hold is of rank 1, what only the runtime's own books hold of rank 2. Within rank 0 paths from variables come
 * first: they are what people know.
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

export const RANK: Readonly<Record<OwnerKind, number>> = {
  global: 0,
  cgo: 0,
  goroutine: 0,
  timer: 0,
  finalizer: 1,
  runtime: 2,
};

const TURNS: readonly (readonly OwnerKind[])[] = [
  ["global", "cgo"],
  ["timer"],
  ["goroutine"],
  ["finalizer"],
  ["runtime"],
];

export function reachFrom({ spans, edgeStart, edges }: ObjectGraph, roots: Roots): Reach {
  const rank = new Uint8Array(spans.objectCount).fill(NOT_REACHED);
  const parent = new Int32Array(spans.objectCount).fill(NO_PARENT);
  const queue = new Int32Array(spans.objectCount);
  let end = 0;
  for (const object of roots.books) rank[object] = WAITS_FOR_LAST_TURN;
  for (const kinds of TURNS) {
    const ofTurn = RANK[kinds[0]];
    if (kinds === TURNS.at(-1)) for (const object of roots.books) rank[object] = NOT_REACHED;
    let next = end;
    for (let row = 0; row < roots.count; row++) {
      const object = roots.object[row];
      if (rank[object] !== NOT_REACHED || !kinds.includes(roots.owners[roots.owner[row]].kind)) continue;
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
