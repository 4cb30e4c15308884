/**
 * Whether a pattern matches somewhere in a text, in time that grows with the text and no faster: all ways through the
 * pattern are followed at once, and each set of places where they stand is a state that is worked out once and kept.
 *
 * A state is what is left after a unit has been read. Whether `^`, `$` or `\b` hold depends on the next unit too, so
 * they are decided when that one comes; the end of the text counts as one more unit.
 */
import { ASSERT, FORK, MATCH, type PatternProgram, UNIT } from "./pattern-program.js";
import { contains, LINE_ENDS, WORD } from "./unit-set.js";

/** The pattern makes more states than can be worked out in reasonable time. */
export class PatternTakesTooLong extends Error {}

/** What stands before or behind a place. */
const EDGE = 0; // of the text
const WORD_UNIT = 1;
const LINE_END = 2;
const OTHER = 3;

const UNKNOWN = -1;
const MATCHED = -2;

/** What is kept of states, in numbers; beyond it all are forgotten and worked out again as they come. */
const MAX_KEPT = 1 << 20;
/** Worth keeping are states that come again: beyond these, no more than one for so many units that were read. */
const FREE_STATES = 2_000;
const UNITS_PER_STATE = 64;
/**
 * Instructions that may be visited to work out states: at once, and for each unit that was read. A state of a real
 * pattern is worked out once in thousands of units; whatever the pattern, 10^5 names of 90 units take a second or two.
 */
const FREE_VISITS = 5_000_000;
const VISITS_PER_UNIT = 8;

export class LinearMatcher {
  readonly #program: PatternProgram;
  readonly #classes: UnitClasses;
  /** Whether it matters what was before a place, and whether that was a word's unit or a line's end. */
  readonly #seesEdge: boolean;
  readonly #seesKind: boolean;
  #places: Uint16Array[] = [];
  #kindBefore: number[] = [];
  #transitions: Int32Array[] = [];
  #numbers = new Map<string, number>();
  #kept = 0;
  /** States that were worked out and kept, those that were forgotten since included. */
  #made = 0;
  #visits = 0;
  #units = 0;
  /** By instruction: the last round in which it was visited, and in which a way led there over a unit. */
  readonly #visited: Uint32Array;
  readonly #reached: Uint32Array;
  readonly #stack: Int32Array;
  #round = 0;

  constructor(program: PatternProgram) {
    this.#program = program;
    this.#classes = new UnitClasses(program);
    this.#seesEdge = program.assertions.some((what) => what === "text-start");
    this.#seesKind = program.assertions.some((what) => what !== undefined && !what.startsWith("text-"));
    const { length } = program.op;
    this.#visited = new Uint32Array(length);
    this.#reached = new Uint32Array(length);
    this.#stack = new Int32Array(3 * length + 1);
    this.#forget();
  }

  /** Throws PatternTakesTooLong. */
  test(text: string): boolean {
    this.#units += text.length + 1;
    let state = 0;
    for (let at = 0; at <= text.length; at++) {
      const unitClass = this.#classAt(text, at);
      let next = this.#transitions[state][unitClass];
      if (next === UNKNOWN) {
        if (this.#made > FREE_STATES + this.#units / UNITS_PER_STATE) return this.#testFrom(state, text, at);
        next = this.#follow(state, unitClass);
      }
      if (next === MATCHED) return true;
      state = next;
    }
    return false;
  }

  /** The same for the rest of a text, without keeping states: too many of them are new. */
  #testFrom(state: number, text: string, from: number): boolean {
    let places: ArrayLike<number> = this.#places[state];
    let kind = this.#kindBefore[state];
    for (let at = from; at <= text.length; at++) {
      const unitClass = this.#classAt(text, at);
      const next = this.#step(places, kind, unitClass);
      if (next === undefined) return true;
      places = next;
      kind = this.#kindAfter(unitClass);
    }
    return false;
  }

