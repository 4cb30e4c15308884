/**
 * Where the garbage collector begins: variables, stacks, and what the runtime keeps beside objects; each root is a word
 * that points to an object, and belongs to an owner that people know.
 */
import type { ObjectIndex } from "./spans.js";

export type OwnerKind = "global" | "goroutine" | "timer" | "finalizer" | "cgo" | "runtime";

export interface RootOwner {
  readonly kind: OwnerKind;
  /** Of a variable, its symbol; of a goroutine, the function that it began with; of a timer or finalizer, what it calls. */
  readonly name: string;
  /** Of a variable, where it begins; of a timer, its record; 0 none. */
  readonly address: number;
  /** Of a goroutine. */
  readonly goroutine?: number;
}

export type OwnerIndex = number;
export type FrameIndex = number;

/** A stack frame in which a root lies. */
export interface RootFrame {
  /** Where it goes on; of a call, the return address. */
  readonly pc: number;
  /** Where the frame begins: the stack pointer before the call. */
  readonly base: number;
  readonly function: string;
}

/** Row `i` of every column is one root. */
export interface Roots {
  readonly count: number;
  readonly object: Int32Array;
  readonly owner: Int32Array;
  /** Where the pointer lies; 0 in a register. */
  readonly slot: Float64Array;
  /** -1 outside of stacks. */
  readonly frame: Int32Array;
  /** Of 1 it may be no pointer (a word in a frame without a map), or lies in a frame of the runtime itself. */
  readonly isGuess: Uint8Array;
  /** Of a root in a variable on the stack that has no name: where what points to that variable lies; else 0. */
  readonly via: Float64Array;
  readonly owners: readonly RootOwner[];
  readonly frames: readonly RootFrame[];
  /** Objects that are the runtime's own records of goroutines, threads and processors: they hold for the runtime only. */
  readonly books: readonly ObjectIndex[];
}

export const NO_FRAME: FrameIndex = -1;

export class RootsBuilder {
  readonly #object: number[] = [];
  readonly #owner: number[] = [];
  readonly #slot: number[] = [];
  readonly #frame: number[] = [];
  readonly #via: number[] = [];
  readonly #isGuess: number[] = [];
  readonly #owners: RootOwner[] = [];
  readonly #frames: RootFrame[] = [];

  owner(owner: RootOwner): OwnerIndex {
    return this.#owners.push(owner) - 1;
  }

  /** What a goroutine does is known when its stack was walked. */
  rename(owner: OwnerIndex, name: string): void {
    this.#owners[owner] = { ...this.#owners[owner], name };
  }

  frame(frame: RootFrame): FrameIndex {
    return this.#frames.push(frame) - 1;
  }

  add(
    object: ObjectIndex,
    owner: OwnerIndex,
    slot: number,
    frame: FrameIndex = NO_FRAME,
    via = 0,
    isGuess = false,
  ): void {
    this.#object.push(object);
    this.#owner.push(owner);
    this.#slot.push(slot);
    this.#frame.push(frame);
    this.#via.push(via);
    this.#isGuess.push(isGuess ? 1 : 0);
  }

  finish(books: readonly ObjectIndex[]): Roots {
    return {
      count: this.#object.length,
      object: Int32Array.from(this.#object),
      owner: Int32Array.from(this.#owner),
      slot: Float64Array.from(this.#slot),
      frame: Int32Array.from(this.#frame),
      via: Float64Array.from(this.#via),
      isGuess: Uint8Array.from(this.#isGuess),
      owners: this.#owners,
      frames: this.#frames,
      books,
    };
  }
}
