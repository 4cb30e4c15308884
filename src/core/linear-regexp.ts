/**
 * Regular expressions whose cost is linear in the text, as RE2 has them: those that come out of files.
 *
 * JavaScript's own engine can take longer than anybody waits on a pattern made for that purpose. This one simulates
 * the pattern's automaton, all its states at once. It knows what profiles use: alternatives, groups, classes,
 * repetition, anchors, escapes; a pattern with anything else is not compiled.
 */

/** Whether the whole text matches; undefined when the pattern is not understood. */
export function wholeMatcher(pattern: string): ((text: string) => boolean) | undefined {
  const program = compile(pattern);
  return program === undefined ? undefined : (text) => runs(program, text);
}

type Range = readonly [from: number, to: number];

type Instruction =
  | { readonly kind: "chars"; readonly ranges: readonly Range[]; readonly negated: boolean }
  | { readonly kind: "split"; readonly targets: number[] }
  | { readonly kind: "start" | "end" | "match" };

const MAX_INSTRUCTIONS = 10_000;
const MAX_REPEAT = 1000;
const DIGITS: Range[] = [[48, 57]];
const WORD: Range[] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const SPACE: Range[] = [
  [9, 10],
  [12, 13],
  [32, 32],
];
const CONTROL: Readonly<Record<string, number>> = { t: 9, n: 10, f: 12, r: 13, v: 11, a: 7 };

class NotUnderstood extends Error {}

