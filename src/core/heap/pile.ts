/**
 * Where what was allocated at one place piles up: the object furthest down the dominator tree that alone keeps most of it
 * alive, such as the map of a cache somewhere below a server that several hold.
 */
import type { HeapView } from "./contents.js";
import type { NodeIndex } from "./dominators.js";
import { nameOfObject, textOf } from "./names.js";

export interface Pile {
  /** In the program's own words: "main.app.store.items". */
  readonly name: string;
  readonly type?: string;
  readonly retainedBytes: number;
  readonly retainedObjects: number;
  /** Of what was allocated there, 0 to 1. */
  readonly share: number;
}

/** Of what was allocated there, so much has to be kept by it. */
const MIN_SHARE = 0.8;

/** `bytes` by node of the dominator tree: what was allocated at the place. Undefined where nothing with a name keeps most of it. */
export function pileOf(view: HeapView, bytes: ReadonlyMap<NodeIndex, number>): Pile | undefined {
  const { tree } = view;
  const below = new Map<NodeIndex, number>();
  let all = 0;
  for (const [node, own] of bytes) {
    all += own;
    for (let at = tree.dominator[node]; at > 0; at = tree.dominator[at]) below.set(at, (below.get(at) ?? 0) + own);
  }
  // Nodes are numbered from the beginning on: of those that keep most, the last is the furthest down.
  const most = [...below].filter(([, kept]) => kept >= MIN_SHARE * all).map(([node]) => node);
  for (const node of most.sort((a, b) => b - a)) {
    if (tree.what[node] < 0) continue;
    const named = nameOfObject(view, tree.what[node]);
    if (named === undefined || named.steps.length === 0) continue;
    const type = named.steps.at(-1)?.type;
    return {
      name: textOf(named.label, named.steps),
      ...(type !== undefined && { type }),
      retainedBytes: tree.retained[node],
      retainedObjects: tree.retainedObjects[node],
      share: (below.get(node) ?? 0) / all,
    };
  }
  return undefined;
}
