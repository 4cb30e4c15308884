/**
 * The filter language for goroutines, one line as in a search box:
 *
 *   state:chan receive wait>5m func:/pool/ label:req=42 created:main.startWorker -system
 *
 * Terms are joined by "and"; "-" before a term negates it. A text matches anywhere, whatever its case; between slashes
 * it is a regular expression; in quotes it may hold anything.
 *
 *   state:TEXT    what Go prints between the brackets ("chan receive"); the words up to the next term belong to it
 *   func:TEXT     any function on the stack        file:TEXT   any file on the stack
 *   at:TEXT       the function it is blocked in    created:TEXT  the function with the `go` statement
 *   id:7,10-20    goroutine ids                    parent:7      id of the goroutine that started it
 *   label:KEY, label:KEY=TEXT                      wait>5m wait<=90s wait=0   known waiting time
 *   system, user, locked, leaked                   a bare word: any function or the state
 */
import { FormatError } from "../text/format-error.js";
import { patternOf } from "../text/pattern.js";
import {
  type GoroutineFrameIndex,
  type GoroutineRow,
  type Goroutines,
  LEAKED,
  LOCKED_TO_THREAD,
  NO_FRAME,
  NO_LABELS,
  SYSTEM,
  tellingFrames,
  UNKNOWN_WAIT,
} from "./goroutine.js";

export interface FilterError {
  readonly message: string;
  /** Of the character at fault, starting at 1, in UTF-16 code units. */
  readonly column: number;
}

export interface GoroutineFilter {
  readonly terms: readonly FilterTerm[];
}

type FilterTerm = { readonly isNegated: boolean } & (
  | { readonly kind: "state" | "func" | "file" | "at" | "created" | "any"; readonly matches: (text: string) => boolean }
  | { readonly kind: "label"; readonly key: string; readonly matches: ((text: string) => boolean) | undefined }
  | { readonly kind: "id" | "parent"; readonly ranges: readonly (readonly [from: number, to: number])[] }
  | { readonly kind: "wait"; readonly compare: (waitNs: number) => boolean }
  | { readonly kind: "system" | "user" | "locked" | "leaked" }
);

/** Reads a filter; an empty text lets everything pass. */
export function parseFilter(text: string): GoroutineFilter | FilterError {
  const words = wordsOf(text);
  if ("message" in words) return words;
  const terms: FilterTerm[] = [];
  for (let i = 0; i < words.length;) {
    let { text: word, column } = words[i++];
    const isNegated = word.length > 1 && word.startsWith("-");
    if (isNegated) {
      word = word.slice(1);
      column++;
    }
    // "state:chan receive": a state has spaces of its own.
    if (word.startsWith("state:") && !/^state:["/]/.test(word)) {
      while (i < words.length && !startsTerm(words[i].text)) word += ` ${words[i++].text}`;
    }
    const term = termOf(word, column, isNegated);
    if ("message" in term) return term;
    terms.push(term);
  }
  return { terms };
}

/** Whether stacks decide who passes: without them it is not known, or not right. */
export function readsStacks({ terms }: GoroutineFilter): boolean {
  return terms.some(({ kind }) => kind === "func" || kind === "file" || kind === "at" || kind === "any");
}

/** The rows that pass. Each term looks at each different frame, stack, state and label set once, not at each row. */
export function filterGoroutines(goroutines: Goroutines, filter: GoroutineFilter): Uint32Array {
  const tests = filter.terms.map((term) => ({ isNegated: term.isNegated, test: testOf(term, goroutines) }));
  const rows = new Uint32Array(goroutines.count);
  if (tests.length === 0) {
    for (let row = 0; row < rows.length; row++) rows[row] = row;
    return rows;
  }
  let kept = 0;
  for (let row = 0; row < goroutines.count; row++) {
    if (tests.every(({ isNegated, test }) => test(row) !== isNegated)) rows[kept++] = row;
  }
  return rows.slice(0, kept);
}

const TEXT_KINDS = ["state", "func", "file", "at", "created"] as const;
const FLAG_KINDS = ["system", "user", "locked", "leaked"] as const;
const KEYS = [...TEXT_KINDS, "label", "id", "parent", "wait"];

function startsTerm(word: string): boolean {
  const bare = word.replace(/^-/, "");
  return /^(\w+)[:<>=]/.test(bare) ? KEYS.includes(bare.split(/[:<>=]/, 1)[0]) : isFlag(bare);
}

function isFlag(word: string): word is (typeof FLAG_KINDS)[number] {
  return (FLAG_KINDS as readonly string[]).includes(word);
}

interface Word {
  readonly text: string;
  readonly column: number;
}

/** Cuts at spaces outside of quotes and of a regular expression that stands where a value does. */
function wordsOf(text: string): Word[] | FilterError {
  const words: Word[] = [];
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text[at])) {
      at++;
      continue;
    }
    const start = at;
    while (at < text.length && !/\s/.test(text[at])) {
      const quote = text[at];
      const opensValue = at === start || /[:=-]/.test(text[at - 1]);
      if (!opensValue || (quote !== '"' && quote !== "/")) {
        at++;
        continue;
      }
      const end = closing(text, at);
      if (end === undefined) {
        // A path such as "/usr/lib" is not a regular expression; a quote must be closed.
        if (quote === '"') return { message: "the quote is not closed", column: at + 1 };
        if (/^\/[^\s/]*$/.test(text.slice(at)))
          return { message: "the regular expression is not closed by /", column: at + 1 };
        at++;
        continue;
      }
      at = end + 1;
    }
    words.push({ text: text.slice(start, at), column: start + 1 });
  }
  return words;
}

