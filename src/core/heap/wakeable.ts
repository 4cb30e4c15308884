/**
 * Which blocked goroutines nothing can wake: the question of the runtime's own leak detector (GOLF,
 * doi:10.1145/3676641.3715990), asked of the graph of a heap.
 *
 * Roots are those of the collector, but for the stacks of goroutines that are blocked. What they wait for is looked at when
 * all that is reachable from there is known: a goroutine of which something is reached may wake, so its stack is a root as
 * well, until nothing is added. The runtime's own books (goroutines, their places in queues) are not followed: they refer
 * to everything that waits.
 */
import type { ObjectGraph } from "./object-graph.js";
import type { OwnerKind, Roots } from "./roots.js";
import type { ObjectIndex } from "./spans.js";

export interface BlockedAt {
  readonly id: number;
  /** What it waits for: addresses of channels, locks, conditions. */
  readonly objects: readonly number[];
}

export interface Wakeable {
  readonly reachable: ReadonlySet<number>;
  readonly unreachable: ReadonlySet<number>;
}

/** `opaque` are objects that are not followed, beside the runtime's books. */
export function wakeable(
  graph: ObjectGraph,
  roots: Roots,
  blocked: readonly BlockedAt[],
  opaque: Iterable<ObjectIndex>,
): Wakeable {
  const { spans } = graph;
  const walk = new Walk(graph, [...roots.books, ...opaque]);
  const open = new Map(blocked.map((one) => [one.id, one]));
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < roots.count; row++) {
    const { kind, goroutine } = roots.owners[roots.owner[row]];
    if (NOT_FOLLOWED.has(kind)) continue;
    if (kind !== "goroutine" || goroutine === undefined || !open.has(goroutine)) walk.reach(roots.object[row]);
    else {
      const rows = rowsOf.get(goroutine);
      if (rows === undefined) rowsOf.set(goroutine, [row]);
      else rows.push(row);
    }
  }
  const reachable = new Set<number>();
  for (let woke = true; woke;) {
    walk.follow();
    woke = false;
    for (const { id, objects } of open.values()) {
      // What is not on the heap is reached by anybody.
      const isReached = (address: number) => {
        const object = spans.objectAt(address);
        return object < 0 || walk.hasReached(object);
      };
      if (!objects.some(isReached)) continue;
      reachable.add(id);
      open.delete(id);
      for (const row of rowsOf.get(id) ?? []) walk.reach(roots.object[row]);
      woke = true;
    }
  }
  return { reachable, unreachable: new Set(open.keys()) };
}

/** What they refer to is not kept by them. */
const NOT_FOLLOWED: ReadonlySet<OwnerKind> = new Set(["runtime"]);

const REACHED = 1;
const OPAQUE = 2;

class Walk {
  readonly #graph: ObjectGraph;
  readonly #state: Uint8Array;
  readonly #queue: Int32Array;
  #next = 0;
  #end = 0;

  constructor(graph: ObjectGraph, opaque: Iterable<ObjectIndex>) {
    this.#graph = graph;
    this.#state = new Uint8Array(graph.spans.objectCount);
    this.#queue = new Int32Array(graph.spans.objectCount);
    for (const object of opaque) this.#state[object] = OPAQUE;
  }

  hasReached(object: ObjectIndex): boolean {
    return this.#state[object] === REACHED;
  }

  reach(object: ObjectIndex): void {
    if (this.#state[object] !== 0) return;
    this.#state[object] = REACHED;
    this.#queue[this.#end++] = object;
  }

  follow(): void {
    const { edgeStart, edges } = this.#graph;
    while (this.#next < this.#end) {
      const from = this.#queue[this.#next++];
      for (let edge = edgeStart[from], last = edgeStart[from + 1]; edge < last; edge++) this.reach(edges[edge]);
    }
  }
}
