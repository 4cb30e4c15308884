/**
 * Goroutines at one moment, as tables of columns: the one model that dumps, goroutine profiles and debug sessions
 * fill and that filters, groups, comparisons and leak verdicts read.
 *
 * Rows are goroutines; equal stacks, frames and label sets are kept once, so 100,000 goroutines that do the same are
 * a few columns of numbers. A profile does not know single goroutines: there a row stands for `multiplicity[row]`
 * goroutines and its id is UNKNOWN_ID.
 */
import type { Warning } from "../text/format-error.js";
import { InternedSequences } from "../text/interned.js";

export type GoroutineRow = number;
export type StackIndex = number;
/** Row of `GoroutineFrames`. */
export type GoroutineFrameIndex = number;

/** Go numbers goroutines from 1; 0 is a thread's own scheduler stack and never a goroutine to show. */
export const UNKNOWN_ID = 0;
export const NO_FRAME = -1;
export const NO_LABELS = -1;
export const NO_ANCESTRY = -1;
export const UNKNOWN_WAIT = -1;

/** Bits of `Goroutines.flags`. */
export const LOCKED_TO_THREAD = 1;
/** The runtime itself proved that the goroutine can never run again. */
export const LEAKED = 2;
/** Started by the runtime for itself. */
export const SYSTEM = 4;
export const DURABLY_BLOCKED = 8;
export const BEING_SCANNED = 16;
/** It ran on another thread while the text was written; there is no stack. */
export const STACK_UNAVAILABLE = 32;

/** What a row of `GoroutineFrames` is. */
export const CALL = 0;
export const INLINED_CALL = 1;
/** A frame of C code; it has no arguments and often no name. */
export const FOREIGN_CALL = 2;
/** Stands for `line` frames that were left out; 0 when Go did not say how many. */
export const ELIDED = 3;

export interface Goroutines {
  readonly count: number;
  /** Goroutines that all rows stand for. */
  readonly total: number;
  /** Whether no goroutine of the moment is missing. */
  readonly complete: boolean;
  /** Why the program wrote the text, its first line: "panic: …", "fatal error: …", "SIGQUIT: quit". */
  readonly cause: string | undefined;
  readonly id: Float64Array;
  readonly multiplicity: Float64Array;
  /** Index into `states`. */
  readonly state: Uint16Array;
  /** What Go prints between the brackets: "running", "chan receive", "select (no cases)". */
  readonly states: readonly string[];
  /** Nanoseconds, UNKNOWN_WAIT; Go says whole minutes only. */
  readonly waitNs: Float64Array;
  readonly flags: Uint8Array;
  readonly stack: Uint32Array; // StackIndex
  /** The `go` statement that started it, or NO_FRAME. */
  readonly creator: Int32Array; // GoroutineFrameIndex
  /** Goroutine that ran the `go` statement (Go 1.21 and later), or UNKNOWN_ID. */
  readonly creatorId: Float64Array;
  /** Index into `labelSets`, or NO_LABELS. */
  readonly labels: Int32Array;
  readonly labelSets: readonly LabelSet[];
  /** Index into `ancestries`, or NO_ANCESTRY. */
  readonly ancestry: Int32Array;
  readonly ancestries: readonly (readonly Ancestor[])[];
  /** Address of the mutex, WaitGroup or Cond it waits for, where a text shows it (see also `withWaits`); 0 unknown. */
  readonly waitsFor: Float64Array;
  /** Number of the synctest bubble it belongs to; 0 none. */
  readonly bubble: Uint32Array;
  readonly stacks: GoroutineStacks;
  readonly frames: GoroutineFrames;
  readonly warnings: readonly Warning[];
}

export type LabelSet = readonly (readonly [key: string, value: string])[];

/** Stack `i` has the frames `frame[start[i] .. start[i + 1])`, leaf first. */
interface GoroutineStacks {
  readonly count: number;
  readonly start: Uint32Array;
  readonly frame: Int32Array; // GoroutineFrameIndex
}

