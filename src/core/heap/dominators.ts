/**
 * Who alone keeps an object alive: the dominator tree of a heap, and retained sizes.
 *
 * Nodes are numbered in the order of a depth-first search: 0 is the beginning of everything, then each owner of roots
 * before what it holds. `dominator[i] < i`, so a pass backward sums up and a pass forward hands down. An edge between
 * objects of different rank counts for nothing: what the runtime refers to is held by the program alone if it is.
 * Semi-NCA, Georgiadis, "Linear-Time Algorithms for Dominators and Related Problems" (2005), chapter 2.
 */
import type { ObjectGraph } from "./object-graph.js";
import { rankOfRoot, type Reach } from "./reach.js";
import type { Roots } from "./roots.js";

/** Row of the dominator tree. */
export type NodeIndex = number;

export interface DominatorTree {
  readonly count: number;
  /** The object of a node, or minus one minus the index of an owner; of the beginning, BEGINNING. */
  readonly what: Int32Array;
  readonly dominator: Int32Array;
  /** Own bytes and those of all that would be freed with it. */
  readonly retained: Float64Array;
  readonly retainedObjects: Uint32Array;
  /** Node of each object; -1 of those that are not reachable. */
  readonly nodeOf: Int32Array;
  /** Nodes that the tree has below node `i`: `children[childStart[i]]` to before `children[childStart[i + 1]]`. */
  readonly childStart: Uint32Array;
  readonly children: Int32Array;
  /** Nodes with an edge to node `i`, as `children`. */
  readonly referrerStart: Uint32Array;
  readonly referrers: Int32Array;
}

export const BEGINNING = -0x80000000;
export const ownerNode = (owner: number) => -1 - owner;

export function dominatorTree(graph: ObjectGraph, roots: Roots, { rank, count: reached }: Reach): DominatorTree {
  const { spans, edgeStart, edges } = graph;
  const byOwner = rowsByOwner(roots);
  const mostNodes = reached + roots.owners.length + 1;
  const what = new Int32Array(mostNodes);
  const parent = new Int32Array(mostNodes);
  const nodeOf = new Int32Array(spans.objectCount).fill(-1);
  const ownerNodes: number[] = [];
  what[0] = BEGINNING;
  let count = 1;
  // Heaps are large: what a pass needs no more is the next one's.
  const stack = new Int32Array(mostNodes);
  const position = new Int32Array(mostNodes);
  {
    for (const owner of roots.owners.keys()) {
      if (byOwner.start[owner] === byOwner.start[owner + 1]) continue;
      const node = count++;
      ownerNodes.push(node);
      what[node] = ownerNode(owner);
      parent[node] = 0;
      for (let row = byOwner.start[owner]; row < byOwner.start[owner + 1]; row++) {
        const object = roots.object[byOwner.rows[row]];
        if (nodeOf[object] >= 0 || rank[object] !== rankOfRoot(roots, byOwner.rows[row])) continue;
        let depth = 1;
        stack[0] = nodeOf[object] = count;
        what[count] = object;
        parent[count++] = node;
        position[0] = edgeStart[object];
        while (depth > 0) {
          const top = stack[depth - 1];
          const from = what[top];
          if (position[depth - 1] === edgeStart[from + 1]) {
            depth--;
            continue;
          }
          const to = edges[position[depth - 1]++];
          if (nodeOf[to] >= 0 || rank[to] !== rank[from]) continue;
          stack[depth] = nodeOf[to] = count;
          position[depth++] = edgeStart[to];
          what[count] = to;
          parent[count++] = top;
        }
      }
    }
  }
  const { referrerStart, referrers } = referrersOf(graph, roots, rank, { what, nodeOf, count, ownerNodes, byOwner });
  const scratch = { path: stack, label: position, semi: new Int32Array(count), ancestor: new Int32Array(count) };
  const dominator = semiNca(count, parent, referrerStart, referrers, scratch);
  const retained = new Float64Array(count);
  const retainedObjects = new Uint32Array(parent.buffer, 0, count).fill(0);
  for (let node = count - 1; node > 0; node--) {
    if (what[node] >= 0) {
      retained[node] += spans.sizeOf(what[node]);
      retainedObjects[node]++;
    }
    retained[dominator[node]] += retained[node];
    retainedObjects[dominator[node]] += retainedObjects[node];
  }
  const childStart = new Uint32Array(count + 1);
  const children = grouped(dominator, childStart, scratch.semi);
  return {
    ...{ count, what: what.subarray(0, count), dominator, retained, retainedObjects, nodeOf },
    ...{ childStart, children, referrerStart, referrers },
  };
}

interface Rows {
  readonly start: Uint32Array;
  readonly rows: Int32Array;
}

