/**
 * Stacks as Go's profilers keep them, made into locations of a profile as runtime/pprof would (proto.go).
 *
 * A stack may name inlined calls one by one (by counters inside the function that they were inlined into), or only the
 * calls that were really made, or begin with how many calls to leave out. In all of them a counter stands for its
 * innermost call, and the calls around it follow or have to be added.
 */
import type { ProfileBuilder } from "../../core/profile/profile-builder.js";
import type { LocationIndex } from "../../core/profile/profile.js";
import type { Address } from "../../process/paused-program.js";
import type { SourceFrame, Symbols } from "./symbols.js";

export class ProfiledStacks {
  readonly #symbols: Symbols;
  readonly #builder: ProfileBuilder;
  readonly #words: readonly Address[];
  /** By word: its frames, whether it is the runtime's, and its location where no call is left out. */
  readonly #frames: readonly (readonly SourceFrame[])[];
  readonly #isRuntime: readonly boolean[];
  readonly #whole: (LocationIndex | undefined)[] = [];
  readonly #locations = new Map<string, LocationIndex>();
  readonly #found: LocationIndex[] = [];

  /** `words` are what stacks are made of; the symbols have loaded `countersOf(words)`. */
  constructor(symbols: Symbols, builder: ProfileBuilder, words: readonly Address[]) {
    this.#symbols = symbols;
    this.#builder = builder;
    this.#words = words;
    this.#frames = words.map((word) => symbols.at(word - 1));
    // As runtime.FuncForPC names the address itself, not the call before it.
    this.#isRuntime = words.map((word) => {
      const [innermost] = symbols.at(word);
      return innermost !== undefined && /^(internal\/)?runtime[./]/.test(symbols.names[innermost.name]);
    });
  }

  /**
   * Locations of a stack, leaf first, which are good until the next one is asked for. The stack is `stack[from]` to
   * before `to`, indices of words. `hidesRuntime` leaves out what the runtime did for an allocation.
   */
  locations(stack: ArrayLike<number>, from: number, to: number, hidesRuntime: boolean): readonly LocationIndex[] {
    const mark = from < to ? this.#words[stack[from]] : SMALLEST_ADDRESS;
    const isMarked = isMark(mark);
    const start = isMarked ? from + 1 : from;
    const skip = isMarked && mark < SMALLEST_ADDRESS ? mark : 0;
    if (!hidesRuntime) return this.#from(stack, start, to, skip);
    let first = start;
    while (first < to && this.#isRuntime[stack[first]]) first++;
    const shown = this.#from(stack, first < to ? first : start, to, skip);
    return shown.length > 0 ? shown : this.#from(stack, start, to, skip);
  }

  #from(stack: ArrayLike<number>, from: number, to: number, skip: number): readonly LocationIndex[] {
    const found = this.#found;
    found.length = 0;
    for (let i = from; i < to;) {
      const word = stack[i];
      const frames = this.#frames[word];
      let covered = 1;
      while (covered < frames.length && i + covered < to) {
        if (!isSame(frames[covered], this.#frames[stack[i + covered]][0])) break;
        covered++;
      }
      const location = skip === 0 ? (this.#whole[word] ??= this.#location(word, 0)) : this.#location(word, skip);
      if (location !== NOT_SHOWN) found.push(location);
      skip = Math.max(0, skip - frames.length);
      i += covered;
    }
    return found;
  }

  #location(word: number, skip: number): LocationIndex {
    const { fullNames, files, names } = this.#symbols;
    const calls = this.#frames[word].filter((frame, depth) => depth === 0 || !frame.isWrapper).slice(skip);
    if (calls.length === 0 || names[calls[0].name] === "runtime.goexit") return NOT_SHOWN;
    const key = `${word} ${calls.length}`;
    let location = this.#locations.get(key);
    if (location === undefined) {
      const lines = calls.map(({ name, file, line }) => ({
        function: this.#builder.function(fullNames[name], files[file]),
        line,
      }));
      const address = this.#words[word] - 1;
      location = this.#builder.location(Math.floor(address / 2 ** 32), address >>> 0, lines);
      this.#locations.set(key, location);
    }
    return location;
  }
}

const NOT_SHOWN = -1;

/** Every counter that must be known to the symbols before `locations` is asked. */
export function* countersOf(words: Iterable<Address>): Generator<Address> {
  for (const word of words) {
    if (isMark(word)) continue;
    yield word;
    yield word - 1;
  }
}

/** Since Go 1.23 a mark comes first: all bits for "as it is", a small number for how many calls to leave out. */
function isMark(word: Address): boolean {
  return word >= 2 ** 63 || word < SMALLEST_ADDRESS;
}

const SMALLEST_ADDRESS = 4096;

function isSame(a: SourceFrame, b: SourceFrame | undefined): boolean {
  return b !== undefined && a.name === b.name && a.file === b.file && a.line === b.line && a.entry === b.entry;
}