function closing(text: string, open: number): number | undefined {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === text[open]) return at;
  }
  return undefined;
}

function termOf(word: string, column: number, isNegated: boolean): FilterTerm | FilterError {
  if (isFlag(word)) return { kind: word, isNegated };
  const wait = /^wait(<=|>=|<|>|=|:)(.*)$/.exec(word);
  if (wait !== null) {
    const compare = comparison(wait[1], wait[2]);
    if (compare === undefined) {
      return { message: `"${wait[2]}" is not a time: write 90s, 5m or 2h`, column: column + 4 + wait[1].length };
    }
    return { kind: "wait", compare, isNegated };
  }
  const colon = /^(\w+):/.exec(word);
  if (colon === null || word.startsWith('"')) {
    const matches = matcher(word, column);
    return "message" in matches ? matches : { kind: "any", matches: matches.test, isNegated };
  }
  const key = colon[1];
  const value = word.slice(colon[0].length);
  const valueColumn = column + colon[0].length;
  if (!KEYS.includes(key)) {
    return { message: `there is no "${key}:"; use ${KEYS.map((known) => `${known}:`).join(" ")}`, column };
  }
  if (value === "") return { message: `${key}: needs a value`, column: valueColumn };
  if (key === "id" || key === "parent") {
    const ranges = rangesOf(value);
    if (ranges === undefined)
      return { message: `"${value}" is not a list of ids such as 7,10-20`, column: valueColumn };
    return { kind: key, ranges, isNegated };
  }
  if (key === "label") {
    const equals = value.indexOf("=");
    const labelKey = equals < 0 ? value : value.slice(0, equals);
    if (labelKey === "") return { message: "the label needs a key", column: valueColumn };
    if (equals < 0) return { kind: "label", key: labelKey, matches: undefined, isNegated };
    const matches = matcher(value.slice(equals + 1), valueColumn + equals + 1, "whole");
    return "message" in matches ? matches : { kind: "label", key: labelKey, matches: matches.test, isNegated };
  }
  const matches = matcher(value, valueColumn);
  if ("message" in matches) return matches;
  return { kind: key as (typeof TEXT_KINDS)[number], matches: matches.test, isNegated };
}

