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
import { bothCounters, isInjected } from "./instruction-of-frame.js";
import type { SourceFrame, Symbols } from "./symbols.js";

export class ProfiledStacks {
  readonly #symbols: Symbols;
  readonly #builder: ProfileBuilder;
  readonly #words: readonly Address[];
  /** By site: its frames, and its location where no call is left out. By word: whether it is the runtime's. */
  readonly #frames: readonly (readonly SourceFrame[])[];
  readonly #whole: (LocationIndex | undefined)[] = [];
  readonly #isRuntime: readonly boolean[];
  readonly #locations = new Map<string, LocationIndex>();
  readonly #found: LocationIndex[] = [];

  /** `words` are what stacks are made of; the symbols have loaded `countersOf(words)`. */
  constructor(symbols: Symbols, builder: ProfileBuilder, words: readonly Address[]) {
    this.#symbols = symbols;
    this.#builder = builder;
    this.#words = words;
    this.#frames = words.flatMap((word) => [symbols.at(word - 1), symbols.at(word)]);
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
    const mark = from < to ? this.#words[stack[from]] : MIN_ADDRESS;
    const isMarked = isMark(mark);
    const start = isMarked ? from + 1 : from;
    const skip = isMarked && mark < MIN_ADDRESS ? mark : 0;
    const sites = this.#sites(stack, start, to);
    if (!hidesRuntime) return this.#from(sites, 0, skip);
    const first = sites.findIndex((site) => !this.#isRuntime[site >>> 1]);
    const shown = this.#from(sites, Math.max(first, 0), skip);
    return shown.length > 0 ? shown : this.#from(sites, 0, skip);
  }

  /**
   * Calls, but where a fault came between, the instruction itself. (Stacks of logical calls have that one further on,
   * which is inside the same instruction.)
   */
  #sites(stack: ArrayLike<number>, from: number, to: number): Site[] {
    const sites: Site[] = [];
    let isInterrupted = false;
    for (let i = from; i < to; i++) {
      const site: Site = stack[i] * 2 + (isInterrupted ? ITSELF : 0);
      const called = this.#frames[site].at(-1);
      isInterrupted = called !== undefined && isInjected(this.#symbols.names[called.name]);
      sites.push(site);
    }
    return sites;
  }

  #from(sites: readonly Site[], from: number, skip: number): readonly LocationIndex[] {
    const found = this.#found;
    found.length = 0;
    for (let i = from; i < sites.length;) {
      const site = sites[i];
      const frames = this.#frames[site];
      let covered = 1;
      while (covered < frames.length && i + covered < sites.length) {
        if (!isSame(frames[covered], this.#frames[sites[i + covered]][0])) break;
        covered++;
      }
      const location = skip === 0 ? (this.#whole[site] ??= this.#location(site, 0)) : this.#location(site, skip);
      if (location !== NOT_SHOWN) found.push(location);
      skip = Math.max(0, skip - frames.length);
      i += covered;
    }
    return found;
  }

  #location(site: Site, skip: number): LocationIndex {
    const { fullNames, files, names } = this.#symbols;
    const calls = this.#frames[site].filter((frame, depth) => depth === 0 || !frame.isWrapper).slice(skip);
    if (calls.length === 0 || names[calls[0].name] === "runtime.goexit") return NOT_SHOWN;
    const key = `${site} ${calls.length}`;
    let location = this.#locations.get(key);
    if (location === undefined) {
      const lines = calls.map(({ name, file, line }) => ({
        function: this.#builder.function(fullNames[name], files[file]),
        line,
      }));
      const address = this.#words[site >>> 1] - (site & ITSELF ? 0 : 1);
      location = this.#builder.location(Math.floor(address / 2 ** 32), address >>> 0, lines);
      this.#locations.set(key, location);
    }
    return location;
  }
}

const NOT_SHOWN = -1;

/** Twice the index of a word; and ITSELF where it is the instruction, not the address behind a call. */
type Site = number;
const ITSELF = 1;

/** Every counter that must be known to the symbols before `locations` is asked. */
export function* countersOf(words: Iterable<Address>): Generator<Address> {
  for (const word of words) if (!isMark(word)) yield* bothCounters([word]);
}

/** Since Go 1.23 a mark comes first: all bits for "as it is", a small number for how many calls to leave out. */
function isMark(word: Address): boolean {
  return word >= 2 ** 63 || word < MIN_ADDRESS;
}

const MIN_ADDRESS = 4096;

function isSame(a: SourceFrame, b: SourceFrame | undefined): boolean {
  return b !== undefined && a.name === b.name && a.file === b.file && a.line === b.line && a.entry === b.entry;
}
