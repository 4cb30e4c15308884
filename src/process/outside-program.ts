/**
 * A Go program that stands still, read from outside, as the readers of paused programs see it: what they ask of Delve
 * (a variable, the length of an array, where a field is) is answered from symbols and layouts. Nothing is loaded while the
 * program stands still but the memory that is read.
 */
import { bytesAt, type Memory, u32In, UnreadableMemory, wordIn } from "./memory/memory.js";
import { type Address, MemoryProblem, type PausedProgram } from "./paused-program.js";
import type { Variable } from "./elf/elf-symbols.js";
import type { GoProgram } from "./go-program.js";
import { constantOf, type Layout } from "./runtime/layout.js";

/** Variables by name that the readers ask for; numbers where their type is not plain. */
const VARIABLES: readonly string[] = [
  ...(["allgptr", "allglen", "allgs", "sched", "memstats", "runtimeInitTime", "gcController", "mheap_"] as const),
  ...(["gStatusStrings", "waitReasonStrings", "isIdleInSynctest", "semtable", "firstmoduledata"] as const),
  ...(["mbuckets", "bbuckets", "xbuckets", "mProfCycle", "ticks", "MemProfileRate"] as const),
  ...(["blockprofilerate", "mutexprofilerate", "disableMemoryProfiling", "forcegcperiod"] as const),
].map((name) => `runtime.${name}`);

/** Types of variables that fields are asked of. */
const TYPES: Readonly<Record<string, string>> = {
  "runtime.sched": "runtime.schedt",
  "runtime.memstats": "runtime.mstats",
  "runtime.ticks": "runtime.ticksType",
};
/** Elements of arrays, by their type or by the field that is one. */
const ELEMENTS: Readonly<Record<string, string>> = { "runtime.mstats.heapStats.stats": "runtime.heapStatsDelta" };
const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  "runtime.gStatusStrings": 16,
  "runtime.waitReasonStrings": 16,
  "runtime.isIdleInSynctest": 1,
};
/** Of 32 bits among those that are read as numbers. */
const NARROW = new Set(["runtime.memstats.numgc", "runtime.mProfCycle"]);
/** runtime/sema.go: semTabSize. */
const SEMAPHORE_ROOTS = 251;
const SLICE_LENGTH = 8;

export class OutsideProgram implements PausedProgram {
  readonly #program: GoProgram;
  readonly #layout: Layout;
  #memory: Memory;
  #untilMs = Infinity;
  readonly #variables: ReadonlyMap<string, Variable>;

  /** Looks up all that is asked for later: before the program is stopped. */
  constructor(program: GoProgram) {
    this.#program = program;
    this.#layout = program.executable.layout;
    this.#memory = program.memory;
    this.#variables = program.executable.symbols.find(VARIABLES);
  }

  /** From now on; of the program itself, or a copy of it. */
  readFrom(memory: Memory): void {
    this.#memory = memory;
  }

  /**
   * Whoever reads later than that (as `performance.now()` tells) is interrupted. Reading waits for nothing, so no timer
   * could come in between.
   */
  readUntil(untilMs: number): void {
    this.#untilMs = untilMs;
  }

