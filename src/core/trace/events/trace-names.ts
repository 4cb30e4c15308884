/**
 * Strings, frames and stacks of a trace, each once for the whole file.
 *
 * The ids of the wire belong to one generation; here equal things of all generations have one index. A stack is a
 * sequence of frames, leaf first; a frame is a program counter, and the first description of a program counter holds,
 * as in Go's reader. Stack 0 has no frames: no stack was recorded.
 */
import { InternedBytes, InternedSequences } from "../../text/interned.js";
import { MAX_FRAMES } from "./trace-format.js";

export type TraceString = number;
export type TraceFrame = number;
export type TraceStack = number;

export const NO_STACK: TraceStack = 0;
export const EMPTY_STRING: TraceString = 0;

export class TraceNames {
  readonly framePc: number[] = [];
  readonly frameFunction: TraceString[] = [];
  readonly frameFile: TraceString[] = [];
  readonly frameLine: number[] = [];
  /** The outermost frame of each stack, -1 for NO_STACK: where the goroutine began. */
  readonly stackRoot: TraceFrame[] = [-1];
  readonly #strings = new InternedBytes();
  readonly #stacks = new InternedSequences();
  readonly #frameOfPc = new Map<number, TraceFrame>();
  readonly #frames = new Int32Array(MAX_FRAMES);

  constructor() {
    this.#strings.indexOf(new Uint8Array(0), 0, 0);
    this.#stacks.indexOf(this.#frames, 0);
  }

  get stackCount(): number {
    return this.#stacks.count;
  }

  string(index: TraceString): string {
    return this.#strings.strings[index];
  }

  addString(bytes: Uint8Array, from: number, to: number): TraceString {
    return this.#strings.indexOf(bytes, from, to);
  }

  /** The frame of a program counter that was seen before, or undefined. */
  frameOf(pc: number): TraceFrame | undefined {
    return this.#frameOfPc.get(pc);
  }

  addFrame(pc: number, fn: TraceString, file: TraceString, line: number): TraceFrame {
    const frame = this.framePc.length;
    this.#frameOfPc.set(pc, frame);
    this.framePc.push(pc);
    this.frameFunction.push(fn);
    this.frameFile.push(file);
    this.frameLine.push(line);
    return frame;
  }

  /** The first `length` of `frames`, leaf first; outer frames without an address say nothing and are left out. */
  addStack(frames: Int32Array, length: number): TraceStack {
    while (length > 0 && this.framePc[frames[length - 1]] === 0) length--;
    const stack = this.#stacks.indexOf(frames, length);
    if (stack === this.stackRoot.length) this.stackRoot.push(frames[length - 1]);
    return stack;
  }

  /** All stacks as columns: stack `i` has the frames `frames[start[i] .. start[i + 1])`, leaf first. */
  stackColumns(): StackColumns {
    return { start: this.#stacks.starts(), frames: this.#stacks.items() };
  }
}

export interface StackColumns {
  readonly start: Uint32Array;
  readonly frames: Int32Array;
}

/** The indexes of one generation's ids; ids are dense in what Go writes, and may be anything in what others write. */
export class IdMap {
  #dense = withoutIds(1024);
  #sparse: Map<number, number> | undefined;

  set(id: number, index: number): void {
    if (id === 0) return;
    if (id < MAX_DENSE_ID) {
      if (id >= this.#dense.length) {
        const grown = withoutIds(Math.max(id + 1, this.#dense.length * 2));
        grown.set(this.#dense);
        this.#dense = grown;
      }
      this.#dense[id] = index;
    } else (this.#sparse ??= new Map<number, number>()).set(id, index);
  }

  /** The index of an id, -1 where the generation does not define it. Id 0 is the empty string and no stack. */
  get(id: number): number {
    if (id < this.#dense.length) return this.#dense[id];
    return this.#sparse?.get(id) ?? -1;
  }
}

const MAX_DENSE_ID = 1 << 20;

/** Nothing is defined but id 0. */
function withoutIds(length: number): Int32Array<ArrayBuffer> {
  const dense = new Int32Array(length).fill(-1);
  dense[0] = 0;
  return dense;
}
