/**
 * Names of objects by the shortest path to them, in the program's own words.
 */
import { type Content, placeIn, type PointerPlace } from "./content.js";
import { contentOf, type HeapView, placeOfRoot } from "./contents.js";
import type { Step } from "./go-type.js";
import type { ObjectIndex } from "./spans.js";
import { rootOfParent } from "./reach.js";

export interface NamedPlace {
  /** What the path begins at: a variable, a function. */
  readonly label: string;
  readonly steps: readonly Step[];
  /** Of the last pointer; undefined where types do not tell. */
  readonly place: PointerPlace | undefined;
  /** Row of the root that the path begins at. */
  readonly root: number;
}

/** Longer paths lead through lists: what is named is where they begin. */
const MAX_HOPS = 64;

/** The path to an object; undefined for one that is not reachable. */
export function nameOfObject(view: HeapView, object: ObjectIndex): NamedPlace | undefined {
  const path = pathTo(view, object);
  if (path === undefined) return undefined;
  const first: NamedPlace = { ...placeOfRoot(view, path.root), root: path.root };
  // Of a local that the optimiser dissolved nothing is known: what else refers to the object may tell what it is.
  const content = first.place === undefined ? contentByOthers(view, path.chain[0]) : undefined;
  const begin = content === undefined ? first : { ...first, place: { steps: [], content, type: undefined } };
  return along(view, begin, path.chain);
}

/** Objects from the root on. */
function pathTo(
  { reach: { parent } }: HeapView,
  object: ObjectIndex,
): { root: number; chain: ObjectIndex[] } | undefined {
  const chain: ObjectIndex[] = [object];
  let at = object;
  let root = rootOfParent(parent[at]);
  while (root === undefined) {
    if (parent[at] < 0) return undefined;
    at = parent[at];
    chain.push(at);
    root = rootOfParent(parent[at]);
  }
  return { root, chain: chain.reverse() };
}

function along(view: HeapView, begin: NamedPlace, chain: readonly ObjectIndex[]): NamedPlace {
  let named = begin;
  for (let i = 1; i < Math.min(chain.length, MAX_HOPS); i++) named = hop(view, named, chain[i - 1], chain[i]);
  return named;
}

/** So many of those that refer to an object are looked at. */
const MAX_OTHERS = 16;

/** What an object is by one that refers to it, whose own path has a type from its beginning on. */
function contentByOthers(view: HeapView, object: ObjectIndex): Content | undefined {
  const { tree } = view;
  const node = tree.nodeOf[object];
  if (node < 0) return undefined;
  const from = tree.referrerStart[node];
  for (let i = from; i < Math.min(tree.referrerStart[node + 1], from + MAX_OTHERS); i++) {
    const referrer = tree.what[tree.referrers[i]];
    const path = referrer < 0 ? undefined : pathTo(view, referrer);
    if (path === undefined || path.chain.includes(object)) continue;
    const first = placeOfRoot(view, path.root);
    if (first.place === undefined) continue;
    const { place } = hop(view, along(view, { ...first, root: path.root }, path.chain), referrer, object);
    if (place?.content !== undefined) return place.content;
  }
  return undefined;
}

/** From an object that has a name to one that it refers to. */
export function hop(view: HeapView, from: NamedPlace, object: ObjectIndex, to: ObjectIndex): NamedPlace {
  const place = pointerTo(view, object, to, contentOf(view, object, from.place?.content));
  const steps = place?.steps ?? [];
  // A step that repeats the last one leads along a list.
  const last = from.steps.at(-1)?.name;
  const isRepeated = steps.length === 1 && steps[0].name === last;
  return { ...from, place, steps: isRepeated ? from.steps : [...from.steps, ...steps] };
}

function pointerTo(
  { graph: { spans }, memory }: HeapView,
  object: ObjectIndex,
  to: ObjectIndex,
  content: Content | undefined,
): PointerPlace | undefined {
  if (content === undefined) return undefined;
  const from = spans.addressOf(object);
  const end = from + spans.sizeOf(object);
  for (let address = from; address < end; address += 8) {
    const word = memory.word(address);
    if (word !== undefined && word !== 0 && spans.objectAt(word) === to) return placeIn(memory, content, address);
  }
  return undefined;
}

/** `main.app` and store, items: main.app.store.items. */
export function textOf(label: string, steps: readonly Step[]): string {
  return label + suffixOf(steps);
}

export function suffixOf(steps: readonly Step[]): string {
  return steps.map(({ name }) => (name.startsWith("[") ? name : `.${name}`)).join("");
}