/** How a value compares with texts: as a regular expression, as a whole (labels), or anywhere in it. */
function matcher(
  value: string,
  column: number,
  how: "part" | "whole" = "part",
): { test: (text: string) => boolean } | FilterError {
  const pattern = /^\/(.+)\/(i?)$/s.exec(value);
  if (pattern !== null) {
    try {
      const compiled = patternOf(pattern[1], pattern[2]);
      return { test: (text) => compiled.test(text) };
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return { message: error.message.replace(/^.* is not/s, "this is not"), column };
    }
  }
  const plain = /^".*"$/s.test(value) ? value.slice(1, -1).replace(/\\(["\\])/g, "$1") : value;
  if (how === "whole") return { test: (text) => text === plain };
  const lower = plain.toLowerCase();
  return { test: (text) => text.toLowerCase().includes(lower) };
}

const UNITS: Readonly<Record<string, number>> = { "": 60e9, s: 1e9, m: 60e9, min: 60e9, h: 3600e9, d: 86400e9 };

function comparison(operator: string, value: string): ((waitNs: number) => boolean) | undefined {
  const match = /^(\d+(?:\.\d+)?)(s|m|min|h|d|)$/.exec(value);
  if (match === null) return undefined;
  const bound = Number(match[1]) * UNITS[match[2]];
  switch (operator) {
    case ">":
      return (wait) => wait > bound;
    case ">=":
      return (wait) => wait >= bound;
    case "<":
      return (wait) => wait < bound;
    case "<=":
      return (wait) => wait <= bound;
    default:
      return (wait) => wait === bound;
  }
}

function rangesOf(value: string): [number, number][] | undefined {
  const ranges: [number, number][] = [];
  for (const part of value.split(",")) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (match === null) return undefined;
    ranges.push([Number(match[1]), Number(match[2] ?? match[1])]);
  }
  return ranges;
}

function testOf(term: FilterTerm, goroutines: Goroutines): (row: GoroutineRow) => boolean {
  const { frames, state, states, stack, creator, id, creatorId, flags, waitNs, labels, labelSets } = goroutines;
  switch (term.kind) {
    case "state": {
      const isMatch = states.map(term.matches);
      return (row) => isMatch[state[row]];
    }
    case "func":
      return onStack(goroutines, frames.function.map(term.matches));
    case "file":
      return onStack(goroutines, frames.file.map(term.matches));
    case "any": {
      const inState = states.map(term.matches);
      const inStack = onStack(goroutines, frames.function.map(term.matches));
      return (row) => inState[state[row]] || inStack(row);
    }
    case "at": {
      const isFrame = frames.function.map(term.matches);
      const isMatch = Array.from(tellingFrames(goroutines), (frame) => frame !== NO_FRAME && isFrame[frame]);
      return (row) => isMatch[stack[row]];
    }
    case "created": {
      const isMatch = frames.function.map(term.matches);
      return (row) => creator[row] !== NO_FRAME && isMatch[creator[row]];
    }
    case "label": {
      const isMatch = labelSets.map((set) =>
        set.some(([key, value]) => key === term.key && (term.matches === undefined || term.matches(value))),
      );
      return (row) => labels[row] !== NO_LABELS && isMatch[labels[row]];
    }
    case "id":
      return (row) => term.ranges.some(([from, to]) => id[row] >= from && id[row] <= to);
    case "parent":
      return (row) => term.ranges.some(([from, to]) => creatorId[row] >= from && creatorId[row] <= to);
    case "wait":
      // Go says the time from the first full minute on; before that it is less than one.
      return (row) => term.compare(waitNs[row] === UNKNOWN_WAIT ? 0 : waitNs[row]);
    case "system":
      return (row) => (flags[row] & SYSTEM) !== 0;
    case "user":
      return (row) => (flags[row] & SYSTEM) === 0;
    case "locked":
      return (row) => (flags[row] & LOCKED_TO_THREAD) !== 0;
    case "leaked":
      return (row) => (flags[row] & LEAKED) !== 0;
  }
}

function onStack(goroutines: Goroutines, isMatch: readonly boolean[]): (row: GoroutineRow) => boolean {
  const { stacks } = goroutines;
  const has = new Uint8Array(stacks.count);
  for (let index = 0; index < stacks.count; index++) {
    for (let i = stacks.start[index]; i < stacks.start[index + 1] && has[index] === 0; i++) {
      const frame: GoroutineFrameIndex = stacks.frame[i];
      if (isMatch[frame]) has[index] = 1;
    }
  }
  return (row) => has[goroutines.stack[row]] === 1;
}
