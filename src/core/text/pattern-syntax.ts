/**
 * Reads a regular expression: JavaScript's syntax, in which most people think, with what Go writes in its own way
 * (`(?P<name>…)`, `(?i)` and `(?i:…)` anywhere, `\A`, `\z`, `\Q…\E`, `\pL`, `[[:alpha:]]`).
 *
 * Look-around and back references are refused, as Go refuses them: no engine that is always fast has them.
 */
import {
  DIGITS,
  EVERY,
  foldCase,
  LINE_ENDS,
  SPACE,
  united,
  type UnitSet,
  unitsOfProperty,
  without,
  WORD,
} from "./unit-set.js";

export type PatternNode =
  | { readonly kind: "set"; readonly set: UnitSet }
  | { readonly kind: "assert"; readonly what: Assertion }
  | { readonly kind: "sequence" | "choice"; readonly items: readonly PatternNode[] }
  | { readonly kind: "repeat"; readonly item: PatternNode; readonly min: number; readonly max: number };

export type Assertion = "text-start" | "text-end" | "line-start" | "line-end" | "word-edge" | "no-word-edge";

/** Why a text is no pattern, in a few words. */
export class PatternProblem extends Error {}

/** Groups inside groups; each costs a few frames of the machine's stack. */
const MAX_DEPTH = 500;

/** `flags`: of JavaScript's, `i`, `m` and `s`. Throws PatternProblem. */
export function parsePattern(source: string, flags = ""): PatternNode {
  return new Parser(source, flags).whole();
}

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

class Parser {
  readonly #source: string;
  readonly #names = new Set<string>();
  #flags: Flags;
  #at = 0;
  #depth = 0;

  constructor(source: string, flags: string) {
    this.#source = source;
    this.#flags = { i: flags.includes("i"), m: flags.includes("m"), s: flags.includes("s") };
  }