export interface GoroutineFrames {
  readonly count: number;
  readonly function: readonly string[];
  readonly file: readonly string[];
  readonly line: Int32Array;
  /** Distance of the program counter from the function's entry, printed as "+0x1d"; 0 unknown. */
  readonly pcOffset: Int32Array;
  /** CALL, INLINED_CALL, FOREIGN_CALL or ELIDED. */
  readonly kind: Uint8Array;
}

/** A goroutine that started the one that started … this one (GODEBUG=tracebackancestors=N). */
export interface Ancestor {
  readonly id: number;
  readonly stack: StackIndex;
  readonly creator: GoroutineFrameIndex;
}

/** One goroutine on its way into the table; what is left out is unknown. */
export interface GoroutineEntry {
  readonly id?: number;
  readonly multiplicity?: number;
  readonly state: string;
  readonly waitNs?: number | undefined;
  readonly flags?: number;
  readonly stack: StackIndex;
  readonly creator?: GoroutineFrameIndex;
  readonly creatorId?: number;
  readonly labels?: LabelSet | undefined;
  readonly ancestry?: readonly Ancestor[];
  readonly waitsFor?: number;
  readonly bubble?: number;
}

/** Grows the tables; one `finish` at the end. */
export class GoroutineBuilder {
  readonly #id: number[] = [];
  readonly #multiplicity: number[] = [];
  readonly #state: number[] = [];
  readonly #waitNs: number[] = [];
  readonly #flags: number[] = [];
  readonly #stack: number[] = [];
  readonly #creator: number[] = [];
  readonly #creatorId: number[] = [];
  readonly #labels: number[] = [];
  readonly #ancestry: number[] = [];
  readonly #waitsFor: number[] = [];
  readonly #bubble: number[] = [];
  readonly #states = new Map<string, number>();
  readonly #labelSets: LabelSet[] = [];
  readonly #labelSetOf = new Map<string, number>();
  readonly #knownLabelSets = new WeakMap<LabelSet, number>();
  readonly #ancestries: (readonly Ancestor[])[] = [];
  readonly #ancestryOf = new Map<string, number>();
  readonly #stacks = new InternedSequences();
  readonly #frames = new InternedSequences();
  readonly #row = new Int32Array(5);
  readonly #functionNames: readonly string[];
  readonly #fileNames: readonly string[];

  /** Frames name their function and file by index into these; both may still grow. */
  constructor(functionNames: readonly string[], fileNames: readonly string[]) {
    this.#functionNames = functionNames;
    this.#fileNames = fileNames;
  }

  get count(): number {
    return this.#id.length;
  }

  frame(functionName: number, fileName: number, line: number, pcOffset: number, kind: number): GoroutineFrameIndex {
    const row = this.#row;
    row[0] = functionName;
    row[1] = fileName;
    row[2] = line;
    row[3] = pcOffset;
    row[4] = kind;
    return this.#frames.indexOf(row, 5);
  }

  /** The stack of the first `length` frames of `frames`, leaf first. */
  stack(frames: Int32Array, length: number): StackIndex {
    return this.#stacks.indexOf(frames, length);
  }

  add(entry: GoroutineEntry): void {
    this.#id.push(entry.id ?? UNKNOWN_ID);
    this.#multiplicity.push(entry.multiplicity ?? 1);
    this.#state.push(this.#stateIndex(entry.state));
    this.#waitNs.push(entry.waitNs ?? UNKNOWN_WAIT);
    this.#flags.push(entry.flags ?? 0);
    this.#stack.push(entry.stack);
    this.#creator.push(entry.creator ?? NO_FRAME);
    this.#creatorId.push(entry.creatorId ?? UNKNOWN_ID);
    this.#labels.push(this.#labelSet(entry.labels));
    this.#ancestry.push(this.#ancestryIndex(entry.ancestry));
    this.#waitsFor.push(entry.waitsFor ?? 0);
    this.#bubble.push(entry.bubble ?? 0);
  }

