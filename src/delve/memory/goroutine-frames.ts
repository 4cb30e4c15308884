/** Program counters of a paused program's goroutines become frames of core's table, each stack once. */
import {
  ELIDED,
  FOREIGN_CALL,
  GoroutineBuilder,
  type GoroutineFrameIndex,
  NO_FRAME,
  type StackIndex,
} from "../../core/goroutines/goroutine.js";
import type { Address } from "../../process/paused-program.js";
import { instructionOfFrame } from "./instruction-of-frame.js";
import type { WalkedStacks } from "./stack-walk.js";
import type { SourceFrame, Symbols } from "./symbols.js";

export class GoroutineFrames {
  readonly builder: GoroutineBuilder;
  readonly #symbols: Symbols;
  readonly #unknownFile: number;
  #row = new Int32Array(256);
  readonly #starts = new Map<Address, StackIndex>();
  readonly #creators = new Map<Address, GoroutineFrameIndex>();
  readonly #names: string[];

  constructor(symbols: Symbols) {
    this.#symbols = symbols;
    this.#names = symbols.names;
    this.builder = new GoroutineBuilder(symbols.names, symbols.files);
    this.#unknownFile = symbols.unknownFile();
  }

  none(): StackIndex {
    return this.builder.stack(this.#row, 0);
  }

  /** Nothing is known but where it started: all else is left out. */
  ofStart(pc: Address): StackIndex {
    let stack = this.#starts.get(pc);
    if (stack === undefined) {
      const elided = this.builder.frame(this.#symbols.name("..."), this.#unknownFile, 0, 0, ELIDED);
      let length = this.#push(elided, 0);
      // A wrapper, too: `go f(x)` starts one that calls f.
      for (const call of this.#symbols.at(pc)) length = this.#push(this.#frame(call), length);
      stack = this.builder.stack(this.#row, length);
      this.#starts.set(pc, stack);
    }
    return stack;
  }

  /** A stack of calls, the innermost first, as the symbols list them. */
  ofCalls(calls: readonly SourceFrame[]): StackIndex {
    let length = 0;
    for (const call of calls) if (!call.isWrapper) length = this.#push(this.#frame(call), length);
    return this.builder.stack(this.#row, length);
  }

  creator(returnPc: Address): GoroutineFrameIndex {
    if (returnPc === 0) return NO_FRAME;
    let frame = this.#creators.get(returnPc);
    if (frame === undefined) {
      const [innermost] = this.#symbols.at(returnPc - 1);
      frame = innermost === undefined ? NO_FRAME : this.#frame(innermost);
      this.#creators.set(returnPc, frame);
    }
    return frame;
  }

  /** The stacks of one walk, by their numbers. The symbols have loaded `bothCounters` of its pcs. */
  ofWalked({ pcs, sequences }: WalkedStacks): Uint32Array {
    const starts = sequences.starts();
    const items = sequences.items();
    return Uint32Array.from({ length: sequences.count }, (_, number) => {
      let length = 0;
      let callee: string | undefined;
      for (let i = starts[number]; i < starts[number + 1]; i++) {
        const pc = instructionOfFrame(this.#symbols, pcs[items[i]], callee);
        length = this.#pushCall(pc, length, callee);
        callee = this.#calleeOf(pc);
      }
      return this.builder.stack(this.#row, length);
    });
  }

  /**
   * As Delve lists frames: inlined calls are there already, each with the counter of the call around it.
   * The symbols have loaded `bothCounters` of them.
   */
  ofDelve(pcs: readonly Address[]): StackIndex {
    let length = 0;
    let callee: string | undefined;
    for (let i = 0; i < pcs.length;) {
      const pc = i === 0 ? pcs[i] : instructionOfFrame(this.#symbols, pcs[i], callee);
      length = this.#pushCall(pc, length, callee);
      callee = this.#calleeOf(pc);
      const calls = Math.max(1, this.#symbols.at(pc).length);
      let same = 1;
      while (same < calls && pcs[i + same] === pcs[i]) same++;
      i += same;
    }
    return this.builder.stack(this.#row, length);
  }

  /** The function of the outermost frame at `pc`: what the next frame called. */
  #calleeOf(pc: Address): string | undefined {
    const outermost = this.#symbols.at(pc).at(-1);
    return outermost === undefined ? undefined : this.#names[outermost.name];
  }

  /** Pushes the calls at a program counter, innermost first; wrappers are left out, as Go does. */
  #pushCall(pc: Address, length: number, callee: string | undefined): number {
    const calls = this.#symbols.at(pc);
    if (calls.length === 0) {
      const name = this.#symbols.name(`0x${pc.toString(16)}`);
      return this.#push(this.builder.frame(name, this.#unknownFile, 0, 0, FOREIGN_CALL), length);
    }
    for (const call of calls) {
      const isShown = !call.isWrapper || (callee !== undefined && PANICS.has(callee));
      if (isShown) length = this.#push(this.#frame(call), length);
      callee = this.#names[call.name];
    }
    return length;
  }

  #frame(call: SourceFrame): GoroutineFrameIndex {
    return this.builder.frame(call.name, call.file, call.line, call.pcOffset, call.kind);
  }

  #push(frame: GoroutineFrameIndex, length: number): number {
    if (length === this.#row.length) {
      const grown = new Int32Array(length * 2);
      grown.set(this.#row);
      this.#row = grown;
    }
    this.#row[length] = frame;
    return length + 1;
  }
}

const PANICS = new Set(["runtime.gopanic", "runtime.sigpanic", "runtime.panicwrap"]);
