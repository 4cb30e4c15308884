/**
 * Typed reads of a paused program: where the fields of its own types are, and its memory as pages that are read once,
 * so that a table can be walked by plain synchronous code.
 *
 * A walk runs until it meets a page that is not here; the pages that all walks of a batch lack are then read together,
 * and those walks run again. What costs time is the way to Delve, not the repetition.
 */
import { type Address, MemoryProblem, type PausedProgram } from "../../process/paused-program.js";

/** Any address that is valid as a pointer: field addresses are asked of Delve as if a value lay there. */
const NOWHERE = 4096;

/** Offsets of fields in the layout of the running program; `optional` ones are undefined where this Go has none. */
export async function fieldOffsets<Required extends string, Optional extends string = never>(
  program: PausedProgram,
  type: string,
  required: readonly Required[],
  optional: readonly Optional[] = [],
  signal?: AbortSignal,
): Promise<Record<Required, number> & Record<Optional, number | undefined>> {
  const offset = async (field: string) => {
    const address = await program.number(`uintptr(&((*${quoted(type)})(${NOWHERE})).${field})`, signal);
    return [field, address - NOWHERE] as const;
  };
  const pairs = await Promise.all([
    ...required.map(offset),
    ...optional.map((field) => offset(field).catch((error: unknown) => [field, undefinedIfUnreadable(error)] as const)),
  ]);
  return Object.fromEntries(pairs) as Record<Required, number> & Record<Optional, number | undefined>;
}

/** Bytes from one element of an array of that type to the next; of packages without a slash in their path only. */
export async function sizeOf(program: PausedProgram, type: string, signal?: AbortSignal): Promise<number> {
  return (await program.number(`uintptr(&((*[2]${type})(${NOWHERE}))[1])`, signal)) - NOWHERE;
}

/** The number of an expression; undefined where this Go has no such thing. */
export function optionalNumber(
  program: PausedProgram,
  expression: string,
  signal?: AbortSignal,
): Promise<number | undefined> {
  return program.number(expression, signal).catch(undefinedIfUnreadable);
}

/** Passes on that reading ended; that something is not there is an answer. */
function undefinedIfUnreadable(error: unknown): undefined {
  if (error instanceof MemoryProblem && error.code === "unreadable") return undefined;
  throw error;
}

/** In quotes, the package is the whole path: `sync` alone may be taken for `internal/sync`. */
function quoted(type: string): string {
  return JSON.stringify(type);
}

const PAGE_BYTES = 4096;
const MAX_READ_BYTES = 65_536;
const FIRST_NEIGHBOURS = 16;
/** Beyond that a table is not one. */
const MAX_BYTES = 256 * 1_048_576;

function u32In(page: Uint8Array, at: number): number {
  return (page[at] | (page[at + 1] << 8) | (page[at + 2] << 16) | (page[at + 3] << 24)) >>> 0;
}

/** What a walk throws that met a page which is not here yet. */
const MISSING = new Error("a page of memory is not here yet");

export class CachedMemory {
  readonly #program: PausedProgram;
  readonly #mostPerRead: number;
  readonly #maxBytes: number;
  #pagesPerRead: number;
  readonly #pages = new Map<number, Uint8Array | "unreadable">();
  readonly #missing = new Set<number>();
  #lastNumber = -1;
  #lastPage: Uint8Array = new Uint8Array(0);

  /** Above 1 page neighbours are read too, for walks that go on beside where they are: ever more, up to so many. */
  constructor(program: PausedProgram, mostPerRead = 1, maxBytes = MAX_BYTES) {
    this.#program = program;
    this.#maxBytes = maxBytes;
    this.#mostPerRead = mostPerRead;
    this.#pagesPerRead = Math.min(mostPerRead, FIRST_NEIGHBOURS);
  }

  u8(address: Address): number {
    const at = this.#turnTo(address);
    return this.#lastPage[at];
  }

