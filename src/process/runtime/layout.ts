/**
 * Where the runtime of a version of Go keeps what: offsets of fields, sizes of types.
 */
import type { DieReader } from "../dwarf/die-reader.js";
import { structLayouts } from "../dwarf/struct-layouts.js";
import { CONSTANTS, OFFSETS, VERSIONS } from "./layout-table.js";

export interface Layout {
  /** Bytes from the beginning of a type to a field, such as "runtime.g.goid"; undefined where this Go has none. */
  readonly offsets: ReadonlyMap<string, number>;
  /** Of a type, such as "runtime.g". */
  readonly sizes: ReadonlyMap<string, number>;
}

/** A constant of the runtime of a version such as "go1.26.8"; undefined where it is not known, or that Go has none. */
export function constantOf(version: string, name: string): number | undefined {
  const value = CONSTANTS[name] as (typeof CONSTANTS)[string] | undefined;
  return typeof value === "number" ? value : value?.[columnOf(version)];
}

/** A layout lacks what cannot be done without. */
export class UnknownLayout extends Error {}

/** The offset of a field that every Go has. */
export function offsetOf(layout: Layout, field: string): number {
  const offset = layout.offsets.get(field);
  if (offset === undefined) throw new UnknownLayout(`it is not known where this Go keeps ${field}`);
  return offset;
}

export function sizeOf(layout: Layout, type: string): number {
  const size = layout.sizes.get(type);
  if (size === undefined) throw new UnknownLayout(`it is not known how large a ${type} of this Go is`);
  return size;
}

/** Of a version such as "go1.26.8 X:nogreenteagc"; undefined where the table does not know it. */
export function layoutOfVersion(version: string): Layout | undefined {
  const column = columnOf(version);
  if (column < 0) return undefined;
  const experiments = /X:(\S+)/.exec(version)?.[1].split(",") ?? [];
  if (experiments.some((name) => CHANGES_LAYOUTS.has(name))) return undefined;
  return layoutFrom((name) => {
    const value = OFFSETS[name];
    return typeof value === "number" ? value : value[column];
  });
}

/** -1 for one that the table does not know. */
function columnOf(version: string): number {
  const minor = /^go(1\.\d+)/.exec(version)?.[1];
  return VERSIONS.findIndex((known) => known === minor);
}

/** Experiments that move fields: what the program's own debug information says holds then. */
const CHANGES_LAYOUTS = new Set(["noswissmap", "greenteagc", "nogreenteagc", "staticlockranking", "runtimesecret"]);

/** By the program's own debug information; undefined where it has none of the runtime. */
export function layoutOfDwarf(dwarf: DieReader): Layout | undefined {
  const types = new Set(Object.keys(OFFSETS).map(typeOf));
  const found = structLayouts(dwarf, types);
  if (!found.has("runtime.mspan")) return undefined;
  return layoutFrom((name) => {
    const type = typeOf(name);
    const layout = found.get(type);
    return layout === undefined ? undefined : type === name ? layout.size : layout.fields[name.slice(type.length + 1)];
  });
}

function layoutFrom(valueOf: (name: string) => number | undefined): Layout {
  const offsets = new Map<string, number>();
  const sizes = new Map<string, number>();
  for (const name of Object.keys(OFFSETS)) {
    const value = valueOf(name);
    if (value === undefined) continue;
    (typeOf(name) === name ? sizes : offsets).set(name, value);
  }
  return { offsets, sizes };
}

/** "internal/abi.Type" of "internal/abi.Type.GCData". */
function typeOf(name: string): string {
  const slash = name.lastIndexOf("/") + 1;
  return name.slice(0, slash) + name.slice(slash).split(".", 2).join(".");
}
