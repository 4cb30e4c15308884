/**
 * What a node of the dominator tree alone keeps alive, by where the pointers to it lie: fields, elements, locals.
 */
import { type Content, placed, placeIn, type PointerPlace, type TypedMemory } from "./content.js";
import { BEGINNING, type DominatorTree, type NodeIndex, ownerNode } from "./dominators.js";
import { ELEMENT, MAP_KEY, type Step } from "./go-type.js";
import type { ObjectGraph } from "./object-graph.js";
import type { Reach } from "./reach.js";
import type { RootFrame, RootOwner, Roots } from "./roots.js";

/** Nodes that lie at the same place of what holds them; all elements of a slice or map are at one place. */
export interface Group {
  /** Of a goroutine's locals, the function that they belong to. */
  readonly label: string | undefined;
  readonly steps: readonly Step[];
  count: number;
  retained: number;
  retainedObjects: number;
  /** The one that retains most, and what its pointer tells of it. */
  largest: NodeIndex;
  place: PointerPlace | undefined;
  /** Whether the pointers to them were found: others are held by several parts of what holds them. */
  readonly isDirect: boolean;
  /** The first ones, where that was asked for; of those that are not direct, the large ones. */
  readonly members: Member[];
}

export interface Member {
  readonly node: NodeIndex;
  readonly content: Content | undefined;
}

export interface HeapView {
  readonly graph: ObjectGraph;
  readonly roots: Roots;
  readonly tree: DominatorTree;
  readonly reach: Reach;
  readonly memory: TypedMemory;
  /** What retains less is not told of by itself. */
  readonly leastBytes: number;
  /** A mark for each node, for whoever looks at the children of one; all zero in between. */
  readonly marks: Uint8Array;
  /** Rows of roots by owner. */
  readonly rowsOfOwner: ReadonlyMap<number, readonly number[]>;
}

export function rowsOfOwners({ count, owner }: Roots): ReadonlyMap<number, readonly number[]> {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < count; row++) {
    const list = rows.get(owner[row]);
    if (list === undefined) rows.set(owner[row], [row]);
    else list.push(row);
  }
  return rows;
}

/** Of an object whose content is known, or not; with the members of its groups, up to so many of each. */
export function groupsBelow(view: HeapView, node: NodeIndex, content: Content | undefined, maxMembers = 0): Group[] {
  const { tree } = view;
  if (tree.childStart[node] === tree.childStart[node + 1]) return [];
  const grouping = new Grouping(view, maxMembers);
  const what = tree.what[node];
  if (what === BEGINNING) return [];
  if (what < 0) addRoots(view, node, ownerNode(what), grouping);
  else addWords(view, node, what, content, grouping);
  return grouping.finish(node);
}

/** What an object was allocated as, where the program notes that and nothing else tells. */
export function contentOf(view: HeapView, object: number, given: Content | undefined): Content | undefined {
  if (given !== undefined) return given;
  const type = view.memory.allocatedType(object);
  if (type === undefined || type.size === 0) return closureAt(view, object);
  const size = view.graph.spans.sizeOf(object);
  const isLarge = view.graph.spans.columns.isLarge[view.graph.spans.spanOf(object)] === 1;
  const from = view.graph.spans.addressOf(object) + (isLarge ? 0 : 8);
  return { kind: "values", type, from, isMany: type.size * 2 <= size };
}

/** A closure is known by its first word: nothing else on the heap points to where a function begins. */
function closureAt({ memory, graph: { spans } }: HeapView, object: number): Content | undefined {
  const from = spans.addressOf(object);
  const code = memory.word(from);
  const closure = code === undefined || code === 0 ? undefined : memory.closure(code);
  return closure && { kind: "closure", ...closure, from };
}

function addRoots(view: HeapView, node: NodeIndex, owner: number, grouping: Grouping): void {
  const { roots, tree } = view;
  for (const row of view.rowsOfOwner.get(owner) ?? []) {
    const child = tree.nodeOf[roots.object[row]];
    if (child < 0 || tree.dominator[child] !== node || grouping.isTaken(child)) continue;
    const { label, place, steps } = placeOfRoot(view, row);
    grouping.add(child, label, steps, () => place);
  }
}

/** What is known of the pointer of a root. */
export function placeOfRoot(
  { roots, memory, graph }: HeapView,
  row: number,
): { label: string; place: PointerPlace | undefined; steps: readonly Step[] } {
  const owner = roots.owners[roots.owner[row]];
  const slot = roots.slot[row];
  if (owner.kind === "goroutine") {
    const frame = roots.frame[row] >= 0 ? roots.frames[roots.frame[row]] : undefined;
    const label = frame?.function ?? owner.name;
    const found =
      frame === undefined
        ? placeOfContext(memory, graph.spans.addressOf(roots.object[row]))
        : placeOfLocal(memory, frame, slot, roots.via[row]);
    return { label, place: found?.place, steps: found?.steps ?? [] };
  }
  const label = labelOf(owner);
  if (owner.kind === "timer") {
    const content: Content = { kind: "values", type: memory.timer, from: slot, isMany: false };
    return { label, place: { steps: [], content, type: undefined }, steps: [] };
  }
  const type = owner.kind === "finalizer" ? undefined : memory.variable(owner.name);
  const place = type && placed(memory, type, slot - owner.address, slot);
  return { label, place, steps: place?.steps ?? [] };
}

/** The closure of a goroutine that has not begun yet. */
function placeOfContext(
  memory: TypedMemory,
  from: number,
): { place: PointerPlace; steps: readonly Step[] } | undefined {
  const closure = memory.closure(memory.word(from) ?? 0);
  return (
    closure && { place: { steps: [], content: { kind: "closure", ...closure, from }, type: undefined }, steps: [] }
  );
}

