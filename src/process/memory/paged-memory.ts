/**
 * Small typed reads of a memory, from pages that are read once: for tables and lists whose parts lie near each other.
 */
import { type Address, type Memory, u16In, u32In, UnreadableMemory, wordIn } from "./memory.js";

/** The least unit that is mapped or not. */
const BLOCK_BYTES = 4_096;
/** 128 MiB; then all are forgotten. */
const MAX_BLOCKS = 32_768;

export class PagedMemory {
  readonly #memory: Memory;
  readonly #blocks = new Map<number, Uint8Array>();
  #lastNumber = -1;
  #last: Uint8Array = new Uint8Array(0);

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** All throw `UnreadableMemory` where there is none. */
  u8(address: Address): number {
    const at = this.#turnTo(address, 1);
    return this.#last[at];
  }

  u16(address: Address): number {
    const at = this.#turnTo(address, 2);
    return at >= 0 ? u16In(this.#last, at) : u16In(this.bytes(address, 2), 0);
  }

  u32(address: Address): number {
    const at = this.#turnTo(address, 4);
    return at >= 0 ? u32In(this.#last, at) : u32In(this.bytes(address, 4), 0);
  }

  i32(address: Address): number {
    return this.u32(address) | 0;
  }

  /** Exact below 2^53. */
  word(address: Address): number {
    const at = this.#turnTo(address, 8);
    return at >= 0 ? wordIn(this.#last, at) : wordIn(this.bytes(address, 8), 0);
  }

  bytes(address: Address, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const at = this.#turnTo(address + done, 1);
      const part = this.#last.subarray(at, at + length - done);
      bytes.set(part, done);
      done += part.length;
    }
    return bytes;
  }

  /** A Go string header at `address`; its bytes are cut to `maxBytes`. */
  stringBytes(address: Address, maxBytes: number): Uint8Array {
    return this.bytes(this.word(address), Math.min(this.word(address + 8), maxBytes));
  }

  /** Where the address is in the block that holds it; -1 when fewer than `length` bytes of it are in that block. */
  #turnTo(address: Address, length: number): number {
    const number = Math.floor(address / BLOCK_BYTES);
    if (number !== this.#lastNumber) {
      this.#last = this.#block(number, address);
      this.#lastNumber = number;
    }
    const at = address - number * BLOCK_BYTES;
    if (at >= this.#last.length) throw new UnreadableMemory(address, length);
    return at + length <= this.#last.length ? at : length === 1 ? at : -1;
  }

  #block(number: number, address: Address): Uint8Array {
    let block = this.#blocks.get(number);
    if (block !== undefined) return block;
    if (!(number > 0)) throw new UnreadableMemory(address, 1);
    block = new Uint8Array(BLOCK_BYTES);
    if (this.#memory.readInto(number * BLOCK_BYTES, block) < BLOCK_BYTES) throw new UnreadableMemory(address, 1);
    if (this.#blocks.size >= MAX_BLOCKS) this.#blocks.clear();
    this.#blocks.set(number, block);
    return block;
  }
}
