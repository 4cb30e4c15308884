/**
 * What several hold at once: none of them alone keeps it alive, so it lies below none of them in the dominator tree.
 * Such objects are put together by who holds them.
 */
import { type HeapView, placeOfRoot } from "./contents.js";
import { type NodeIndex, ownerNode } from "./dominators.js";
import { hop, nameOfObject, type NamedPlace, textOf } from "./names.js";
import { rootOfParent } from "./reach.js";
import type { OwnerKind } from "./roots.js";

export interface Shared {
  readonly nodes: readonly NodeIndex[];
  /** The one that retains most. */
  readonly largest: NodeIndex;
  readonly named: NamedPlace;
  readonly kind: OwnerKind;
  /** The other ways to it; the first ones of a few, or of very many. */
  readonly others: readonly { readonly name: string; readonly kind: OwnerKind }[];
}

const MAX_HOLDERS = 8;

/** Groups that retain at least so much together. */
export function sharedNodes(view: HeapView, leastBytes: number): Shared[] {
  const { tree } = view;
  const tops = topNodes(view);
  const groups = new Map<string, NodeIndex[]>();
  for (let i = tree.childStart[0]; i < tree.childStart[1]; i++) {
    const node = tree.children[i];
    if (tree.what[node] < 0) continue;
    const key = [...referrersByTop(view, node, tops).keys()].sort((a, b) => a - b).join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [node]);
    else group.push(node);
  }
  return [...groups.values()].flatMap((nodes) => {
    const retained = nodes.reduce((sum, node) => sum + tree.retained[node], 0);
    return retained < leastBytes ? [] : sharedBy(view, nodes, tops);
  });
}

function sharedBy(view: HeapView, nodes: readonly NodeIndex[], tops: Int32Array): Shared[] {
  const { tree, roots, reach } = view;
  const largest = nodes.reduce((a, b) => (tree.retained[b] > tree.retained[a] ? b : a));
  const object = tree.what[largest];
  const named = nameOfObject(view, object);
  if (named === undefined) return [];
  const kindOf = (row: number) => roots.owners[roots.owner[row]].kind;
  const root = rootOfParent(reach.parent[object]);
  const before = root === undefined ? tree.nodeOf[reach.parent[object]] : nodeOfOwner(view, roots.owner[root], largest);
  const taken = before === undefined ? -1 : tops[before];
  const others: { name: string; kind: OwnerKind }[] = [];
  for (const [top, referrer] of referrersByTop(view, largest, tops)) {
    if (top === taken) continue;
    const other = placeBy(view, referrer, object);
    if (other !== undefined) others.push({ name: textOf(other.label, other.steps), kind: kindOf(other.root) });
  }
  return [{ nodes, largest, named, kind: kindOf(named.root), others }];
}

/** The object as it is named from one that refers to it, or from one of its roots. */
function placeBy(view: HeapView, referrer: NodeIndex, object: number): NamedPlace | undefined {
  const { tree, roots, rowsOfOwner } = view;
  const what = tree.what[referrer];
  if (what >= 0) {
    const from = nameOfObject(view, what);
    return from === undefined ? undefined : hop(view, from, what, object);
  }
  const root = rowsOfOwner.get(ownerNode(what))?.find((row) => roots.object[row] === object);
  return root === undefined ? undefined : { ...placeOfRoot(view, root), root };
}

function nodeOfOwner({ tree }: HeapView, owner: number, below: NodeIndex): NodeIndex | undefined {
  for (let i = tree.referrerStart[below]; i < tree.referrerStart[below + 1]; i++) {
    if (tree.what[tree.referrers[i]] === ownerNode(owner)) return tree.referrers[i];
  }
  return undefined;
}

/** Of every node, the one above it that is right below the beginning: an owner, or what several hold. */
function topNodes({ tree }: HeapView): Int32Array {
  const tops = new Int32Array(tree.count);
  for (let node = 1; node < tree.count; node++) {
    tops[node] = tree.dominator[node] === 0 ? node : tops[tree.dominator[node]];
  }
  return tops;
}

/** Who refers to a node, one for each of their tops; not more than a few. */
function referrersByTop({ tree }: HeapView, node: NodeIndex, tops: Int32Array): Map<NodeIndex, NodeIndex> {
  const found = new Map<NodeIndex, NodeIndex>();
  for (let i = tree.referrerStart[node]; i < tree.referrerStart[node + 1] && found.size < MAX_HOLDERS; i++) {
    const referrer = tree.referrers[i];
    const top = tops[referrer];
    if (top !== node && !found.has(top)) found.set(top, referrer);
  }
  return found;
}
