/**
 * The functions that could be blamed for what stacks hold, each with the sums of all stacks below it.
 *
 * Of each stack these are the functions of the main module; where it has none, of dependencies; where it has none of
 * those either, all. A stack that another finding accounts for is taken out of the sums.
 */
import { type Closeness, closeness, STANDARD } from "../../profile/allocation-blame.js";
import { BYTES, CERTAIN, CERTAIN_EVER, CERTAIN_NOISE, NOISE, SAMPLES } from "../../profile/heap-measures.js";
import { seriesOf, type StackIndex, stackFrames, type StackSeries } from "../../profile/stack-series.js";
import { growthOf } from "./trend.js";

/** Row of `StackSeries.functionName`. */
export type FunctionIndex = number;

export class BlamedFunctions {
  readonly #stacks: StackSeries;
  /** Stack `i` has the functions `list[start[i] .. start[i + 1])`, leaf first, each once however often it recurs. */
  readonly #start: Uint32Array;
  readonly #list: Uint32Array;
  /** By measure, as in StackSeries; only those of SUMMED are there. */
  readonly #sums: readonly Float64Array[];
  readonly #variances: readonly Float64Array[];
  readonly #stackVariances: readonly Float64Array[];

  /** `variances` are of each stack's growth, if nothing but chance were at work. */
  constructor(stacks: StackSeries, variances: readonly Float64Array[]) {
    const { start, list } = blamed(stacks);
    const functions = stacks.functionName.length;
    this.#stacks = stacks;
    this.#start = start;
    this.#list = list;
    this.#sums = stacks.values.map((_, measure) =>
      SUMMED.includes(measure) ? new Float64Array(functions * stacks.length) : new Float64Array(),
    );
    this.#variances = variances.map(() => new Float64Array(functions));
    this.#stackVariances = variances;
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

  /** A view, not a copy, of the sum of a measure of SUMMED. */
  series(measure: number, fn: FunctionIndex): Float64Array {
    return this.#sums[measure].subarray(fn * this.#stacks.length, (fn + 1) * this.#stacks.length);
  }

  /** In the order of the constructor's. */
  variances(fn: FunctionIndex): readonly number[] {
    return this.#variances.map((variance) => variance[fn]);
  }

  growth(fn: FunctionIndex): number {
    return growthOf(this.series(BYTES, fn));
  }

  #add(stack: StackIndex, sign: 1 | -1): void {
    const { length } = this.#stacks;
    const list = this.of(stack);
    for (const [i, variance] of this.#variances.entries()) {
      for (const fn of list) variance[fn] += sign * this.#stackVariances[i][stack];
    }
    for (const measure of SUMMED) {
      const sums = this.#sums[measure];
      const series = seriesOf(this.#stacks, measure, stack);
      for (const fn of list) for (let at = 0; at < length; at++) sums[fn * length + at] += sign * series[at];
    }
  }
}

/** What is judged of functions. */
const SUMMED: readonly number[] = [BYTES, SAMPLES, NOISE, CERTAIN, CERTAIN_EVER, CERTAIN_NOISE];

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
