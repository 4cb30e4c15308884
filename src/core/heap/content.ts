/**
 * What an object holds, as far as the pointers to it tell, and where a pointer in it is: from a typed pointer to the typed
 * content behind it, through maps, channels, interfaces and closures.
 */
import { ELEMENT, type GoField, type GoType, innerPlace, type InnerPlace, MAP_KEY, type Step } from "./go-type.js";
import type { RootFrame } from "./roots.js";
import type { ObjectIndex } from "./spans.js";

/** The program's memory and types, as far as names need them. All answer undefined where nothing is known. */
export interface TypedMemory {
  word(address: number): number | undefined;
  /** The type of a package's variable, by its symbol. */
  variable(symbol: string): GoType | undefined;
  /** The local variable of a function that a word of its frame belongs to, and how far into it the word lies. */
  local(
    frame: RootFrame,
    slot: number,
  ): { readonly name: string; readonly type: GoType | undefined; readonly offset: number } | undefined;
  /** Where a frame, or a function that begins there, is in the sources. */
  sourcePlace(pc: number): { readonly function: string; readonly file: string; readonly line: number } | undefined;
  /** Address of the type that an object of more than 512 bytes was allocated with. */
  allocatedType(object: ObjectIndex): GoType | undefined;
  /** The type of the value in an interface, by the interface's first word. */
  dynamic(word: number, isEmpty: boolean): GoType | undefined;
  /** Whether an interface holds values of this type as they are, and not a pointer to them. */
  isPointerShaped(type: GoType): boolean;
  /** A closure's function, and what it has captured, by its first word. */
  closure(code: number): { readonly function: string; readonly fields: readonly GoField[] } | undefined;
  readonly map: {
    readonly entries: number;
    readonly directory: number;
    readonly directoryLength: number;
    readonly groups: number;
  };
  readonly channelBuffer: number;
  /** Of a `runtime.timer`: what it calls, and with what. */
  readonly timer: GoType;
}

export type Content =
  /** Values of a type one behind the other; `isMany` where an element of them is one of several. */
  | { readonly kind: "values"; readonly type: GoType; readonly from: number; readonly isMany: boolean }
  /** The parts of a map, of so many entries; groups are of eight keys and values. */
  | MapContent
  | { readonly kind: "channel"; readonly element: GoType | undefined; readonly from: number }
  | { readonly kind: "closure"; readonly function: string; readonly fields: readonly GoField[]; readonly from: number };

export interface MapContent {
  readonly kind: "map" | "directory" | "table" | "groups";
  readonly type: GoType & { kind: "map" };
  readonly from: number;
  readonly entries: number | undefined;
}

/** Where a pointer lies in an object. */
export interface PointerPlace {
  /** Names on the way to it; none inside what makes up a map or a channel. */
  readonly steps: readonly Step[];
  /** What it points to. */
  readonly content: Content | undefined;
  /** Of the value that the pointer belongs to. */
  readonly type: string | undefined;
  /** Of a slice that is shorter than what it keeps alive: bytes that it can reach. */
  readonly reachBytes?: number;
}

/** What the word at `address` points to, when it lies at a place in a value of a known type. */
function pointee(memory: TypedMemory, place: InnerPlace, address: number): Content | undefined {
  const { type, offset } = place;
  const to = memory.word(address);
  if (to === undefined || to === 0) return undefined;
  switch (type.kind) {
    case "pointer":
    case "slice": {
      const element = offset === 0 ? type.element() : undefined;
      return element && { kind: "values", type: element, from: to, isMany: type.kind === "slice" };
    }
    case "map":
      return { kind: "map", type, from: to, entries: memory.word(to + memory.map.entries) };
    case "channel":
      return { kind: "channel", element: type.element(), from: to };
    case "function": {
      const closure = memory.closure(memory.word(to) ?? 0);
      return closure && { kind: "closure", ...closure, from: to };
    }
    case "interface": {
      const first = memory.word(address - offset);
      const dynamic = first === undefined ? undefined : memory.dynamic(first, type.isEmpty);
      if (dynamic === undefined || offset !== 8) return undefined;
      if (!memory.isPointerShaped(dynamic)) return { kind: "values", type: dynamic, from: to, isMany: false };
      const inner = innerPlace(dynamic, 0);
      return inner && pointee(memory, inner, address);
    }
    default:
      return undefined;
  }
}