function rowsByOwner(roots: Roots): Rows {
  const start = new Uint32Array(roots.owners.length + 1);
  for (let row = 0; row < roots.count; row++) start[roots.owner[row] + 1]++;
  for (let owner = 0; owner < roots.owners.length; owner++) start[owner + 1] += start[owner];
  const next = start.slice();
  const rows = new Int32Array(roots.count);
  for (let row = 0; row < roots.count; row++) rows[next[roots.owner[row]]++] = row;
  return { start, rows };
}

interface Numbered {
  readonly what: Int32Array;
  readonly nodeOf: Int32Array;
  readonly count: number;
  readonly ownerNodes: readonly number[];
  readonly byOwner: Rows;
}

function referrersOf({ edgeStart, edges }: ObjectGraph, roots: Roots, rank: Uint8Array, numbered: Numbered) {
  const { what, nodeOf, count } = numbered;
  const referrerStart = new Uint32Array(count + 1);
  for (const [, to] of eachRootEdge(roots, rank, numbered)) referrerStart[to]++;
  for (let node = 1; node < count; node++) {
    const object = what[node];
    if (object < 0) continue;
    for (let edge = edgeStart[object], last = edgeStart[object + 1]; edge < last; edge++) {
      if (rank[edges[edge]] === rank[object]) referrerStart[nodeOf[edges[edge]]]++;
    }
  }
  for (let node = 0; node < count; node++) referrerStart[node + 1] += referrerStart[node];
  const referrers = new Int32Array(referrerStart[count]);
  // From the end of each part to its beginning, which is where the starts point then.
  for (const [from, to] of eachRootEdge(roots, rank, numbered)) referrers[--referrerStart[to]] = from;
  for (let node = 1; node < count; node++) {
    const object = what[node];
    if (object < 0) continue;
    for (let edge = edgeStart[object], last = edgeStart[object + 1]; edge < last; edge++) {
      if (rank[edges[edge]] === rank[object]) referrers[--referrerStart[nodeOf[edges[edge]]]] = node;
    }
  }
  return { referrerStart, referrers };
}

function* eachRootEdge(
  roots: Roots,
  rank: Uint8Array,
  { what, nodeOf, ownerNodes, byOwner }: Numbered,
): Generator<readonly [from: NodeIndex, to: NodeIndex]> {
  for (const node of ownerNodes) {
    const owner = ownerNode(what[node]); // its own inverse
    for (let i = byOwner.start[owner]; i < byOwner.start[owner + 1]; i++) {
      const object = roots.object[byOwner.rows[i]];
      if (rank[object] === rankOfRoot(roots, byOwner.rows[i])) yield [node, nodeOf[object]];
    }
  }
}

/** Arrays of a number for each node, whatever they hold. */
interface Scratch {
  readonly semi: Int32Array;
  readonly label: Int32Array;
  readonly ancestor: Int32Array;
  readonly path: Int32Array;
}

/** Immediate dominators by depth-first number. */
function semiNca(
  count: number,
  parent: Int32Array,
  referrerStart: Uint32Array,
  referrers: Int32Array,
  { semi, label, ancestor, path }: Scratch,
): Int32Array {
  ancestor.fill(-1);
  const dominator = new Int32Array(count);
  for (let node = 0; node < count; node++) {
    semi[node] = label[node] = node;
    dominator[node] = parent[node];
  }
  for (let node = count - 1; node > 0; node--) {
    let least = parent[node];
    for (let i = referrerStart[node], last = referrerStart[node + 1]; i < last; i++) {
      const from = referrers[i];
      let candidate = from;
      if (from > node) {
        if (ancestor[from] >= 0) {
          let depth = 0;
          let at = from;
          while (ancestor[ancestor[at]] >= 0) {
            path[depth++] = at;
            at = ancestor[at];
          }
          while (depth > 0) {
            const one = path[--depth];
            const above = ancestor[one];
            if (semi[label[above]] < semi[label[one]]) label[one] = label[above];
            ancestor[one] = ancestor[above];
          }
        }
        candidate = semi[label[from]];
      }
      if (candidate < least) least = candidate;
    }
    semi[node] = least;
    ancestor[node] = parent[node];
  }
  for (let node = 1; node < count; node++) {
    let at = dominator[node];
    while (at > semi[node]) at = dominator[at];
    dominator[node] = at;
  }
  dominator[0] = 0;
  return dominator;
}

/** Nodes by what `key` says of them; node 0 is in no group. `starts` is all zero, and tells where each group begins. */
function grouped(key: Int32Array, starts: Uint32Array, values: Int32Array): Int32Array {
  const count = key.length;
  for (let node = 1; node < count; node++) starts[key[node]]++;
  for (let node = 0; node < count; node++) starts[node + 1] += starts[node];
  for (let node = count - 1; node > 0; node--) values[--starts[key[node]]] = node;
  return values.subarray(0, Math.max(0, count - 1));
}