  /** Leaves out all other rows than these. */
  keepRows(rows: readonly GoroutineRow[]): void {
    const columns = [this.#id, this.#multiplicity, this.#state, this.#waitNs, this.#flags, this.#stack, this.#creator];
    for (const column of [...columns, this.#creatorId, this.#labels, this.#ancestry, this.#waitsFor, this.#bubble]) {
      const kept = rows.map((row) => column[row]);
      column.length = 0;
      for (const value of kept) column.push(value);
    }
  }

  finish(about: { complete: boolean; cause?: string | undefined; warnings: readonly Warning[] }): Goroutines {
    const frames = this.#finishFrames();
    const stacks = { count: this.#stacks.count, start: this.#stacks.starts(), frame: this.#stacks.items() };
    const systemStack = systemStacks(stacks, frames);
    const flags = Uint8Array.from(this.#flags);
    for (let row = 0; row < flags.length; row++) if (systemStack[this.#stack[row]]) flags[row] |= SYSTEM;
    return {
      count: this.#id.length,
      total: this.#multiplicity.reduce((sum, each) => sum + each, 0),
      complete: about.complete,
      cause: about.cause,
      id: Float64Array.from(this.#id),
      multiplicity: Float64Array.from(this.#multiplicity),
      state: Uint16Array.from(this.#state),
      states: [...this.#states.keys()],
      waitNs: Float64Array.from(this.#waitNs),
      flags,
      stack: Uint32Array.from(this.#stack),
      creator: Int32Array.from(this.#creator),
      creatorId: Float64Array.from(this.#creatorId),
      labels: Int32Array.from(this.#labels),
      labelSets: this.#labelSets,
      ancestry: Int32Array.from(this.#ancestry),
      ancestries: this.#ancestries,
      waitsFor: Float64Array.from(this.#waitsFor),
      bubble: Uint32Array.from(this.#bubble),
      stacks,
      frames,
      warnings: about.warnings,
    };
  }

  #finishFrames(): GoroutineFrames {
    const rows = this.#frames.items();
    const count = this.#frames.count;
    const column = (at: number) => Int32Array.from({ length: count }, (_, i) => rows[i * 5 + at]);
    return {
      count,
      function: Array.from(column(0), (index) => this.#functionNames[index]),
      file: Array.from(column(1), (index) => this.#fileNames[index]),
      line: column(2),
      pcOffset: column(3),
      kind: Uint8Array.from(column(4)),
    };
  }

  #stateIndex(state: string): number {
    let index = this.#states.get(state);
    if (index === undefined) {
      // Text that claims to have more states than Go could ever print is not worth a wider column.
      index = Math.min(this.#states.size, MAX_STATES - 1);
      this.#states.set(index === MAX_STATES - 1 ? "???" : state, index);
    }
    return index;
  }

  #labelSet(labels: LabelSet | undefined): number {
    if (labels === undefined || labels.length === 0) return NO_LABELS;
    let index = this.#knownLabelSets.get(labels);
    if (index !== undefined) return index;
    const key = JSON.stringify(labels);
    index = this.#labelSetOf.get(key);
    if (index === undefined) {
      index = this.#labelSets.length;
      this.#labelSetOf.set(key, index);
      this.#labelSets.push(labels);
    }
    this.#knownLabelSets.set(labels, index);
    return index;
  }

  #ancestryIndex(ancestry: readonly Ancestor[] | undefined): number {
    if (ancestry === undefined || ancestry.length === 0) return NO_ANCESTRY;
    const key = ancestry.map((each) => `${each.id} ${each.stack} ${each.creator}`).join();
    let index = this.#ancestryOf.get(key);
    if (index === undefined) {
      index = this.#ancestries.length;
      this.#ancestryOf.set(key, index);
      this.#ancestries.push(ancestry);
    }
    return index;
  }
}

const MAX_STATES = 1 << 16;

/** Goroutines at the granularity of people: how many the rows stand for. */
export function totalOf(goroutines: Goroutines, rows: ArrayLike<GoroutineRow>): number {
  if (rows.length === goroutines.count) return goroutines.total;
  let total = 0;
  for (let i = 0; i < rows.length; i++) total += goroutines.multiplicity[rows[i]];
  return total;
}

/** Whether it waits for something (rather than runs, is ready to, is in a system call or new). */
export function isWaiting(state: string): boolean {
  return !NOT_WAITING.has(state);
}

const NOT_WAITING = new Set([
  ...["idle", "runnable", "running", "syscall", "dead", "copystack", "preempted", "moribund_unused", "enqueue_unused"],
  ...["???", "unknown", ""],
]);

/**
 * The frame that tells a person where a goroutine is: the first that is not the machinery of waiting (runtime, sync,
 * time.Sleep, system calls, readers and connections), else the first that is a frame at all; NO_FRAME without any.
 */
export function tellingFrame(
  { stacks, frames }: Pick<Goroutines, "stacks" | "frames">,
  stack: StackIndex,
): GoroutineFrameIndex {
  return firstTelling(stacks, frames, stack, (frame) => tells(frames, frame));
}

/** `tellingFrame` of each stack: a frame that many of them have is looked at once. */
export function tellingFrames({ stacks, frames }: Goroutines): Int32Array {
  const isTelling = Uint8Array.from({ length: frames.count }, (_, frame) => Number(tells(frames, frame)));
  const telling = new Int32Array(stacks.count);
  for (let stack = 0; stack < stacks.count; stack++) {
    telling[stack] = firstTelling(stacks, frames, stack, (frame) => isTelling[frame] === 1);
  }
  return telling;
}

function firstTelling(
  stacks: GoroutineStacks,
  { kind }: GoroutineFrames,
  stack: StackIndex,
  isTelling: (frame: GoroutineFrameIndex) => boolean,
): GoroutineFrameIndex {
  let first = NO_FRAME;
  for (let i = stacks.start[stack]; i < stacks.start[stack + 1]; i++) {
    const frame = stacks.frame[i];
    if (isTelling(frame)) return frame;
    if (first === NO_FRAME && kind[frame] !== ELIDED) first = frame;
  }
  return first;
}

function tells({ kind, function: name }: GoroutineFrames, frame: GoroutineFrameIndex): boolean {
  return kind[frame] <= INLINED_CALL && !MACHINERY.test(name[frame]);
}

const MACHINERY =
  /^(runtime|sync|internal\/[^.]*|syscall|time|net|io|bufio|os|crypto\/tls|golang\.org\/x\/sys\/[^.]*)\./;

/**
 * Which stacks belong to the runtime's own goroutines, by Go's rule (runtime.isSystemGoroutine): the function that the
 * goroutine started with is the runtime's, except that runtime.main is the user's, and the goroutines that run
 * finalizers and cleanups are while they run user code.
 */
function systemStacks(stacks: GoroutineStacks, frames: GoroutineFrames): Uint8Array {
  const isSystem = new Uint8Array(stacks.count);
  for (let stack = 0; stack < stacks.count; stack++) {
    const from = stacks.start[stack];
    let last = stacks.start[stack + 1] - 1;
    while (last >= from && frames.function[stacks.frame[last]] === "runtime.goexit") last--;
    if (last < from) continue;
    const root = frames.function[stacks.frame[last]];
    if (!root.startsWith("runtime.") || USER_ROOTS.has(root)) continue;
    if (CALLBACK_ROOTS.test(root)) {
      let callsUser = false;
      for (let i = from; i < last; i++) {
        const frame = stacks.frame[i];
        callsUser ||= frames.kind[frame] !== ELIDED && !frames.function[frame].startsWith("runtime.");
      }
      if (callsUser) continue;
    }
    isSystem[stack] = 1;
  }
  return isSystem;
}

const USER_ROOTS = new Set(["runtime.main", "runtime.corostart", "runtime.handleAsyncEvent"]);
const CALLBACK_ROOTS = /^runtime\.(runfinq|runFinalizers|runCleanups|\(\*cleanupQueue\))/;
