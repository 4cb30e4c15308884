/**
 * What ran lately on which processor: the last few thousand times that a goroutine held one, to tell what ran while
 * another waited for its turn.
 */
import type { KindIndex } from "./goroutine-kinds.js";
import type { TraceStack } from "./events/trace-names.js";

const KEPT = 1 << 13;

export interface Ran {
  readonly kind: KindIndex;
  /** Where it stopped; NO_STACK while it still runs. */
  readonly stack: TraceStack;
  ns: number;
}

export class RecentRuns {
  #next = 0;
  readonly #from = new Float64Array(KEPT);
  readonly #to = new Float64Array(KEPT);
  readonly #kind = new Int32Array(KEPT);
  readonly #stack = new Int32Array(KEPT);

  add(fromNs: number, toNs: number, kind: KindIndex, stack: TraceStack): void {
    const at = this.#next++ & (KEPT - 1);
    this.#from[at] = fromNs;
    this.#to[at] = toNs;
    this.#kind[at] = kind;
    this.#stack[at] = stack;
  }

  /** Adds to `found` what ran between two moments, as far back as is remembered. */
  between(fromNs: number, toNs: number, found: Ran[]): void {
    const count = Math.min(this.#next, KEPT);
    for (let back = 1; back <= count; back++) {
      const at = (this.#next - back) & (KEPT - 1);
      if (this.#to[at] <= fromNs) break; // they ended one after the other
      const ns = Math.min(toNs, this.#to[at]) - Math.max(fromNs, this.#from[at]);
      if (ns > 0) addRan(found, this.#kind[at], this.#stack[at], ns);
    }
  }
}

export function addRan(found: Ran[], kind: KindIndex, stack: TraceStack, ns: number): void {
  const same = found.find((ran) => ran.kind === kind && ran.stack === stack);
  if (same === undefined) found.push({ kind, stack, ns });
  else same.ns += ns;
}
