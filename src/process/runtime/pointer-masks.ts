/**
 * Which words of a value of a type are pointers, by the type's own description (internal/abi.Type, runtime/type.go).
 */
import { type Address, UnreadableMemory } from "../memory/memory.js";
import type { PagedMemory } from "../memory/paged-memory.js";
import { type Layout, offsetOf } from "./layout.js";

export interface PointerMask {
  /** Words of one value. */
  readonly wordCount: number;
  /** Numbers of the words that are pointers, rising. */
  readonly pointers: Uint32Array;
}

/** The description holds a pointer to a mask that the runtime makes when it needs one. */
const IS_MADE_ON_DEMAND = 16;
const MAX_WORDS = 1 << 26;

export class PointerMasks {
  readonly #memory: PagedMemory;
  readonly #at: { readonly size: number; readonly pointerBytes: number; readonly flags: number; readonly mask: number };
  readonly #known = new Map<Address, PointerMask | undefined>();

  constructor(memory: PagedMemory, layout: Layout) {
    this.#memory = memory;
    const at = (field: string) => offsetOf(layout, `internal/abi.Type.${field}`);
    this.#at = { size: at("Size_"), pointerBytes: at("PtrBytes"), flags: at("TFlag"), mask: at("GCData") };
  }

  /** Undefined where there is no type at the address: what lies there are the remains of something else. */
  ofType(type: Address): PointerMask | undefined {
    const known = this.#known.get(type);
    if (known !== undefined || this.#known.has(type)) return known;
    const read = this.#read(type);
    this.#known.set(type, read);
    return read;
  }

  #read(type: Address): PointerMask | undefined {
    const memory = this.#memory;
    try {
      const size = memory.word(type + this.#at.size);
      const pointerBytes = memory.word(type + this.#at.pointerBytes);
      if (pointerBytes > size || size % 8 !== 0 || pointerBytes % 8 !== 0 || size / 8 > MAX_WORDS) return undefined;
      const isOnDemand = (memory.u8(type + this.#at.flags) & IS_MADE_ON_DEMAND) !== 0;
      const data = memory.word(type + this.#at.mask);
      const mask = isOnDemand ? memory.word(data) : data;
      const words = pointerBytes / 8;
      // Not made yet: then any of its words may be one.
      if (mask <= 1) return { wordCount: size / 8, pointers: Uint32Array.from({ length: words }, (_, i) => i) };
      return { wordCount: size / 8, pointers: setBits(memory.bytes(mask, Math.ceil(words / 8)), words) };
    } catch (error) {
      if (error instanceof UnreadableMemory) return undefined;
      throw error;
    }
  }
}

/** Numbers of the bits that are set among the first `count`. */
export function setBits(bytes: Uint8Array, count: number): Uint32Array {
  const set: number[] = [];
  for (let i = 0; i < count; i++) if ((bytes[i >> 3] >> (i & 7)) & 1) set.push(i);
  return Uint32Array.from(set);
}
