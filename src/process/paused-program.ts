/**
 * A program that stands still under Delve, as the readers of its memory see it: bytes at addresses and numbers of
 * expressions. The readers (goroutines, heap, wait objects, symbols) are written against this and know no transport;
 * each way to reach Delve is one implementation.
 */

/** A 64-bit address; Go's user addresses end below 2^47, so a JS number holds each exactly. */
export type Address = number;

export interface PausedProgram {
  /**
   * Exactly `length` bytes at `address`; requests of any size are split as the transport needs.
   * Rejects with a `MemoryProblem` when they cannot be read, and when `signal` is aborted. They may be the beginning of
   * `into`, for who reads much and is done with it before the next read.
   */
  read(address: Address, length: number, signal?: AbortSignal, into?: Uint8Array): Promise<Uint8Array>;
  /**
   * The value of a Delve expression of integer, pointer or boolean type, such as `len(runtime.allgs)` or
   * `uintptr(&runtime.mbuckets)`. Rejects with a `MemoryProblem` when Delve cannot evaluate it.
   */
  number(expression: string, signal?: AbortSignal): Promise<number>;
}

export type MemoryProblemCode =
  /** Delve refused: no such symbol, an address that is not mapped, an optimised value. */
  | "unreadable"
  /** The program runs again, or the caller gave up: what was read until then may be inconsistent. */
  | "interrupted"
  /** The connection to Delve is gone. */
  | "disconnected";

/** An expected failure of reading a paused program; `message` is Delve's own words where it has some. */
export class MemoryProblem extends Error {
  readonly code: MemoryProblemCode;
  constructor(code: MemoryProblemCode, message: string) {
    super(message);
    this.code = code;
  }
}