  #classAt(text: string, at: number): number {
    return at === text.length ? this.#classes.end : this.#classes.of(text.charCodeAt(at));
  }

  #kindAfter(unitClass: number): number {
    return this.#seesKind ? this.#classes.kind[unitClass] : this.#seesEdge ? OTHER : EDGE;
  }

  #forget(): void {
    this.#places = [];
    this.#kindBefore = [];
    this.#transitions = [];
    this.#numbers.clear();
    this.#kept = 0;
    this.#stateOf(new Uint16Array(0), EDGE);
  }

  #follow(state: number, unitClass: number): number {
    const places = this.#step(this.#places[state], this.#kindBefore[state], unitClass);
    if (places === undefined) return (this.#transitions[state][unitClass] = MATCHED);
    const sorted = Uint16Array.from(places).sort();
    const kind = this.#kindAfter(unitClass);
    if (this.#kept > MAX_KEPT) {
      this.#forget();
      return this.#stateOf(sorted, kind);
    }
    return (this.#transitions[state][unitClass] = this.#stateOf(sorted, kind));
  }

  /** Where the ways lead over a unit; undefined when one of them has come to its end before it. */
  #step(places: ArrayLike<number>, before: number, unitClass: number): number[] | undefined {
    const { op, next, other, set, assertions, start } = this.#program;
    const after = this.#classes.kind[unitClass];
    const round = ++this.#round;
    const visited = this.#visited;
    const stack = this.#stack;
    const led: number[] = [];
    let visits = 0;
    let height = 0;
    for (let i = 0; i < places.length; i++) stack[height++] = places[i];
    // A match may begin at every place.
    stack[height++] = start;
    while (height > 0) {
      const at = stack[--height];
      if (visited[at] === round) continue;
      visited[at] = round;
      visits++;
      switch (op[at]) {
        case UNIT:
          if (this.#reached[next[at]] === round || !this.#classes.isIn(unitClass, set[at])) break;
          this.#reached[next[at]] = round;
          led.push(next[at]);
          break;
        case FORK:
          stack[height++] = other[at];
          stack[height++] = next[at];
          break;
        case ASSERT:
          if (holds(assertions[at], before, after)) stack[height++] = next[at];
          break;
        case MATCH:
          return undefined;
      }
    }
    this.#visits += visits;
    if (this.#visits > FREE_VISITS + VISITS_PER_UNIT * this.#units) throw new PatternTakesTooLong();
    return led;
  }

  #stateOf(places: Uint16Array, kind: number): number {
    const key = keyOf(places, kind);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#places.length;
    this.#made++;
    this.#numbers.set(key, number);
    this.#places.push(places);
    this.#kindBefore.push(kind);
    this.#transitions.push(new Int32Array(this.#classes.count).fill(UNKNOWN));
    this.#kept += 4 * places.length + this.#classes.count;
    return number;
  }
}

function keyOf(places: Uint16Array, kind: number): string {
  let key = String.fromCharCode(kind);
  for (let at = 0; at < places.length; at += 4096) key += String.fromCharCode(...places.subarray(at, at + 4096));
  return key;
}

function holds(what: PatternProgram["assertions"][number], before: number, after: number): boolean {
  switch (what) {
    case "text-start":
      return before === EDGE;
    case "text-end":
      return after === EDGE;
    case "line-start":
      return before === EDGE || before === LINE_END;
    case "line-end":
      return after === EDGE || after === LINE_END;
    case "word-edge":
      return (before === WORD_UNIT) !== (after === WORD_UNIT);
    case "no-word-edge":
      return (before === WORD_UNIT) === (after === WORD_UNIT);
    case undefined:
      return true;
  }
}

/** Units that no set of the program, and no assertion, tells apart are one class. */
class UnitClasses {
  readonly count: number;
  /** The class of the text's end. */
  readonly end: number;
  /** By class. */
  readonly kind: Uint8Array;
  /** The first unit of each stretch, and which class it is. */
  readonly #from: Uint32Array;
  readonly #classOf: Uint16Array;
  readonly #ascii = new Uint16Array(128);
  readonly #isIn: Uint8Array;
  readonly #setCount: number;

  constructor({ sets }: PatternProgram) {
    const told = [...sets, WORD, LINE_ENDS];
    const bounds = new Set([0]);
    for (const set of told) {
      for (let i = 0; i < set.length; i += 2) bounds.add(set[i]).add(set[i + 1] + 1);
    }
    bounds.delete(0x10000);
    this.#from = Uint32Array.from(bounds).sort();
    this.#classOf = new Uint16Array(this.#from.length);
    const classes = new Map<string, number>();
    const first: number[] = [];
    this.#from.forEach((unit, i) => {
      const key = told.map((set) => (contains(set, unit) ? "1" : "0")).join("");
      const known = classes.get(key);
      if (known === undefined) {
        classes.set(key, first.length);
        this.#classOf[i] = first.push(unit) - 1;
      } else this.#classOf[i] = known;
    });
    this.end = first.length;
    this.count = first.length + 1;
    this.#setCount = sets.length;
    this.#isIn = new Uint8Array(this.count * sets.length);
    this.kind = new Uint8Array(this.count).fill(EDGE);
    first.forEach((unit, unitClass) => {
      this.kind[unitClass] = contains(WORD, unit) ? WORD_UNIT : contains(LINE_ENDS, unit) ? LINE_END : OTHER;
      sets.forEach((set, i) => (this.#isIn[unitClass * sets.length + i] = contains(set, unit) ? 1 : 0));
    });
    for (let unit = 0; unit < 128; unit++) this.#ascii[unit] = this.#search(unit);
  }

  of(unit: number): number {
    return unit < 128 ? this.#ascii[unit] : this.#search(unit);
  }

  isIn(unitClass: number, set: number): boolean {
    return this.#isIn[unitClass * this.#setCount + set] === 1;
  }

  #search(unit: number): number {
    let low = 0;
    let high = this.#from.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#from[middle] <= unit) low = middle;
      else high = middle - 1;
    }
    return this.#classOf[low];
  }
}
