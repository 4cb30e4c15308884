/**
 * What was copied of a program while it stood still: ranges of its memory, read once in big pieces. What was not copied
 * is asked of `beyond`, which is right for what never changes (code, types).
 */
import type { Address, Memory } from "./memory.js";

export interface MemoryRange {
  readonly address: Address;
  readonly length: number;
}

/** Neighbours with a smaller gap between them are read together. */
const MAX_GAP_BYTES = 16_384;
const READ_BYTES = 8 * 1_048_576;

export class CopiedMemory implements Memory {
  readonly #beyond: Memory;
  /** By address, without overlap. */
  readonly #starts: number[] = [];
  readonly #pieces: Uint8Array[] = [];
  #lastPiece = 0;
  /** Copied altogether. */
  readonly byteCount: number;

  /** Copies now; parts that cannot be read are not there. */
  constructor(from: Memory, ranges: readonly MemoryRange[], beyond: Memory = from) {
    this.#beyond = beyond;
    let bytes = 0;
    for (const { address, length } of joined(ranges)) {
      for (let done = 0; done < length; done += READ_BYTES) {
        const piece = new Uint8Array(new ArrayBuffer(Math.min(READ_BYTES, length - done)));
        const got = from.readInto(address + done, piece);
        if (got === 0) continue;
        this.#starts.push(address + done);
        this.#pieces.push(got < piece.length ? piece.slice(0, got) : piece);
        bytes += got;
      }
    }
    this.byteCount = bytes;
  }

  readInto(address: Address, target: Uint8Array): number {
    let done = 0;
    while (done < target.length) {
      const at = address + done;
      const piece = this.#pieceOf(at);
      if (piece >= 0) {
        const from = at - this.#starts[piece];
        const part = this.#pieces[piece].subarray(from, from + target.length - done);
        target.set(part, done);
        done += part.length;
        continue;
      }
      // A page may be copied in part only: what lies before the next piece is asked of the program.
      const next = this.#starts[this.#firstAfter(at)] ?? Infinity;
      const part = target.subarray(done, Math.min(target.length, done + (next - at)));
      const got = this.#beyond.readInto(at, part);
      done += got;
      if (got < part.length) break;
    }
    return done;
  }

  #pieceOf(address: Address): number {
    const isIn = (piece: number) =>
      address >= this.#starts[piece] && address < this.#starts[piece] + this.#pieces[piece].length;
    if (isIn(this.#lastPiece)) return this.#lastPiece;
    const before = this.#firstAfter(address) - 1;
    if (before < 0 || !isIn(before)) return -1;
    return (this.#lastPiece = before);
  }

  /** The first piece that starts behind the address. */
  #firstAfter(address: Address): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle] <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function joined(ranges: readonly MemoryRange[]): MemoryRange[] {
  const sorted = ranges.filter(({ length }) => length > 0).sort((a, b) => a.address - b.address);
  const all: { address: Address; length: number }[] = [];
  for (const { address, length } of sorted) {
    const last = all.at(-1);
    if (last === undefined || address > last.address + last.length + MAX_GAP_BYTES) all.push({ address, length });
    else last.length = Math.max(last.length, address + length - last.address);
  }
  return all;
}
