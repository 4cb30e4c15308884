/**
 * The functions that could be blamed for what stacks hold, each with the sums of all stacks below it.
 *
 * Of each stack these are the functions of the main module; where it has none, of dependencies; where it has none of
 * those either, all. A stack that another finding accounts for is taken out of the sums.
 */
import { type Closeness, closeness, STANDARD } from "../../profile/allocation-blame.js";
import { BYTES, SAMPLES } from "../../profile/heap-measures.js";
import { seriesOf, type StackIndex, stackFrames, type StackSeries } from "../../profile/stack-series.js";
import { growthOf } from "./trend.js";

/** Row of `StackSeries.functionName`. */
export type FunctionIndex = number;

export class BlamedFunctions {
  readonly #stacks: StackSeries;
  /** Stack `i` has the functions `list[start[i] .. start[i + 1])`, leaf first, each once however often it recurs. */
  readonly #start: Uint32Array;
  readonly #list: Uint32Array;
  readonly #bytes: Float64Array;
  readonly #samples: Float64Array;
  readonly #variance: Float64Array;
  readonly #stackVariance: Float64Array;

  /** `variance` is that of each stack's growth in samples, if nothing but chance were at work. */
  constructor(stacks: StackSeries, variance: Float64Array) {
    const { start, list } = blamed(stacks);
    const functions = stacks.functionName.length;
    this.#stacks = stacks;
    this.#start = start;
    this.#list = list;
    this.#bytes = new Float64Array(functions * stacks.length);
    this.#samples = new Float64Array(functions * stacks.length);
    this.#variance = new Float64Array(functions);
    this.#stackVariance = variance;
    for (let stack = 0; stack < stacks.stackCount; stack++) this.#add(stack, 1);
  }

  /** Of one stack, leaf first. */
  of(stack: StackIndex): Uint32Array {
    return this.#list.subarray(this.#start[stack], this.#start[stack + 1]);
  }

  /** Asked for every stack and every function that grew: without a view of the list. */
  isOn(stack: StackIndex, fn: FunctionIndex): boolean {
    for (let i = this.#start[stack]; i < this.#start[stack + 1]; i++) if (this.#list[i] === fn) return true;
    return false;
  }

  takeOut(stack: StackIndex): void {
    this.#add(stack, -1);
  }

  bytes(fn: FunctionIndex): Float64Array {
    return this.#bytes.subarray(fn * this.#stacks.length, (fn + 1) * this.#stacks.length);
  }

  samples(fn: FunctionIndex): Float64Array {
    return this.#samples.subarray(fn * this.#stacks.length, (fn + 1) * this.#stacks.length);
  }

  variance(fn: FunctionIndex): number {
    return this.#variance[fn];
  }

  growth(fn: FunctionIndex): number {
    return growthOf(this.bytes(fn));
  }

  #add(stack: StackIndex, sign: 1 | -1): void {
    const { length } = this.#stacks;
    const bytes = seriesOf(this.#stacks, BYTES, stack);
    const samples = seriesOf(this.#stacks, SAMPLES, stack);
    for (let i = this.#start[stack]; i < this.#start[stack + 1]; i++) {
      const fn = this.#list[i];
      this.#variance[fn] += sign * this.#stackVariance[stack];
      for (let at = 0; at < length; at++) {
        this.#bytes[fn * length + at] += sign * bytes[at];
        this.#samples[fn * length + at] += sign * samples[at];
      }
    }
  }
}

function blamed(stacks: StackSeries): { readonly start: Uint32Array; readonly list: Uint32Array } {
  const { stackCount, functionName, functionFile, frameFunction } = stacks;
  const close = functionName.map((name, fn) => closeness(name, functionFile[fn]));
  const seenIn = new Int32Array(functionName.length).fill(-1);
  const start = new Uint32Array(stackCount + 1);
  const list: FunctionIndex[] = [];
  for (let stack = 0; stack < stackCount; stack++) {
    const frames = stackFrames(stacks, stack);
    let closest: Closeness = STANDARD;
    for (const frame of frames) if (close[frameFunction[frame]] < closest) closest = close[frameFunction[frame]];
    for (const frame of frames) {
      const fn = frameFunction[frame];
      if (close[fn] !== closest || seenIn[fn] === stack) continue;
      seenIn[fn] = stack;
      list.push(fn);
    }
    start[stack + 1] = list.length;
  }
  return { start, list: Uint32Array.from(list) };
}
