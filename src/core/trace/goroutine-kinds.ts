/**
 * Goroutines by kind: the function in which they began, as `go tool trace` groups them.
 */
import { LogHistogram } from "./log-histogram.js";
import { NO_STACK, type TraceFrame, type TraceNames, type TraceStack, type TraceString } from "./events/trace-names.js";

export type KindIndex = number;

/** Goroutines of which no stack was recorded. */
export const UNKNOWN_KIND: KindIndex = 0;

export interface GoroutineKind {
  /** The function in which they began; -1 for UNKNOWN_KIND. */
  readonly root: TraceFrame;
  count: number;
  runningNs: number;
  syscallNs: number;
  readonly startLatency: LogHistogram;
}

export class GoroutineKinds {
  readonly rows: GoroutineKind[] = [emptyKind(-1)];
  readonly #names: TraceNames;
  readonly #kindOfFunction = new Map<TraceString, KindIndex>();
  /** By stack: its kind + 1, 0 until it was looked up. */
  #kindOfStack = new Int32Array(1024);

  constructor(names: TraceNames) {
    this.#names = names;
  }

  /** The kind of the goroutine whose stack this is. */
  ofStack(stack: TraceStack): KindIndex {
    if (stack === NO_STACK) return UNKNOWN_KIND;
    if (stack >= this.#kindOfStack.length) {
      const grown = new Int32Array(Math.max(stack + 1, this.#kindOfStack.length * 2));
      grown.set(this.#kindOfStack);
      this.#kindOfStack = grown;
    }
    if (this.#kindOfStack[stack] === 0) this.#kindOfStack[stack] = this.#look(stack) + 1;
    return this.#kindOfStack[stack] - 1;
  }

  #look(stack: TraceStack): KindIndex {
    const root = this.#names.stackRoot[stack];
    const fn = this.#names.frameFunction[root];
    let kind = this.#kindOfFunction.get(fn);
    if (kind === undefined) {
      kind = this.rows.length;
      this.#kindOfFunction.set(fn, kind);
      this.rows.push(emptyKind(root));
    }
    return kind;
  }
}

function emptyKind(root: TraceFrame): GoroutineKind {
  return { root, count: 0, runningNs: 0, syscallNs: 0, startLatency: new LogHistogram() };
}
