/**
 * What the compiler says of a function's frame at one program counter: its size, and which of its words hold pointers that
 * are still used (runtime/stkframe.go, runtime/traceback.go). A local past its last use is not among them, as it is
 * no root for the collector either.
 */
import { type Address, UnreadableMemory } from "../memory/memory.js";
import type { PagedMemory } from "../memory/paged-memory.js";
import {
  FUNCDATA_ARGUMENT_MAPS,
  FUNCDATA_LOCAL_MAPS,
  FUNCDATA_STACK_OBJECTS,
  type FoundFunction,
  type FuncTable,
  PCDATA_STACK_MAP_INDEX,
} from "./func-table.js";
import { type Layout, offsetOf, sizeOf } from "./layout.js";
import { setBits } from "./pointer-masks.js";

/** A variable whose address is taken: it is a root only while something points to it. */
export interface StackObject {
  /** From the end of the locals (below zero), or from the arguments. */
  readonly offset: number;
  readonly size: number;
  /** Bytes from its beginning to each of its pointers. */
  readonly pointers: readonly number[];
}

export interface FrameShape {
  readonly function: FoundFunction;
  /** Bytes from the stack pointer to where the frame begins. */
  readonly bytes: number;
  /** Bytes from the end of the locals (below zero) to each pointer. */
  readonly locals: readonly number[];
  /** Bytes from the first argument to each pointer. */
  readonly arguments: readonly number[];
  readonly argumentBytes: number;
  readonly objects: readonly StackObject[];
  /** It has no map: any of its words may be a pointer. */
  readonly isUnmapped: boolean;
}

const MAX_STACK_OBJECTS = 100_000;

export class StackShapes {
  readonly #memory: PagedMemory;
  readonly #table: FuncTable;
  readonly #map: { readonly count: number; readonly bits: number; readonly data: number };
  readonly #object: { readonly bytes: number } & Record<"off" | "size" | "ptrBytes" | "gcdataoff", number>;
  readonly #shapes = new Map<Address, FrameShape | undefined>();

  constructor(memory: PagedMemory, table: FuncTable, layout: Layout) {
    this.#memory = memory;
    this.#table = table;
    const map = (field: string) => offsetOf(layout, `runtime.stackmap.${field}`);
    this.#map = { count: map("n"), bits: map("nbit"), data: map("bytedata") };
    const object = (field: string) => offsetOf(layout, `runtime.stackObjectRecord.${field}`);
    this.#object = {
      bytes: sizeOf(layout, "runtime.stackObjectRecord"),
      ...{ off: object("off"), size: object("size"), ptrBytes: object("ptrBytes"), gcdataoff: object("gcdataoff") },
    };
  }

  /**
   * Of a call, at its return address; `continuesAt` is another place to look the map up. Undefined outside of Go's code.
   */
  at(pc: Address, continuesAt = pc): FrameShape | undefined {
    const key = continuesAt === pc ? pc : -continuesAt;
    const known = this.#shapes.get(key);
    if (known !== undefined || this.#shapes.has(key)) return known;
    const shape = this.#read(pc, continuesAt);
    this.#shapes.set(key, shape);
    return shape;
  }

  #read(pc: Address, continuesAt: Address): FrameShape | undefined {
    const fn = this.#table.find(pc);
    if (fn === undefined) return undefined;
    const bytes = this.#table.frameBytes(fn, pc);
    if (bytes < 0) return undefined;
    const argumentBytes = this.#table.argumentBytes(fn);
    const about = { function: fn, bytes, argumentBytes: argumentBytes ?? 0 };
    try {
      const index =
        continuesAt === fn.entry ? 0 : Math.max(0, this.#table.pcdata(fn, PCDATA_STACK_MAP_INDEX, continuesAt - 1));
      const locals = this.#bits(fn, FUNCDATA_LOCAL_MAPS, index);
      const mapped = this.#bits(fn, FUNCDATA_ARGUMENT_MAPS, index);
      const isUnmapped = locals === undefined || argumentBytes === undefined || REFLECTED.has(fn.name);
      return {
        ...about,
        locals: locals === undefined ? [] : Array.from(locals.set, (bit) => (bit - locals.count) * 8),
        arguments: Array.from(mapped?.set ?? [], (bit) => bit * 8),
        objects: this.#objects(fn),
        isUnmapped,
      };
    } catch (error) {
      if (!(error instanceof UnreadableMemory)) throw error;
      return { ...about, locals: [], arguments: [], objects: [], isUnmapped: true };
    }
  }

  /** The map of that number; undefined where the function has none. */
  #bits(fn: FoundFunction, kind: number, index: number): { set: Uint32Array; count: number } | undefined {
    const memory = this.#memory;
    const map = this.#table.funcdata(fn, kind);
    if (map === 0) return undefined;
    const maps = memory.i32(map + this.#map.count);
    const count = memory.i32(map + this.#map.bits);
    if (count === 0) return { set: new Uint32Array(0), count };
    if (index >= maps || count < 0) return undefined;
    const bytes = (count + 7) >> 3;
    return { set: setBits(memory.bytes(map + this.#map.data + index * bytes, bytes), count), count };
  }

  #objects(fn: FoundFunction): StackObject[] {
    const memory = this.#memory;
    const list = this.#table.funcdata(fn, FUNCDATA_STACK_OBJECTS);
    if (list === 0) return [];
    const count = Math.min(memory.word(list), MAX_STACK_OBJECTS);
    return Array.from({ length: count }, (_, i) => {
      const record = list + 8 + i * this.#object.bytes;
      const words = memory.i32(record + this.#object.ptrBytes) / 8;
      const mask = fn.module.readOnlyData + memory.u32(record + this.#object.gcdataoff);
      const set = words > 0 ? setBits(memory.bytes(mask, Math.ceil(words / 8)), words) : [];
      return {
        offset: memory.i32(record + this.#object.off),
        size: memory.i32(record + this.#object.size),
        pointers: Array.from(set, (bit) => bit * 8),
      };
    });
  }
}

/** Their arguments are what another function takes. */
const REFLECTED = new Set(["reflect.makeFuncStub", "reflect.methodValueCall"]);
