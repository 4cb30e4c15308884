/**
 * Who holds the memory, for people: variables, goroutines, timers and what of them keeps most alive.
 *
 * From each owner down the dominator tree as long as one field after the other leads to most of it, to where the memory
 * piles up: a map, a slice, a list. That place has a name in the program's own words (`main.app.store.items`).
 */
import type { Content } from "./content.js";
import { contentOf, type Group, groupsBelow, type HeapView, isElement, labelOf } from "./contents.js";
import { type NodeIndex, ownerNode } from "./dominators.js";
import { ELEMENT, MAP_KEY, type Step } from "./go-type.js";
import type { Holder, PathStep } from "./holder.js";
import { nameOfObject, suffixOf, textOf } from "./names.js";
import { type Shared, sharedNodes } from "./sharing.js";

export interface FoundHolders {
  readonly holders: readonly Holder[];
  /** Of all that is reachable. */
  readonly bytes: number;
  readonly objects: number;
}

/** A thousandth of the heap: what is less is part of what holds it. */
const MIN_SHARE = 0.001;
const MIN_BYTES = 1_024;
/** A place is named by itself when so much of it is not in one of its fields. */
const OWN_SHARE = 0.1;
/** A slice that was grown by append reaches half of its memory, or more; one that is a part of another, much less. */
const REACH_FACTOR = 4;
const MAX_DEPTH = 50;
const MAX_UNTYPED_DEPTH = 3;
/** More goroutines that began alike are told of as one. */
const MAX_ALIKE = 8;
const MAX_PATH_BELOW = 6;
const MAX_CHAIN = 10_000_000;

/** What retains less of so many bytes is part of what holds it. */
export function leastTold(bytes: number): number {
  return Math.max(MIN_BYTES, bytes * MIN_SHARE);
}

export function findHolders(view: HeapView): FoundHolders {
  const { tree, roots, leastBytes } = view;
  const bytes = tree.retained[0];
  const search = new HolderSearch(view, leastBytes);
  const goroutines: NodeIndex[] = [];
  for (let i = tree.childStart[0]; i < tree.childStart[1]; i++) {
    const node = tree.children[i];
    if (tree.what[node] >= 0) continue;
    if (roots.owners[ownerNode(tree.what[node])].kind === "goroutine") goroutines.push(node);
    else search.addOwner(node);
  }
  search.addGoroutines(goroutines);
  for (const shared of sharedNodes(view, leastBytes)) search.addShared(shared);
  const holders = search.found.sort((a, b) => b.retainedBytes - a.retainedBytes);
  return { holders, bytes, objects: tree.retainedObjects[0] };
}

/** Somewhere below an owner. */
interface Spot {
  readonly node: NodeIndex;
  /** The first node that has this name: the same memory, and a few bytes of headers. */
  readonly named: NodeIndex;
  readonly label: string;
  readonly steps: readonly Step[];
  readonly content: Content | undefined;
  readonly type: string | undefined;
  readonly reachBytes: number | undefined;
  /** Types on the way, to notice what refers to its like. */
  readonly types: readonly string[];
  readonly untyped: number;
  readonly depth: number;
  readonly about: Pick<Holder, "kind" | "function" | "goroutine" | "file" | "line">;
  /** The other ways to what several hold, and how many of the steps belong to the way there. */
  readonly others: readonly string[];
  readonly second: string | undefined;
  readonly sharedSteps: number;
}

class HolderSearch {
  readonly found: Holder[] = [];
  readonly #view: HeapView;
  readonly #leastBytes: number;

  constructor(view: HeapView, leastBytes: number) {
    this.#view = view;
    this.#leastBytes = leastBytes;
  }