function compile(pattern: string): Instruction[] | undefined {
  const chars = [...pattern];
  const program: Instruction[] = [];
  let at = 0;

  const emit = (instruction: Instruction): number => {
    if (program.length >= MAX_INSTRUCTIONS) throw new NotUnderstood();
    return program.push(instruction) - 1;
  };
  const charSet = (ranges: readonly Range[], negated = false) => emit({ kind: "chars", ranges, negated });
  /** Moves what was emitted since `from` behind a new instruction there. */
  const before = (from: number, targetsOf: (body: number, end: number) => number[]) => {
    const body = program.splice(from);
    emit({ kind: "split", targets: targetsOf(from + 1, from + 1 + body.length) });
    for (const one of body) {
      emit(one.kind === "split" ? { kind: "split", targets: one.targets.map((target) => target + 1) } : one);
    }
  };

  function alternatives(): void {
    const from = program.length;
    sequence();
    while (chars[at] === "|") {
      at++;
      // split first, second; first; jump to the end; second
      before(from, (body, end) => [body, end + 1]);
      const jump = emit({ kind: "split", targets: [] });
      sequence();
      (program[jump] as { targets: number[] }).targets.push(program.length);
    }
  }

  function sequence(): void {
    while (at < chars.length && chars[at] !== "|" && chars[at] !== ")") {
      const from = program.length;
      const start = at;
      atom();
      const atomEnd = at;
      repetition(from, start, atomEnd);
    }
  }

  function repetition(from: number, start: number, atomEnd: number): void {
    const sign = chars[at];
    if (sign === "{") {
      const [whole, low, comma, high] = /^\{(\d+)(,?)(\d*)\}/.exec(chars.slice(at, at + 16).join("")) ?? [];
      if (whole === undefined) throw new NotUnderstood();
      const least = Number(low);
      const most = comma === "" ? least : high === "" ? undefined : Number(high);
      if (Math.max(least, most ?? 0) > MAX_REPEAT || (most ?? least) < least) throw new NotUnderstood();
      const after = at + whole.length;
      program.length = from;
      const again = () => {
        const body = program.length;
        at = start;
        atom();
        if (at !== atomEnd) throw new NotUnderstood();
        return body;
      };
      for (let i = 0; i < least; i++) again();
      if (most === undefined) star(again());
      else for (let i = least; i < most; i++) before(again(), (body, end) => [body, end]);
      at = after;
    } else if (sign === "*") {
      at++;
      star(from);
    } else if (sign === "+") {
      at++;
      emit({ kind: "split", targets: [from, program.length + 1] });
    } else if (sign === "?") {
      at++;
      before(from, (body, end) => [body, end]);
    } else return;
    // Greedy or not makes no difference to whether it matches.
    if (chars[at] === "?") at++;
    if (["*", "+", "?", "{"].includes(chars[at])) throw new NotUnderstood();
  }

  function star(from: number): void {
    before(from, (body, end) => [body, end + 1]);
    emit({ kind: "split", targets: [from] });
  }

  function atom(): void {
    const char = chars[at++];
    if (char === "(") {
      if (chars[at] === "?") {
        const [flags] = /^\?(?::|P?<\w+>)/.exec(chars.slice(at, at + 80).join("")) ?? [];
        if (flags === undefined) throw new NotUnderstood();
        at += flags.length;
      }
      alternatives();
      if (chars[at++] !== ")") throw new NotUnderstood();
    } else if (char === "[") bracket();
    else if (char === ".") charSet([[10, 10]], true);
    else if (char === "^") emit({ kind: "start" });
    else if (char === "$") emit({ kind: "end" });
    else if (char === "\\") {
      if (chars[at] === "A" || chars[at] === "z") emit({ kind: chars[at++] === "A" ? "start" : "end" });
      else {
        const [ranges, negated] = escape();
        charSet(ranges, negated);
      }
    } else if (char === undefined || "*+?{".includes(char)) throw new NotUnderstood();
    else charSet([codeRange(char)]);
  }

  function escape(): readonly [readonly Range[], boolean] {
    const char = chars[at++];
    if (char === undefined) throw new NotUnderstood();
    const lower = char.toLowerCase();
    if (lower === "d" || lower === "w" || lower === "s") {
      return [lower === "d" ? DIGITS : lower === "w" ? WORD : SPACE, char !== lower];
    }
    if (char in CONTROL) return [[[CONTROL[char], CONTROL[char]]], false];
    if (/[0-9A-Za-z]/.test(char)) throw new NotUnderstood();
    return [[codeRange(char)], false];
  }

  function bracket(): void {
    const negated = chars[at] === "^";
    if (negated) at++;
    const ranges: Range[] = [];
    for (let first = true; first || chars[at] !== "]"; first = false) {
      if (chars[at] === undefined || (chars[at] === "[" && chars[at + 1] === ":")) throw new NotUnderstood();
      const from = bracketChar(ranges);
      if (from === undefined) continue;
      let to: number | undefined = from;
      if (chars[at] === "-" && chars[at + 1] !== "]") {
        at++;
        to = bracketChar([]);
      }
      if (to === undefined || to < from) throw new NotUnderstood();
      ranges.push([from, to]);
    }
    at++;
    charSet(ranges, negated);
  }

  /** One character of a class; undefined for an escape that stands for several, which are added. */
  function bracketChar(ranges: Range[]): number | undefined {
    const char = chars[at++];
    if (char !== "\\") return char?.codePointAt(0);
    const [escaped, negated] = escape();
    if (negated) throw new NotUnderstood();
    if (escaped.length === 1 && escaped[0][0] === escaped[0][1]) return escaped[0][0];
    ranges.push(...escaped);
    return undefined;
  }

  try {
    alternatives();
    if (at < chars.length) return undefined;
    emit({ kind: "match" });
    return program;
  } catch (error) {
    if (error instanceof NotUnderstood || error instanceof RangeError) return undefined;
    throw error;
  }
}

function codeRange(char: string): Range {
  const code = char.codePointAt(0) as number;
  return [code, code];
}

function runs(program: readonly Instruction[], text: string): boolean {
  // When a state was last entered, so that each is looked at once per character.
  const entered = new Int32Array(program.length).fill(-1);
  let states: number[] = [];
  let position = 0;
  const enter = (state: number, isEnd: boolean, into: number[]) => {
    const waiting = [state];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (entered[next] === position) continue;
      entered[next] = position;
      const instruction = program[next];
      if (instruction.kind === "split") waiting.push(...instruction.targets);
      else if (instruction.kind === "start") {
        if (position === 0) waiting.push(next + 1);
      } else if (instruction.kind === "end") {
        if (isEnd) waiting.push(next + 1);
      } else into.push(next);
    }
  };
  enter(0, text === "", states);
  for (let at = 0; at < text.length && states.length > 0; position++) {
    const code = text.codePointAt(at) as number;
    at += code > 0xffff ? 2 : 1;
    const following: number[] = [];
    position++;
    for (const state of states) {
      const instruction = program[state];
      if (instruction.kind !== "chars") continue;
      const within = instruction.ranges.some(([from, to]) => code >= from && code <= to);
      if (within !== instruction.negated) enter(state + 1, at >= text.length, following);
    }
    position--;
    states = following;
  }
  return states.some((state) => program[state].kind === "match");
}
