/** A memory that notes which of its pages are read: what a reading needs is known when it is done once more. */
import type { Address, Memory } from "./memory.js";
import type { MemoryRange } from "./copied-memory.js";

const PAGE_BYTES = 4_096;

export class RecordedMemory implements Memory {
  readonly #from: Memory;
  readonly #isConstant: (address: Address) => boolean;
  readonly #pages = new Set<number>();

  /** Pages for which `isConstant` holds are not noted. */
  constructor(from: Memory, isConstant: (address: Address) => boolean) {
    this.#from = from;
    this.#isConstant = isConstant;
  }

  readInto(address: Address, target: Uint8Array): number {
    const got = this.#from.readInto(address, target);
    if (got === 0) return 0;
    const last = Math.floor((address + got - 1) / PAGE_BYTES);
    for (let page = Math.floor(address / PAGE_BYTES); page <= last; page++) {
      if (!this.#pages.has(page) && !this.#isConstant(page * PAGE_BYTES)) this.#pages.add(page);
    }
    return got;
  }

  get isEmpty(): boolean {
    return this.#pages.size === 0;
  }

  ranges(): MemoryRange[] {
    return Array.from(this.#pages, (page) => ({ address: page * PAGE_BYTES, length: PAGE_BYTES }));
  }
}