  whole(): PatternNode {
    const node = this.#choice();
    if (this.#at < this.#source.length) throw new PatternProblem("Unmatched ')'");
    return node;
  }

  #choice(): PatternNode {
    if (++this.#depth > MAX_DEPTH) throw new PatternProblem(`more than ${MAX_DEPTH} groups inside each other`);
    const before = this.#flags;
    const items = [this.#sequence()];
    while (this.#take("|")) items.push(this.#sequence());
    this.#flags = before;
    this.#depth--;
    return items.length === 1 ? items[0] : { kind: "choice", items };
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = [];
    while (this.#at < this.#source.length && !this.#sees("|") && !this.#sees(")")) {
      const item = this.#item();
      if (item !== undefined) items.push(this.#quantified(item));
    }
    return items.length === 1 ? items[0] : { kind: "sequence", items };
  }

  /** Undefined: it said something about what follows, and is nothing that can be repeated. */
  #item(): PatternNode | undefined {
    const character = this.#source[this.#at++];
    switch (character) {
      case "(":
        return this.#group();
      case "[":
        return { kind: "set", set: this.#class() };
      case ".":
        return { kind: "set", set: this.#flags.s ? EVERY : without(LINE_ENDS) };
      case "^":
        return this.#assertion(this.#flags.m ? "line-start" : "text-start");
      case "$":
        return this.#assertion(this.#flags.m ? "line-end" : "text-end");
      case "\\":
        return this.#escape();
      case "*":
      case "+":
      case "?":
        throw new PatternProblem("Nothing to repeat");
      case "{":
        this.#at--;
        if (this.#counts() !== undefined) throw new PatternProblem("Nothing to repeat");
        this.#at++;
    }
    return this.#unit(character.charCodeAt(0));
  }

  #quantified(item: PatternNode): PatternNode {
    const counts = this.#take("*")
      ? { min: 0, max: Infinity }
      : this.#take("+")
        ? { min: 1, max: Infinity }
        : this.#take("?")
          ? { min: 0, max: 1 }
          : this.#counts();
    if (counts === undefined) return item;
    if (item.kind === "assert") throw new PatternProblem("Nothing to repeat");
    this.#take("?"); // how much it takes does not matter: only whether there is a match
    return { kind: "repeat", item, ...counts };
  }

  /** `{2}`, `{2,}`, `{2,5}`; anything else is itself. */
  #counts(): { min: number; max: number } | undefined {
    const match = this.#match(/\{(\d+)(,(\d*))?\}/y);
    if (match === undefined) return undefined;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] === "" ? Infinity : Number(match[3]);
    if (max < min) throw new PatternProblem("numbers out of order in {} quantifier");
    return { min, max };
  }

  #group(): PatternNode | undefined {
    if (this.#take("?")) {
      if (/^<?[=!]/.test(this.#source.slice(this.#at, this.#at + 2))) {
        throw new PatternProblem("looking ahead or behind is not possible, as in Go; use a second filter");
      }
      const name = this.#match(/P?<([A-Za-z_$][\w$]*)>/y)?.[1];
      if (name !== undefined) {
        if (this.#names.has(name)) throw new PatternProblem("Duplicate capture group name");
        this.#names.add(name);
      } else {
        const flags = this.#match(/([imsU]*)(?:-([imsU]+))?([:)])/y);
        if (flags === undefined || flags[0] === ")") throw new PatternProblem("Invalid group");
        const before = this.#flags;
        this.#flags = changed(before, flags[1], flags[2] ?? "");
        if (flags[3] === ")") return undefined;
        const inside = this.#choice();
        this.#flags = before;
        return this.#closed(inside);
      }
    }
    return this.#closed(this.#choice());
  }

  #closed(inside: PatternNode): PatternNode {
    if (!this.#take(")")) throw new PatternProblem("Unterminated group");
    // An assertion in a group can be repeated.
    return inside.kind === "assert" ? { kind: "sequence", items: [inside] } : inside;
  }

  #escape(): PatternNode | undefined {
    const character = this.#source[this.#at++];
    switch (character) {
      case undefined:
        throw new PatternProblem("\\ at end of pattern");
      case "A":
        return this.#assertion("text-start");
      case "z":
        return this.#assertion("text-end");
      case "b":
        return this.#assertion("word-edge");
      case "B":
        return this.#assertion("no-word-edge");
      case "Q": {
        const end = this.#source.indexOf("\\E", this.#at);
        const text = this.#source.slice(this.#at, end < 0 ? undefined : end);
        this.#at += text.length + (end < 0 ? 0 : 2);
        if (text === "") return undefined;
        return { kind: "sequence", items: Array.from(text, (_, i) => this.#unit(text.charCodeAt(i))) };
      }
    }
    if (/[1-9]/.test(character) || (character === "k" && this.#sees("<")))
      throw new PatternProblem("back references (\\1) are not possible, as in Go");
    this.#at--;
    return { kind: "set", set: this.#folded(this.#escapedSet()) };
  }

  /** `[…]`, of which the bracket has been read. */
  #class(): UnitSet {
    const isNegated = this.#take("^");
    const ranges: number[] = [];
    for (;;) {
      if (this.#at >= this.#source.length) throw new PatternProblem("Unterminated character class");
      if (this.#take("]")) break;
      const first = this.#classItem();
      if (!this.#sees("-") || this.#source[this.#at + 1] === "]" || this.#at + 1 >= this.#source.length) {
        ranges.push(...first);
        continue;
      }
      this.#at++;
      const last = this.#classItem();
      if (!isOne(first) || !isOne(last)) {
        ranges.push(...first, DASH, DASH, ...last);
        continue;
      }
      if (last[0] < first[0]) throw new PatternProblem("Range out of order in character class");
      ranges.push(first[0], last[0]);
    }
    const set = this.#folded(united(ranges));
    return isNegated ? without(set) : set;
  }

  #classItem(): UnitSet {
    const posix = this.#match(/\[:(\^?)(\w+):\]/y);
    if (posix !== undefined) {
      const set = POSIX.get(posix[2]);
      if (set !== undefined) return posix[1] === "" ? set : without(set);
      this.#at -= posix[0].length;
    }
    if (!this.#take("\\")) return one(this.#source.charCodeAt(this.#at++));
    if (this.#at >= this.#source.length) throw new PatternProblem("\\ at end of pattern");
    if (this.#take("b")) return one(0x08);
    return this.#escapedSet();
  }

  /** After a backslash: a class, a control character, a number, or the character itself. */
  #escapedSet(): UnitSet {
    const property = this.#match(/([pP])(?:\{(\^?)([^}]*)\}|([A-Z]))/y);
    if (property !== undefined) {
      const [, letter, not = "", long, short] = property;
      const set = unitsOfProperty(long ?? short);
      if (set === undefined) throw new PatternProblem(`there is no \\${property[0]}`);
      return (letter === "P") === (not === "^") ? set : without(set);
    }
    const hex = this.#match(/x(?:([\da-fA-F]{2})|\{([\da-fA-F]{1,4})\})|u([\da-fA-F]{4})/y);
    if (hex !== undefined) return one(parseInt(hex[1] ?? hex[2] ?? hex[3], 16));
    const control = this.#match(/c([A-Za-z])/y);
    if (control !== undefined) return one(control[1].charCodeAt(0) % 32);
    const octal = this.#match(/[0-3][0-7]{0,2}|[4-7][0-7]?/y);
    if (octal !== undefined) return one(parseInt(octal[0], 8));
    // "\\c" before anything but a letter is a backslash, and the "c" is read next.
    if (this.#sees("c")) return one(BACKSLASH);
    const character = this.#source[this.#at++];
    return ESCAPES.get(character) ?? one(character.charCodeAt(0));
  }

  #assertion(what: Assertion): PatternNode {
    return { kind: "assert", what };
  }

  #unit(unit: number): PatternNode {
    return { kind: "set", set: this.#folded(one(unit)) };
  }

  #folded(set: UnitSet): UnitSet {
    return this.#flags.i ? foldCase(set) : set;
  }

  #sees(character: string): boolean {
    return this.#source[this.#at] === character;
  }

  #take(character: string): boolean {
    if (!this.#sees(character)) return false;
    this.#at++;
    return true;
  }

  /** `expression` is sticky. */
  #match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const match = expression.exec(this.#source);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match;
  }
}

function changed(flags: Flags, on: string, off: string): Flags {
  const now = (flag: "i" | "m" | "s") => (flags[flag] || on.includes(flag)) && !off.includes(flag);
  return { i: now("i"), m: now("m"), s: now("s") };
}

const DASH = 0x2d;
const BACKSLASH = 0x5c;
const one = (unit: number): UnitSet => [unit, unit];
const isOne = (set: UnitSet): boolean => set.length === 2 && set[0] === set[1];

const ESCAPES: ReadonlyMap<string, UnitSet> = new Map(
  Object.entries({
    d: DIGITS,
    D: without(DIGITS),
    w: WORD,
    W: without(WORD),
    s: SPACE,
    S: without(SPACE),
    f: one(0x0c),
    n: one(0x0a),
    r: one(0x0d),
    t: one(0x09),
    v: one(0x0b),
  }),
);

const LETTERS: UnitSet = [0x41, 0x5a, 0x61, 0x7a];

/** https://pkg.go.dev/regexp/syntax */
const POSIX: ReadonlyMap<string, UnitSet> = new Map(
  Object.entries({
    alnum: united([...DIGITS, ...LETTERS]),
    alpha: LETTERS,
    ascii: [0, 0x7f],
    blank: [0x09, 0x09, 0x20, 0x20],
    cntrl: [0, 0x1f, 0x7f, 0x7f],
    digit: DIGITS,
    graph: [0x21, 0x7e],
    lower: [0x61, 0x7a],
    print: [0x20, 0x7e],
    punct: [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e],
    space: SPACE,
    upper: [0x41, 0x5a],
    word: WORD,
    xdigit: [0x30, 0x39, 0x41, 0x46, 0x61, 0x66],
  }),
);