  addOwner(node: NodeIndex): void {
    const { tree, roots, memory } = this.#view;
    if (tree.retained[node] < this.#leastBytes) return;
    const owner = roots.owners[ownerNode(tree.what[node])];
    const { kind, name, goroutine } = owner;
    const isVariable = kind === "global" || kind === "runtime" || kind === "cgo";
    const about = {
      kind: kind === "runtime" ? "global" : kind,
      ...(!isVariable && { function: name }),
      ...(goroutine !== undefined && { goroutine }),
    };
    this.#visit(spotAt(node, labelOf(owner), isVariable ? memory.variable(name)?.name : undefined, about));
  }

  /** Those that began with the same function are told of as one where there are many. */
  addGoroutines(nodes: readonly NodeIndex[]): void {
    const { tree, roots } = this.#view;
    const alike = new Map<string, NodeIndex[]>();
    for (const node of nodes) {
      const { name } = roots.owners[ownerNode(tree.what[node])];
      const list = alike.get(name);
      if (list === undefined) alike.set(name, [node]);
      else list.push(node);
    }
    for (const list of alike.values()) {
      if (list.length > MAX_ALIKE) this.#addTogether(list);
      else for (const node of list) this.addOwner(node);
    }
  }

  addShared({ nodes, largest, named, kind, others }: Shared): void {
    const { label, steps, place } = named;
    const spot: Spot = {
      ...spotAt(largest, label, steps.at(-1)?.type ?? place?.type, { kind: "several" }),
      ...{ steps, content: place?.content, reachBytes: place?.reachBytes, sharedSteps: steps.length },
      others: others.map(({ name }) => name),
      // A goroutine beside a variable is told of, but gives no name: it comes and goes.
      second: others.find((other) => other.kind === kind)?.name,
    };
    if (nodes.length === 1) this.#visit(spot);
    else this.#add(spot, groupsBelow(this.#view, largest, this.#contentAt(spot)), nodes);
  }

  #visit(spot: Spot): void {
    const retained = this.#view.tree.retained[spot.node];
    const groups = groupsBelow(this.#view, spot.node, this.#contentAt(spot));
    const below = groups.filter((group) => this.#leadsOn(spot, group));
    const between = this.#between(spot, groups);
    const inBetween = between.reduce((sum, { node }) => sum + this.#view.tree.retained[node], 0);
    const rest = retained - inBetween - below.reduce((sum, group) => sum + group.retained, 0);
    const isHere = below.length + between.length === 0 || rest >= Math.max(this.#leastBytes, OWN_SHARE * retained);
    if (isHere) this.#add(ofLocals(spot, groups), groups, [spot.named]);
    for (const group of below) {
      const next = this.#below(spot, group);
      // What has no name of its own is not told of twice.
      if (!isHere || next.named !== spot.named) this.#visit(next);
    }
    for (const next of between) this.#visit(next);
  }

  /** What several parts of it hold together, by the shortest path to each. */
  #between(spot: Spot, groups: readonly Group[]): Spot[] {
    if (spot.depth >= MAX_DEPTH) return [];
    const { tree } = this.#view;
    return groups
      .flatMap(({ isDirect, members }) => (isDirect ? [] : members))
      .flatMap(({ node }) => {
        const named = nameOfObject(this.#view, tree.what[node]);
        const type = typeName(named?.place?.content);
        // Elements of a list or a tree belong to it.
        if (named === undefined || type === undefined || spot.types.includes(type)) return [];
        if (named.steps.some(({ name }) => name === ELEMENT || name === MAP_KEY)) return [];
        const { label, steps, place } = named;
        const placed = { label, steps, content: place?.content, type: steps.at(-1)?.type ?? place?.type };
        const types = [...spot.types, type];
        const inner = { ...spot, ...placed, node, named: node, types, untyped: 0, depth: spot.depth + 1 };
        return [{ ...inner, reachBytes: place?.reachBytes, second: undefined, sharedSteps: steps.length }];
      });
  }

  #leadsOn(spot: Spot, group: Group): boolean {
    if (group.count > 1 || !group.isDirect || isElement(group) || spot.depth >= MAX_DEPTH) return false;
    if (group.retained < this.#leastBytes) return false;
    const type = typeName(group.place?.content);
    return type === undefined ? spot.untyped < MAX_UNTYPED_DEPTH : !spot.types.includes(type);
  }

  #below(spot: Spot, { largest, label, steps, place }: Group): Spot {
    const isSameName = steps.length === 0 && (label === undefined || label === spot.label);
    const type = typeName(place?.content);
    return {
      ...spot,
      node: largest,
      named: isSameName ? spot.named : largest,
      label: label ?? spot.label,
      steps: [...spot.steps, ...steps],
      content: place?.content,
      type: isSameName ? (spot.type ?? place?.type) : (steps.at(-1)?.type ?? place?.type),
      reachBytes: place?.reachBytes,
      types: type === undefined ? spot.types : [...spot.types, type],
      untyped: type === undefined ? spot.untyped + 1 : 0,
      depth: spot.depth + 1,
      about: { ...spot.about, ...localOf(this.#view, spot, largest, label) },
    };
  }

  #contentAt({ node, content }: Spot): Content | undefined {
    const object = this.#view.tree.what[node];
    return object < 0 ? content : contentOf(this.#view, object, content);
  }

  #add(spot: Spot, groups: readonly Group[], nodes: readonly NodeIndex[]): void {
    const { tree, graph } = this.#view;
    const retainedBytes = nodes.reduce((sum, node) => sum + tree.retained[node], 0);
    const object = tree.what[spot.node];
    const { reachBytes, second, steps } = spot;
    const isPart = object >= 0 && reachBytes !== undefined && reachBytes * REACH_FACTOR < graph.spans.sizeOf(object);
    const name = textOf(spot.label, steps);
    this.found.push({
      name: second === undefined ? name : `${name} and ${second}${suffixOf(steps.slice(spot.sharedSteps))}`,
      ...spot.about,
      ...(spot.type !== undefined && spot.type !== "" && { type: spot.type }),
      path: [
        { step: spot.label, ...(steps.length === 0 && spot.type !== undefined && { type: spot.type }) },
        ...steps.map(pathStep),
        ...this.#pathBelow(spot, groups),
      ],
      retainedBytes,
      retainedObjects: nodes.reduce((sum, node) => sum + tree.retainedObjects[node], 0),
      share: retainedBytes / Math.max(1, tree.retained[0]),
      ...(spot.others.length > 0 && { with: spot.others }),
      ...(isPart && { reachBytes }),
      nodes,
    });
  }

  /** On from where it piles up, along what retains most. */
  #pathBelow(spot: Spot, groups: readonly Group[]): PathStep[] {
    const steps: PathStep[] = [];
    let at = spot;
    let below = groups;
    for (let depth = 0; depth < MAX_PATH_BELOW; depth++) {
      const group = below.at(0);
      if (group === undefined || !group.isDirect) break;
      const type = typeName(group.place?.content);
      if (type !== undefined && at.types.includes(type) && group.count === 1) {
        steps.push({ step: group.steps.at(-1)?.name ?? "", type, count: this.#chainLength(group) });
        break;
      }
      const counted = group.steps.findIndex(({ name }) => name === ELEMENT || name === MAP_KEY);
      const count = entriesOf(at.content) ?? group.count;
      // A local whose elements lie on the stack has been named already.
      const isNamed = at === spot && spot.steps.length === 1 && spot.steps[0] === group.steps.at(0);
      for (const [i, step] of group.steps.entries()) {
        if (i > 0 || !isNamed) steps.push({ ...pathStep(step), ...(i === counted && { count }) });
      }
      at = this.#below(at, group);
      below = groupsBelow(this.#view, at.node, this.#contentAt(at));
    }
    return steps;
  }

  /** How many follow each other at the same place. */
  #chainLength({ largest, steps, place }: Group): number {
    const name = suffixOf(steps);
    let node = largest;
    let content = place?.content;
    let count = 1;
    for (; count < MAX_CHAIN; count++) {
      const isNext = (group: Group) => group.count === 1 && suffixOf(group.steps) === name;
      const next = groupsBelow(this.#view, node, content).find(isNext);
      if (next === undefined) break;
      node = next.largest;
      content = next.place?.content;
    }
    return count;
  }

  /** Many goroutines that are alike: one stands for all. */
  #addTogether(nodes: readonly NodeIndex[]): void {
    const { tree } = this.#view;
    const retainedBytes = nodes.reduce((sum, node) => sum + tree.retained[node], 0);
    if (retainedBytes < this.#leastBytes) return;
    const largest = nodes.reduce((a, b) => (tree.retained[b] > tree.retained[a] ? b : a));
    const alone = new HolderSearch(this.#view, tree.retained[largest] / 2);
    alone.addOwner(largest);
    const example = alone.found.sort((a, b) => b.retainedBytes - a.retainedBytes).at(0);
    if (example === undefined) return;
    const { name, kind, path, type, function: fn, file, line } = example;
    this.found.push({
      ...{ name, kind, path },
      ...(type !== undefined && { type }),
      ...(fn !== undefined && { function: fn }),
      ...(file !== undefined && line !== undefined && { file, line }),
      goroutines: nodes.length,
      retainedBytes,
      retainedObjects: nodes.reduce((sum, node) => sum + tree.retainedObjects[node], 0),
      share: retainedBytes / Math.max(1, tree.retained[0]),
      nodes,
    });
  }
}

function spotAt(node: NodeIndex, label: string, type: string | undefined, about: Spot["about"]): Spot {
  const nothing = { steps: [], content: undefined, reachBytes: undefined, types: [], others: [], second: undefined };
  return { node, named: node, label, type, ...nothing, sharedSteps: 0, untyped: 0, depth: 0, about };
}

/** A goroutine with many locals is named by the function that has most of them, and by the variable if all are its elements. */
function ofLocals(spot: Spot, groups: readonly Group[]): Spot {
  const group = spot.about.kind === "goroutine" && spot.depth === 0 ? groups.at(0) : undefined;
  if (group?.label === undefined) return spot;
  const first = group.steps.at(0);
  const isOne = groups.length === 1 && first !== undefined && !first.name.startsWith("[");
  const named = { label: group.label, about: { ...spot.about, function: group.label } };
  return isOne ? { ...spot, ...named, steps: [first], type: first.type } : { ...spot, ...named };
}

/** Of a goroutine's local, the function that it belongs to and where that is. */
function localOf(
  { roots, tree, rowsOfOwner, memory }: HeapView,
  spot: Spot,
  child: NodeIndex,
  label: string | undefined,
) {
  if (label === undefined || spot.about.kind !== "goroutine") return {};
  const rows = rowsOfOwner.get(ownerNode(tree.what[spot.node])) ?? [];
  const row = rows.find((each) => roots.object[each] === tree.what[child] && roots.frame[each] >= 0);
  const place = row === undefined ? undefined : memory.sourcePlace(roots.frames[roots.frame[row]].pc - 1);
  return { function: label, ...(place !== undefined && { file: place.file, line: place.line }) };
}

/** How many entries the map has that this is a part of. */
function entriesOf(content: Content | undefined): number | undefined {
  return content !== undefined && "entries" in content ? content.entries : undefined;
}

function typeName(content: Content | undefined): string | undefined {
  if (content === undefined) return undefined;
  if (content.kind === "values") return content.isMany ? `[]${content.type.name}` : content.type.name;
  if (content.kind === "closure") return content.function;
  return content.kind === "channel" ? `chan ${content.element?.name ?? ""}` : `${content.kind} ${content.type.name}`;
}

function pathStep({ name, type }: Step): PathStep {
  return { step: name, ...(type !== undefined && type !== "" && { type }) };
}