  // Nothing is waited for: the promises are those of the interface.
  // eslint-disable-next-line @typescript-eslint/require-await
  async read(address: Address, length: number, signal?: AbortSignal, into?: Uint8Array): Promise<Uint8Array> {
    this.#expectTime(signal);
    const bytes = into !== undefined && into.length >= length ? into.subarray(0, length) : new Uint8Array(length);
    if (this.#memory.readInto(address, bytes) < length)
      throw unreadable(`${length} bytes at 0x${address.toString(16)}`);
    return bytes;
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async number(expression: string, signal?: AbortSignal): Promise<number> {
    this.#expectTime(signal);
    const value = this.#valueOf(expression);
    if (value === undefined) throw unreadable(expression);
    return value;
  }

  /** Where a variable is in the running program. */
  addressOf(name: string): Address | undefined {
    const variable = this.#variables.get(name);
    return variable && variable.address + this.#program.loadedAt;
  }

  #valueOf(expression: string): number | undefined {
    for (const [form, answer] of this.#forms) {
      const match = form.exec(expression);
      if (match !== null) return answer(match[1].replaceAll('"', ""), match[2]);
    }
    return undefined;
  }

  /** Expressions that readers of memory use, by what is asked. */
  readonly #forms: readonly (readonly [RegExp, (first: string, second: string) => number | undefined])[] = [
    [/^uintptr\(&\(\(\*([^)]+)\)\((?:4096)\)\)\.(.+)\)$/, (type, field) => plus(NOWHERE, this.#offsetOf(type, field))],
    [/^uintptr\(&\(\(\*\[2\](.+)\)\(4096\)\)\[1\]\)$/, (type) => plus(NOWHERE, this.#layout.sizes.get(type))],
    [/^uintptr\(&([\w.]+)\)$/, (name) => this.addressOf(name)],
    [/^\*\(\*uintptr\)\(uintptr\(&([\w.]+)\)\)$/, (name) => this.#word(this.#placeOf(name))],
    [/^uintptr\(([\w.]+)\)$/, (name) => this.#word(this.addressOf(name))],
    [/^len\(([\w.]+)\)$/, (name) => this.#lengthOf(name)],
    [
      /^uintptr\(&([\w.]+)\[1\]\) - uintptr\(&([\w.]+)\[0\]\)$/,
      (name) => this.#variables.get(name) && this.#variables.get(name)!.length / SEMAPHORE_ROOTS,
    ],
    [/^(runtime\.firstmoduledata\.pcHeader\.minLC)$/, () => this.#program.functions.minInstruction],
    [/^((?:"internal\/abi"|runtime)\.[\w.]+)$/, (name) => this.#plain(name)],
  ];

  #plain(name: string): number | undefined {
    const constant = constantOf(this.#program.executable.version, name);
    if (constant !== undefined) return constant;
    const path = withoutWrappers(name);
    const at = this.#placeOf(path);
    if (at === undefined) return undefined;
    return this.#numberAt(at, NARROW.has(path) ? 4 : (this.#variables.get(path)?.length ?? 8));
  }

  /** Of a variable, or of a field of one whose type is known. */
  #placeOf(path: string): Address | undefined {
    const whole = this.addressOf(path);
    if (whole !== undefined) return whole;
    const [variable, field] = [path.split(".", 2).join("."), path.split(".").slice(2).join(".")];
    if (variable === "runtime.mheap_") return plus(this.addressOf(variable), this.#offsetOf("runtime.mheap", field));
    const type = TYPES[variable] as string | undefined;
    return type === undefined ? undefined : plus(this.addressOf(variable), this.#offsetOf(type, field));
  }

  #offsetOf(type: string, field: string): number | undefined {
    const [, list, index, inElement] = /^(.+)\[(\d)\]\.(.+)$/.exec(field) ?? [];
    if (list !== undefined) {
      const element = ELEMENTS[`${type}.${list}`];
      const within = plus(Number(index) * (this.#layout.sizes.get(element) ?? NaN), this.#offsetOf(element, inElement));
      return plus(this.#layout.offsets.get(`${type}.${list}`), within);
    }
    const { offsets } = this.#layout;
    return offsets.get(`${type}.${field}`) ?? offsets.get(`${type}.${withoutWrappers(field)}`);
  }

  #lengthOf(name: string): number | undefined {
    const bytes = ELEMENT_BYTES[name] as number | undefined;
    const variable = this.#variables.get(name);
    if (bytes !== undefined) return variable && variable.length / bytes;
    return this.#word(plus(this.#placeOf(name), SLICE_LENGTH));
  }

  #word(at: Address | undefined): number | undefined {
    return at === undefined ? undefined : this.#numberAt(at, 8);
  }

  #numberAt(at: Address, bytes: number): number {
    try {
      const read = bytesAt(this.#memory, at, Math.min(bytes, 8));
      if (bytes === 1) return read[0];
      return bytes === 4 ? u32In(read, 0) : wordIn(read, 0);
    } catch (error) {
      if (error instanceof UnreadableMemory) throw unreadable(`${bytes} bytes at 0x${at.toString(16)}`);
      throw error;
    }
  }

  #expectTime(signal: AbortSignal | undefined): void {
    if (signal?.aborted !== true && performance.now() < this.#untilMs) return;
    throw new MemoryProblem("interrupted", "reading was given up");
  }
}

/** What readers ask for the field of (`src/delve/memory/memory.ts`). */
const NOWHERE = 4096;

function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

/** Atomic numbers are fields of a struct, some of two. */
function withoutWrappers(path: string): string {
  return path.replace(/(\.value)+$/, "");
}

function unreadable(what: string): MemoryProblem {
  return new MemoryProblem("unreadable", `cannot read ${what}`);
}