/** A local variable; or what lies in a variable without a name that a local points to. */
function placeOfLocal(
  memory: TypedMemory,
  frame: RootFrame,
  slot: number,
  via: number,
): { place: PointerPlace | undefined; steps: readonly Step[] } | undefined {
  const local = memory.local(frame, slot);
  if (local?.type !== undefined) {
    const steps = [{ name: local.name, type: local.type.name }];
    const found = placed(memory, local.type, local.offset, slot, steps);
    // Beside the pointer of a slice its length may be one of another time.
    const place = found && { steps: found.steps, content: found.content, type: found.type };
    return { place, steps: place?.steps ?? steps };
  }
  const pointer = via === 0 ? undefined : placeOfLocal(memory, frame, via, 0);
  const content = pointer?.place?.content;
  const place = content && placeIn(memory, content, slot);
  if (pointer === undefined || place === undefined) return undefined;
  const steps = [...pointer.steps, ...place.steps];
  return { place: { ...place, steps }, steps };
}

export function labelOf({ kind, name }: RootOwner): string {
  if (kind === "timer") return `timer ${name}`;
  if (kind === "finalizer") return name.startsWith("queued") ? name : `finalizer ${name}`;
  return name;
}

function addWords(
  view: HeapView,
  node: NodeIndex,
  object: number,
  content: Content | undefined,
  grouping: Grouping,
): void {
  const { tree, memory, graph } = view;
  const { spans } = graph;
  const from = spans.addressOf(object);
  const to = from + spans.sizeOf(object);
  const period = content === undefined ? 0 : periodOf(content);
  const known = new Map<number, Group>();
  for (let address = from; address < to; address += 8) {
    const word = memory.word(address);
    if (word === undefined || word === 0) continue;
    const target = spans.objectAt(word);
    if (target < 0) continue;
    const child = tree.nodeOf[target];
    if (child < 0 || tree.dominator[child] !== node || grouping.isTaken(child)) continue;
    const at = address;
    const place = () => (content === undefined ? undefined : placeIn(memory, content, at));
    if (period === 0) {
      const found = place();
      grouping.add(child, undefined, found?.steps ?? [], () => found);
      continue;
    }
    // Elements are alike: what holds of the first one's word holds of all.
    const phase = (((address - (content?.from ?? 0)) % period) + period) % period;
    const same = known.get(phase);
    if (same === undefined) known.set(phase, grouping.add(child, undefined, place()?.steps ?? [], place));
    else grouping.addTo(same, child, place);
  }
}

function periodOf(content: Content): number {
  if (content.kind === "values") return content.isMany ? content.type.size : 0;
  if (content.kind === "directory") return 8;
  return content.kind === "groups" ? (content.type.group()?.size ?? 0) : 0;
}

class Grouping {
  readonly #tree: DominatorTree;
  readonly #maxMembers: number;
  readonly #leastBytes: number;
  readonly #groups = new Map<string, Group>();
  readonly #marks: Uint8Array;

  constructor({ tree, marks, leastBytes }: HeapView, maxMembers: number) {
    this.#tree = tree;
    this.#marks = marks;
    this.#maxMembers = maxMembers;
    this.#leastBytes = leastBytes;
  }

  isTaken(child: NodeIndex): boolean {
    return this.#marks[child] === 1;
  }

  add(
    child: NodeIndex,
    label: string | undefined,
    steps: readonly Step[],
    placeOf: () => PointerPlace | undefined,
    isDirect = true,
  ): Group {
    const key = `${label ?? ""}\0${isDirect}\0${steps.map(({ name }) => name).join("\0")}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      const none = { count: 0, retained: 0, retainedObjects: 0, largest: child, place: undefined };
      group = { label, steps, isDirect, ...none, members: [] };
      this.#groups.set(key, group);
    }
    this.addTo(group, child, placeOf);
    return group;
  }

  addTo(group: Group, child: NodeIndex, placeOf: () => PointerPlace | undefined): void {
    this.#marks[child] = 1;
    const { retained, retainedObjects } = this.#tree;
    const isLargest = group.count === 0 || retained[child] > retained[group.largest];
    const isKept = group.members.length < this.#maxMembers;
    const place = isKept || isLargest ? placeOf() : undefined;
    if (isLargest) {
      group.largest = child;
      group.place = place;
    }
    if (isKept) group.members.push({ node: child, content: place?.content });
    group.count++;
    group.retained += retained[child];
    group.retainedObjects += retainedObjects[child];
  }

  /** What no pointer leads to directly is held by several of the others. */
  finish(node: NodeIndex): Group[] {
    const { children, childStart } = this.#tree;
    for (let i = childStart[node]; i < childStart[node + 1]; i++) {
      const child = children[i];
      if (this.#marks[child] === 1) continue;
      const { members } = this.add(child, undefined, [], () => undefined, false);
      const isLarge = this.#tree.retained[child] >= this.#leastBytes;
      if (this.#maxMembers === 0 && isLarge) members.push({ node: child, content: undefined });
    }
    for (let i = childStart[node]; i < childStart[node + 1]; i++) this.#marks[children[i]] = 0;
    return [...this.#groups.values()].sort((a, b) => b.retained - a.retained);
  }
}

/** Whether it is one of several of a slice, map or channel. */
export function isElement({ steps }: Group): boolean {
  return steps.some(({ name }) => name === ELEMENT || name === MAP_KEY);
}
