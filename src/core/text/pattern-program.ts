/**
 * A pattern as the instructions of a machine that follows all ways through it at once (Thompson's construction).
 *
 * Row `i` is one instruction: UNIT reads a unit of `sets[set[i]]` and goes to `next[i]`; FORK goes to `next[i]` and
 * `other[i]` without reading; ASSERT goes to `next[i]` where `assertions[i]` holds; MATCH is the end.
 */
import type { Assertion, PatternNode } from "./pattern-syntax.js";
import { PatternProblem } from "./pattern-syntax.js";
import type { UnitSet } from "./unit-set.js";

export const UNIT = 0;
export const FORK = 1;
export const ASSERT = 2;
export const MATCH = 3;

export interface PatternProgram {
  readonly op: readonly number[];
  readonly next: readonly number[];
  readonly other: readonly number[];
  /** Of UNIT: which of the sets. */
  readonly set: readonly number[];
  readonly assertions: readonly (Assertion | undefined)[];
  readonly sets: readonly UnitSet[];
  readonly start: number;
}

/** Counted repetitions are written out: `(a{100}){100}` is 10,000 instructions. */
const MAX_INSTRUCTIONS = 10_000;

/** Throws PatternProblem when it is too large. */
export function programOf(pattern: PatternNode): PatternProgram {
  const [op, next, other, set]: number[][] = [[], [], [], []];
  const assertions: (Assertion | undefined)[] = [];
  const sets: UnitSet[] = [];
  const setNumbers = new Map<string, number>();

  const add = (of: number, to: number, more: { other?: number; set?: number; what?: Assertion } = {}): number => {
    if (op.length === MAX_INSTRUCTIONS) throw new PatternProblem("it is too large: count less, or write it shorter");
    op.push(of);
    next.push(to);
    other.push(more.other ?? -1);
    set.push(more.set ?? -1);
    assertions.push(more.what);
    return op.length - 1;
  };
  const numberOf = (units: UnitSet): number => {
    const key = units.join();
    const known = setNumbers.get(key);
    if (known !== undefined) return known;
    setNumbers.set(key, sets.length);
    return sets.push(units) - 1;
  };
  /** The instruction where `node` begins when `to` is what follows it. */
  const build = (node: PatternNode, to: number): number => {
    switch (node.kind) {
      case "set":
        return add(UNIT, to, { set: numberOf(node.set) });
      case "assert":
        return add(ASSERT, to, { what: node.what });
      case "sequence":
        return node.items.reduceRight((after, item) => build(item, after), to);
      case "choice":
        return node.items
          .map((item) => build(item, to))
          .reduceRight((rest, first) => add(FORK, first, { other: rest }));
      case "repeat":
        return repeated(node.item, node.min, node.max, to);
    }
  };
  const repeated = (item: PatternNode, min: number, max: number, to: number): number => {
    let after = to;
    if (max === Infinity) {
      const loop = add(FORK, -1, { other: to });
      next[loop] = build(item, loop);
      after = loop;
    } else {
      for (let i = min; i < max; i++) after = add(FORK, build(item, after), { other: to });
    }
    for (let i = 0; i < min; i++) {
      const first = build(item, after);
      // Nothing, however often, is nothing.
      if (first === after) break;
      after = first;
    }
    return after;
  };
  const start = build(pattern, add(MATCH, -1));
  return { op, next, other, set, assertions, sets, start };
}
