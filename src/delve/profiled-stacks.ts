/**
 * Stacks as Go's profilers keep them, made into locations of a profile as runtime/pprof would (proto.go).
 *
 * A stack may name inlined calls one by one (by counters inside the function that they were inlined into), or only the
 * calls that were really made, or begin with how many calls to leave out. In all of them a counter stands for its
 * innermost call, and the calls around it follow or have to be added.
 */
import type { ProfileBuilder } from "../core/profile-builder.js";
import type { LocationIndex } from "../core/profile.js";
import type { Address } from "./paused-program.js";
import type { SourceFrame, Symbols } from "./symbols.js";

export class ProfiledStacks {
  readonly #symbols: Symbols;
  readonly #builder: ProfileBuilder;
  readonly #locations = new Map<string, LocationIndex>();

  constructor(symbols: Symbols, builder: ProfileBuilder) {
    this.#symbols = symbols;
    this.#builder = builder;
  }

  /** Locations of a stack, leaf first. `hidesRuntime` leaves out what the runtime did for an allocation. */
  locations(stack: readonly Address[], hidesRuntime: boolean): LocationIndex[] {
    const { pcs, skip } = unmarked(stack);
    if (!hidesRuntime) return this.#from(pcs, 0, skip);
    const first = pcs.findIndex((pc) => !this.#isRuntime(pc));
    const shown = this.#from(pcs, Math.max(first, 0), skip);
    return shown.length > 0 ? shown : this.#from(pcs, 0, skip);
  }

  #from(pcs: readonly Address[], from: number, skip: number): LocationIndex[] {
    const locations: LocationIndex[] = [];
    for (let i = from; i < pcs.length;) {
      const frames = this.#symbols.at(pcs[i] - 1);
      let covered = 1;
      while (covered < frames.length && i + covered < pcs.length) {
        if (!isSame(frames[covered], this.#symbols.at(pcs[i + covered] - 1)[0])) break;
        covered++;
      }
      const calls = frames.filter((frame, depth) => depth === 0 || !frame.isWrapper).slice(skip);
      skip = Math.max(0, skip - frames.length);
      if (calls.length > 0 && this.#symbols.names[calls[0].name] !== "runtime.goexit") {
        locations.push(this.#location(pcs[i], calls));
      }
      i += covered;
    }
    return locations;
  }

  #location(pc: Address, calls: readonly SourceFrame[]): LocationIndex {
    const key = `${pc} ${calls.length}`;
    let location = this.#locations.get(key);
    if (location === undefined) {
      const { fullNames, files } = this.#symbols;
      const lines = calls.map(({ name, file, line }) => ({
        function: this.#builder.function(fullNames[name], files[file]),
        line,
      }));
      const address = pc - 1;
      location = this.#builder.location(Math.floor(address / 2 ** 32), address >>> 0, lines);
      this.#locations.set(key, location);
    }
    return location;
  }

  /** As runtime.FuncForPC names the address itself, not the call before it. */
  #isRuntime(pc: Address): boolean {
    const [innermost] = this.#symbols.at(pc);
    return innermost !== undefined && /^(internal\/)?runtime[./]/.test(this.#symbols.names[innermost.name]);
  }
}

/** Every counter that must be known to the symbols before `locations` is asked. */
export function* countersOf(stacks: Iterable<readonly Address[]>): Generator<Address> {
  for (const stack of stacks) {
    for (const pc of unmarked(stack).pcs) {
      yield pc;
      yield pc - 1;
    }
  }
}

/** Since Go 1.23 a mark comes first: all bits for "as it is", a small number for how many calls to leave out. */
function unmarked(stack: readonly Address[]): { pcs: readonly Address[]; skip: number } {
  const [mark] = stack;
  if (mark === undefined) return { pcs: stack, skip: 0 };
  if (mark >= 2 ** 63) return { pcs: stack.slice(1), skip: 0 };
  return mark < SMALLEST_ADDRESS ? { pcs: stack.slice(1), skip: mark } : { pcs: stack, skip: 0 };
}

const SMALLEST_ADDRESS = 4096;

function isSame(a: SourceFrame, b: SourceFrame | undefined): boolean {
  return b !== undefined && a.name === b.name && a.file === b.file && a.line === b.line && a.entry === b.entry;
}
