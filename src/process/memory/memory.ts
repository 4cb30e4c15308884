/**
 * The memory of a Go program as everything here reads it: plain synchronous bytes at addresses. A live process, a core
 * file and a copy made while the program stood still are implementations; what thinks about memory knows none of them.
 */

/** A 64-bit address; Go's user addresses end below 2^47, so a JS number holds each exactly. */
export type Address = number;

export interface Memory {
  /**
   * Fills `target` from `address` on and returns how many bytes could be read before the first that cannot; the rest of
   * `target` is undefined.
   */
  readInto(address: Address, target: Uint8Array): number;
}

/** Memory that the program should have and that cannot be read: changed under way, cut off, or never there. */
export class UnreadableMemory extends Error {
  readonly address: Address;
  constructor(address: Address, length: number) {
    super(`cannot read ${length} bytes at 0x${address.toString(16)}`);
    this.address = address;
  }
}

/** Exactly `length` bytes. Throws `UnreadableMemory`. */
export function bytesAt(memory: Memory, address: Address, length: number): Uint8Array {
  if (!(address >= 0) || !(length >= 0) || length > MAX_READ_BYTES) throw new UnreadableMemory(address, length);
  // A length that was misread costs nothing: what is not there to its end is not made room for.
  const isThere = length <= PROBED_BYTES || memory.readInto(address + length - 1, new Uint8Array(1)) === 1;
  if (!isThere) throw new UnreadableMemory(address, length);
  const bytes = new Uint8Array(length);
  if (memory.readInto(address, bytes) < length) throw new UnreadableMemory(address, length);
  return bytes;
}

/** More in one piece is a length that was misread. */
const MAX_READ_BYTES = 2 ** 31;
const PROBED_BYTES = 2 ** 20;

/** The 64-bit word at an offset; exact below 2^53. */
export function wordIn(bytes: Uint8Array, at: number): number {
  return u32In(bytes, at) + u32In(bytes, at + 4) * 2 ** 32;
}

export function u32In(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

export function u16In(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8);
}
