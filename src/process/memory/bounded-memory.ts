/** A memory that is read until a moment only: a stop that has to be over then cannot be ended by a timer, as reading waits for nothing. */
import { MemoryProblem } from "../paused-program.js";
import type { Address, Memory } from "./memory.js";

export class BoundedMemory implements Memory {
  readonly #from: Memory;
  #untilMs: number;

  /** `untilMs` as `performance.now()`. Reading later throws a `MemoryProblem` "interrupted". */
  constructor(from: Memory, untilMs: number) {
    this.#from = from;
    this.#untilMs = untilMs;
  }

  /** The stop is over: from now on it may be read for as long as it takes. */
  release(): void {
    this.#untilMs = Infinity;
  }

  readInto(address: Address, target: Uint8Array): number {
    if (performance.now() > this.#untilMs) throw new MemoryProblem("interrupted", "reading was given up");
    return this.#from.readInto(address, target);
  }
}
