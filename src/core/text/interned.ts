/**
 * Interning: equal things become equal small numbers, and every distinct thing is kept once.
 *
 * Texts about goroutines repeat the same names, frames and stacks a hundred thousand times. Both tables here find a
 * repetition without building a string or an array for it: they hash what lies in a buffer and compare it with what
 * they keep. Open addressing; a slot holds index + 1, 0 is free.
 */
import { decodeUtf8 } from "./utf8.js";

const FNV_PRIME = 0x01000193;
const FNV_BASIS = 0x811c9dc5 | 0;

/** Byte strings by index, decoded once, when first seen. */
export class InternedBytes {
  readonly strings: string[] = [];
  #bytes = new Uint8Array(4096);
  #end = new Float64Array(256);
  #slots = new Int32Array(1024);

  /** Index of `bytes[from .. to)` as UTF-8. */
  indexOf(bytes: Uint8Array, from: number, to: number): number {
    let hash = FNV_BASIS;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], FNV_PRIME);
    const mask = this.#slots.length - 1;
    let slot = mix(hash) & mask;
    for (let found = this.#slots[slot]; found !== 0; found = this.#slots[slot]) {
      if (this.#equals(found - 1, bytes, from, to)) return found - 1;
      slot = (slot + 1) & mask;
    }
    return this.#add(slot, bytes, from, to);
  }

  #equals(index: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = index === 0 ? 0 : this.#end[index - 1];
    const length = to - from;
    if (this.#end[index] - start !== length) return false;
    const kept = this.#bytes;
    for (let i = 0; i < length; i++) if (kept[start + i] !== bytes[from + i]) return false;
    return true;
  }

  #add(slot: number, bytes: Uint8Array, from: number, to: number): number {
    const index = this.strings.length;
    const start = index === 0 ? 0 : this.#end[index - 1];
    const end = start + to - from;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    if (index === this.#end.length) {
      const grown = new Float64Array(index * 2);
      grown.set(this.#end);
      this.#end = grown;
    }
    this.#bytes.set(bytes.subarray(from, to), start);
    this.#end[index] = end;
    this.strings.push(decodeUtf8(bytes, from, to));
    this.#slots[slot] = index + 1;
    if (this.strings.length * 2 > this.#slots.length) this.#rehash();
    return index;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let index = 0, start = 0; index < this.strings.length; index++) {
      let hash = FNV_BASIS;
      for (; start < this.#end[index]; start++) hash = Math.imul(hash ^ this.#bytes[start], FNV_PRIME);
      let slot = mix(hash) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }
}

/** Sequences of 32-bit integers by index; sequence `i` is `items[start[i] .. start[i + 1])`. */
export class InternedSequences {
  count = 0;
  #items = new Int32Array(1024);
  #start = new Uint32Array(256);
  #slots = new Int32Array(1024);

  /** Index of the first `length` integers of `from`. */
  indexOf(from: Int32Array, length: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(from, 0, length) & mask;
    for (let found = this.#slots[slot]; found !== 0; found = this.#slots[slot]) {
      if (this.#equals(found - 1, from, length)) return found - 1;
      slot = (slot + 1) & mask;
    }
    const index = this.count;
    const start = this.#start[index];
    if (start + length > this.#items.length) {
      const grown = new Int32Array(Math.max(start + length, this.#items.length * 2));
      grown.set(this.#items);
      this.#items = grown;
    }
    if (index + 2 > this.#start.length) {
      const grown = new Uint32Array(this.#start.length * 2);
      grown.set(this.#start);
      this.#start = grown;
    }
    this.#items.set(from.subarray(0, length), start);
    this.#start[index + 1] = start + length;
    this.#slots[slot] = index + 1;
    this.count++;
    if (this.count * 2 > this.#slots.length) this.#rehash();
    return index;
  }

  /** Bounds of all sequences; length count + 1. */
  starts(): Uint32Array {
    return this.#start.slice(0, this.count + 1);
  }

  /** All sequences, one after the other. */
  items(): Int32Array {
    return this.#items.slice(0, this.#start[this.count]);
  }

  #equals(index: number, other: Int32Array, length: number): boolean {
    const start = this.#start[index];
    if (this.#start[index + 1] - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.#items[start + i] !== other[i]) return false;
    return true;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let index = 0; index < this.count; index++) {
      let slot = hashOf(this.#items, this.#start[index], this.#start[index + 1]) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }
}

function hashOf(items: Int32Array, from: number, to: number): number {
  let hash = FNV_BASIS;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ items[i], 0x9e3779b1) ^ (hash >>> 15);
  return mix(hash);
}

/** Spreads the high bits into the low ones, which choose the slot. */
function mix(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return once ^ (once >>> 13);
}
