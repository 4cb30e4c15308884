/**
 * The output of `dlv trace`: each call of a function with its arguments and each return with its results, by goroutine.
 *
 * Format: Delve 1.24 to 1.27, "> goroutine(6): main.price(2)" and ">> goroutine(6): main.price => (2)", between the
 * program's own lines. Delve does not see every return (not those after a call that it stepped over), so a return
 * belongs to the innermost call of its function that is open. Never throws.
 */
export interface DlvTrace {
  /** Most calls first. */
  readonly functions: readonly TracedFunction[];
  readonly goroutines: number;
  readonly calls: number;
  /** In order, the first many. */
  readonly first: readonly TracedCall[];
  /** Lines of the program and of Delve itself. */
  readonly otherLines: number;
}

export interface TracedFunction {
  readonly name: string;
  readonly calls: number;
  /** Of them, those whose return was seen. */
  readonly returns: number;
  /** How many goroutines called it. */
  readonly goroutines: number;
  /** How deep it was inside of other traced calls, itself among them, at most. */
  readonly deepest: number;
}

export interface TracedCall {
  /** Starting at 1. */
  readonly line: number;
  readonly goroutine: number;
  /** 0: in no other traced call. */
  readonly depth: number;
  readonly function: string;
  readonly arguments: string;
  /** Undefined where no return was seen. */
  readonly results: string | undefined;
}

const ENTRY = /^(>>?) goroutine\((\d+)\): (.*)$/;
const MAX_FIRST = 1000;
const MAX_LINE = 10_000;

export function isDlvTrace(text: string): boolean {
  return /^>>? goroutine\(\d+\): /m.test(text);
}

export function readDlvTrace(text: string): DlvTrace {
  const open = new Map<number, Call[]>();
  const functions = new Map<string, { calls: number; returns: number; deepest: number; goroutines: Set<number> }>();
  const first: Call[] = [];
  let [calls, otherLines] = [0, 0];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const entry = ENTRY.exec(line.slice(0, MAX_LINE));
    if (entry === null) {
      if (line.trim() !== "") otherLines++;
      continue;
    }
    const goroutine = Number(entry[2]);
    const stack = open.get(goroutine) ?? [];
    open.set(goroutine, stack);
    if (entry[1] === ">>") {
      const [name, results = ""] = entry[3].split(/ => /, 2);
      const at = stack.findLastIndex((call) => call.function === name);
      if (at < 0) continue;
      stack[at].results = results;
      functions.get(name)!.returns++;
      stack.length = at;
      continue;
    }
    const { name, given } = callIn(entry[3]);
    const call: Call = {
      ...{ line: index + 1, goroutine, depth: stack.length, function: name, arguments: given, results: undefined },
    };
    stack.push(call);
    calls++;
    if (first.length < MAX_FIRST) first.push(call);
    let known = functions.get(name);
    if (known === undefined) functions.set(name, (known = { calls: 0, returns: 0, deepest: 0, goroutines: new Set() }));
    known.calls++;
    known.deepest = Math.max(known.deepest, stack.length);
    known.goroutines.add(goroutine);
  }
  return {
    functions: [...functions]
      .map(([name, known]) => ({ ...known, name, goroutines: known.goroutines.size }))
      .sort((a, b) => b.calls - a.calls),
    goroutines: open.size,
    calls,
    first,
    otherLines,
  };
}

type Call = { -readonly [Key in keyof TracedCall]: TracedCall[Key] };

/** "main.(*Cart).add((*main.Cart)(0x1), 2)": the arguments begin at the parenthesis that the last one closes. */
function callIn(text: string): { readonly name: string; readonly given: string } {
  const receiver = /^[^()]*\(\*?[^()]*\)\.[^()]*/.exec(text)?.[0] ?? "";
  const at = text.indexOf("(", receiver.length);
  return at < 0 ? { name: text, given: "" } : { name: text.slice(0, at), given: text.slice(at) };
}
