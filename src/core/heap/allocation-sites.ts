/**
 * Born here, held there: the allocation stacks of the objects that the heap profiler has sampled, beside who holds them.
 */
import type { FoundHolders } from "./holders.js";
import type { Holder } from "./holder.js";
import type { HeapView } from "./contents.js";
import type { NodeIndex } from "./dominators.js";
import { type Pile, pileOf } from "./pile.js";

export interface AllocationSite {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

/** A live object that was sampled when it was allocated. */
export interface SampledObject {
  readonly object: number;
  /** Index into the sites. */
  readonly site: number;
  /** What the sample stands for. */
  readonly bytes: number;
}

export interface HeldSite extends AllocationSite {
  readonly bytes: number;
  readonly holders: readonly { readonly name: string; readonly share: number }[];
  /** Where most of it piles up, inside of a holder or of what several hold. */
  readonly pile?: Pile;
}

export interface BornAndHeld {
  readonly sites: readonly HeldSite[];
  /** Row `i` says where what holder `i` keeps alive was allocated, the most first. */
  readonly allocatedAt: readonly (readonly (AllocationSite & { readonly bytes: number })[])[];
}

const MAX_SITES = 3;
const MAX_HOLDERS = 5;

export function bornAndHeld(
  view: HeapView,
  { holders }: FoundHolders,
  sites: readonly AllocationSite[],
  sampled: readonly SampledObject[],
): BornAndHeld {
  const { tree } = view;
  const holderOfNode = new Int32Array(tree.count).fill(-1);
  // A holder inside of another is later in the list, which is by size: the nearest one counts.
  for (const [i, { nodes }] of holders.entries()) for (const node of nodes) holderOfNode[node] = i;
  const ofSite = sites.map(() => new Map<number, number>());
  const nodesOfSite = sites.map(() => new Map<number, number>());
  const ofHolder = holders.map(() => new Map<number, number>());
  for (const { object, site, bytes } of sampled) {
    let node = tree.nodeOf[object];
    if (node < 0) continue; // garbage that waits for the collector
    nodesOfSite[site].set(node, (nodesOfSite[site].get(node) ?? 0) + bytes);
    while (node > 0 && holderOfNode[node] < 0) node = tree.dominator[node];
    const holder = node > 0 ? holderOfNode[node] : -1;
    ofSite[site].set(holder, (ofSite[site].get(holder) ?? 0) + bytes);
    if (holder >= 0) ofHolder[holder].set(site, (ofHolder[holder].get(site) ?? 0) + bytes);
  }
  return {
    sites: sites
      .map((site, i) => ({ ...site, ...heldBy(ofSite[i], holders), ...piled(view, nodesOfSite[i]) }))
      .filter(({ bytes }) => bytes > 0)
      .sort((a, b) => b.bytes - a.bytes),
    allocatedAt: ofHolder.map((bytes) =>
      largest(bytes, MAX_SITES).map(([site, sum]) => ({ ...sites[site], bytes: Math.round(sum) })),
    ),
  };
}

function heldBy(
  byHolder: ReadonlyMap<number, number>,
  holders: readonly Holder[],
): Pick<HeldSite, "bytes" | "holders"> {
  const all = [...byHolder.values()].reduce((sum, bytes) => sum + bytes, 0);
  const byName = new Map<string, number>();
  for (const [holder, bytes] of byHolder) {
    if (holder < 0) continue;
    const { name } = holders[holder];
    byName.set(name, (byName.get(name) ?? 0) + bytes);
  }
  return {
    bytes: Math.round(all),
    holders: largest(byName, MAX_HOLDERS).map(([name, bytes]) => ({ name, share: bytes / all })),
  };
}

function piled(view: HeapView, nodes: ReadonlyMap<NodeIndex, number>): Pick<HeldSite, "pile"> {
  const bytes = [...nodes.values()].reduce((sum, each) => sum + each, 0);
  const pile = bytes < view.leastBytes ? undefined : pileOf(view, nodes);
  return pile === undefined ? {} : { pile };
}

function largest<Key>(bytes: ReadonlyMap<Key, number>, count: number): [Key, number][] {
  return [...bytes].sort((a, b) => b[1] - a[1]).slice(0, count);
}
