/**
 * Everything about one reading of a heap: who holds what, and where it was allocated.
 */
import { type AllocationSite, bornAndHeld, type BornAndHeld, type SampledObject } from "./allocation-sites.js";
import type { TypedMemory } from "./content.js";
import { type HeapView, rowsOfOwners } from "./contents.js";
import { dominatorTree } from "./dominators.js";
import { findHolders, type FoundHolders, leastTold } from "./holders.js";
import type { ObjectGraph } from "./object-graph.js";
import { reachFrom } from "./reach.js";
import type { Roots } from "./roots.js";

export interface HeapInput {
  readonly graph: ObjectGraph;
  readonly roots: Roots;
  readonly memory: TypedMemory;
  readonly sites: readonly AllocationSite[];
  readonly sampled: readonly SampledObject[];
}

export interface Retention extends FoundHolders, BornAndHeld {
  readonly view: HeapView;
}

export function retentionOf({ graph, roots, memory, sites, sampled }: HeapInput): Retention {
  const reach = reachFrom(graph, roots);
  const tree = dominatorTree(graph, roots, reach);
  const marks = new Uint8Array(tree.count);
  const leastBytes = leastTold(tree.retained[0]);
  const view: HeapView = { marks, leastBytes, graph, roots, tree, reach, memory, rowsOfOwner: rowsOfOwners(roots) };
  const found = findHolders(view);
  return { view, ...found, ...bornAndHeld(view, found, sites, sampled) };
}