  u32(address: Address): number {
    const at = this.#turnTo(address);
    if (at <= PAGE_BYTES - 4) return u32In(this.#lastPage, at);
    return (
      (this.u8(address) | (this.u8(address + 1) << 8) | (this.u8(address + 2) << 16) | (this.u8(address + 3) << 24)) >>>
      0
    );
  }

  i32(address: Address): number {
    return this.u32(address) | 0;
  }

  /** Exact below 2^53. */
  u64(address: Address): number {
    const at = this.#turnTo(address);
    if (at <= PAGE_BYTES - 8) return u32In(this.#lastPage, at) + u32In(this.#lastPage, at + 4) * 2 ** 32;
    return this.u32(address) + this.u32(address + 4) * 2 ** 32;
  }

  bytes(address: Address, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.u8(address + i);
    return bytes;
  }

  /** Runs one walk until nothing is missing. */
  async settle<Result>(walk: () => Result, signal?: AbortSignal): Promise<Result> {
    const [result] = await this.settleAll([undefined], walk, signal);
    if (result === undefined) throw new MemoryProblem("unreadable", "memory that a table points to cannot be read");
    return result;
  }

  /** Runs `walk` for each item; undefined where it met memory that cannot be read. */
  async settleAll<Item, Result>(
    items: readonly Item[],
    walk: (item: Item) => Result,
    signal?: AbortSignal,
  ): Promise<(Result | undefined)[]> {
    const results: (Result | undefined)[] = items.map(() => undefined);
    let open = items.map((_, i) => i);
    while (open.length > 0) {
      open = open.filter((i) => {
        try {
          results[i] = walk(items[i]);
          return false;
        } catch (error) {
          if (error === MISSING) return true;
          undefinedIfUnreadable(error);
          return false;
        }
      });
      await this.#fetch(signal);
    }
    return results;
  }

  /** Makes the page of an address the last one; where it is in that. */
  #turnTo(address: Address): number {
    const number = Math.floor(address / PAGE_BYTES);
    if (number !== this.#lastNumber) {
      this.#lastPage = this.#page(number);
      this.#lastNumber = number;
    }
    return address - number * PAGE_BYTES;
  }

  #page(number: number): Uint8Array {
    const page = this.#pages.get(number);
    if (page instanceof Uint8Array) return page;
    if (page === "unreadable" || !(number >= 0)) {
      throw new MemoryProblem("unreadable", `cannot read memory at 0x${(number * PAGE_BYTES).toString(16)}`);
    }
    this.#missing.add(number);
    throw MISSING;
  }

  async #fetch(signal?: AbortSignal): Promise<void> {
    const numbers = [...this.#missing].sort((a, b) => a - b);
    this.#missing.clear();
    if (numbers.length === 0) return;
    if ((this.#pages.size + numbers.length) * PAGE_BYTES > this.#maxBytes) {
      throw new MemoryProblem("unreadable", `a table of the program is longer than ${this.#maxBytes} bytes`);
    }
    if (this.#mostPerRead > 1) {
      const size = this.#pagesPerRead;
      const blocks = new Map(numbers.map((number) => [number - (number % size), number]));
      await Promise.all(Array.from(blocks, ([first, number]) => this.#readBlock(first, size, number, signal)));
      this.#pagesPerRead = Math.min(this.#mostPerRead, size * 2);
      return;
    }
    const reads: Promise<void>[] = [];
    for (let from = 0; from < numbers.length;) {
      let to = from + 1;
      const most = from + MAX_READ_BYTES / PAGE_BYTES;
      while (to < numbers.length && to < most && numbers[to] === numbers[to - 1] + 1) to++;
      reads.push(this.#readPages(numbers[from], to - from, signal));
      from = to;
    }
    await Promise.all(reads);
  }

  /** The block of pages around page `number`; only that one where the block is not there as a whole. */
  async #readBlock(first: number, size: number, number: number, signal?: AbortSignal): Promise<void> {
    try {
      const bytes = await this.#program.read(first * PAGE_BYTES, size * PAGE_BYTES, signal);
      for (let i = 0; i < size; i++) {
        this.#pages.set(first + i, bytes.subarray(i * PAGE_BYTES, (i + 1) * PAGE_BYTES));
      }
    } catch (error) {
      undefinedIfUnreadable(error);
      await this.#readPages(number, 1, signal);
    }
  }

  async #readPages(first: number, count: number, signal?: AbortSignal): Promise<void> {
    try {
      const bytes = await this.#program.read(first * PAGE_BYTES, count * PAGE_BYTES, signal);
      for (let i = 0; i < count; i++) {
        this.#pages.set(first + i, bytes.subarray(i * PAGE_BYTES, (i + 1) * PAGE_BYTES));
      }
    } catch (error) {
      undefinedIfUnreadable(error);
      if (count === 1) this.#pages.set(first, "unreadable");
      else await Promise.all(Array.from({ length: count }, (_, i) => this.#readPages(first + i, 1, signal)));
    }
  }
}