/** The place of the pointer at `address` in an object; undefined where the content does not tell. */
export function placeIn(memory: TypedMemory, content: Content, address: number): PointerPlace | undefined {
  switch (content.kind) {
    case "values":
      return inValues(memory, content.type, content.from, address, content.isMany);
    case "closure": {
      const offset = address - content.from;
      const field = content.fields.findLast((each) => each.offset <= offset);
      const type = field?.type();
      if (field === undefined || type === undefined) return undefined;
      return placed(memory, type, offset - field.offset, address, [{ name: field.name, type: type.name }]);
    }
    case "map": {
      if (address - content.from !== memory.map.directory) return undefined;
      const to = memory.word(address) ?? 0;
      const isSmall = memory.word(content.from + memory.map.directoryLength) === 0;
      return inside({ ...content, kind: isSmall ? "groups" : "directory", from: to });
    }
    case "directory":
      return inside({ ...content, kind: "table", from: memory.word(address) ?? 0 });
    case "table":
      if (address - content.from !== memory.map.groups) return undefined;
      return inside({ ...content, kind: "groups", from: memory.word(address) ?? 0 });
    case "groups":
      return inGroups(memory, content, address);
    case "channel": {
      if (address - content.from !== memory.channelBuffer || content.element === undefined) return undefined;
      return inside({ kind: "values", type: content.element, from: memory.word(address) ?? 0, isMany: true });
    }
  }
}

/** The place of a pointer in a value of a known type. */
export function placed(
  memory: TypedMemory,
  type: GoType,
  offset: number,
  address: number,
  before: readonly Step[] = [],
): PointerPlace | undefined {
  const inner = innerPlace(type, offset);
  if (inner === undefined) return undefined;
  const atomic = atomicTarget(type, offset, inner);
  const place = atomic ?? inner;
  const steps = [...before, ...place.steps.filter(({ name }) => !isInternal(name))];
  const reachBytes = reachOf(memory, place, address);
  return {
    steps,
    content: pointee(memory, place, address),
    type: place.type.name,
    ...(reachBytes !== undefined && { reachBytes }),
  };
}

function inside(content: Content): PointerPlace {
  return { steps: [], content, type: undefined };
}

function inValues(
  memory: TypedMemory,
  type: GoType,
  from: number,
  address: number,
  isMany: boolean,
): PointerPlace | undefined {
  if (type.size === 0) return undefined;
  const index = Math.floor((address - from) / type.size);
  // What a pointer to one value leads to is more than its type tells: the rest of it is not known.
  if (index !== 0 && !isMany) return undefined;
  const element: Step[] = isMany ? [{ name: ELEMENT, type: type.name }] : [];
  return placed(memory, type, address - from - index * type.size, address, element);
}

/** In a group the compiler's own fields: control bytes, then slots of key and value, or all keys and then all values. */
function inGroups(memory: TypedMemory, content: MapContent, address: number): PointerPlace | undefined {
  const group = content.type.group();
  if (group === undefined || group.size === 0) return undefined;
  const offset = (address - content.from) % group.size;
  const inner = innerPlace(group, offset);
  if (inner === undefined) return undefined;
  const isKey = inner.steps.some(({ name }) => name === "key" || name === "keys");
  // Slots, their number, key or value; or keys and a number.
  const isSplit = /^(keys|elems)$/.test(inner.steps.at(0)?.name ?? "");
  const own = inner.steps.slice(isSplit ? 2 : 3);
  const type = isKey ? content.type.key() : content.type.value();
  const isPlainKey = isKey && own.length === 0;
  const element: Step = { name: isKey ? MAP_KEY : ELEMENT, ...(type !== undefined && { type: type.name }) };
  const reachBytes = isPlainKey ? undefined : reachOf(memory, inner, address);
  return {
    steps: [element, ...own],
    content: pointee(memory, inner, address),
    type: inner.type.name,
    ...(reachBytes !== undefined && { reachBytes }),
  };
}

/** Fields by which packages wrap a pointer. */
function isInternal(field: string): boolean {
  return field === "_" || field === "noCopy";
}

/** The pointer of an atomic.Pointer[T] is untyped; a field without size beside it says what T is. */
function atomicTarget(type: GoType, offset: number, inner: InnerPlace): InnerPlace | undefined {
  if (inner.type.kind !== "unsafe") return undefined;
  let at: GoType | undefined = type;
  let rest = offset;
  let wrapper: GoType | undefined;
  while (at !== undefined && at !== inner.type) {
    if (at.kind === "array") {
      const element: GoType | undefined = at.element();
      if (element === undefined || element.size === 0) return undefined;
      rest %= element.size;
      at = element;
    } else if (at.kind === "struct") {
      wrapper = at;
      const field: GoField | undefined = at
        .fields()
        .findLast((each) => each.offset <= rest && (each.type()?.size ?? 0) > 0);
      rest -= field?.offset ?? 0;
      at = field?.type();
    } else break;
  }
  if (wrapper?.kind !== "struct") return undefined;
  for (const field of wrapper.fields()) {
    const array = field.type();
    const target = array?.kind === "array" && array.size === 0 ? array.element() : undefined;
    if (target?.kind === "pointer") return { ...inner, type: target };
  }
  return undefined;
}

/** How many bytes of what a slice or string keeps alive it can reach. */
function reachOf(memory: TypedMemory, { type, offset }: InnerPlace, address: number): number | undefined {
  if (offset !== 0) return undefined;
  if (type.kind === "string") return memory.word(address + 8);
  const size = type.kind === "slice" ? type.element()?.size : undefined;
  const length = size === undefined ? undefined : memory.word(address + 8);
  return length === undefined || size === undefined ? undefined : length * size;
}
