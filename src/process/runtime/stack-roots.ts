/**
 * The roots on the stacks of goroutines: the words that the compiler's maps call pointers, variables that they point
 * to in turn, deferred calls; and any word that looks like a pointer in frames that have no map, and in the frame of a
 * goroutine that was running (runtime/mgcmark.go, scanstack).
 */
import { type FrameIndex, NO_FRAME, type OwnerIndex, type RootsBuilder } from "../../core/heap/roots.js";
import type { ObjectIndex } from "../../core/heap/spans.js";
import { type Address, UnreadableMemory } from "../memory/memory.js";
import type { PagedMemory } from "../memory/paged-memory.js";
import type { GoroutineTable } from "./goroutine-table.js";
import { type Layout, offsetOf } from "./layout.js";
import type { RunningPlace } from "./running-places.js";
import type { FrameShape, StackObject, StackShapes } from "./stack-shapes.js";

export interface StackReader {
  readonly memory: PagedMemory;
  readonly shapes: StackShapes;
  readonly layout: Layout;
  /** How many bytes lie between a frame's locals and its beginning: return address and frame pointer. */
  readonly usesLinkRegister: boolean;
  /** Objects by precise pointers, and by words that may be none. */
  readonly objectAt: (address: Address) => ObjectIndex;
  readonly liveObjectAt: (address: Address) => ObjectIndex;
}

const MAX_FRAMES = 1_000_000;
const MAX_DEFERRED = 1_000_000;

export interface WalkedFrame {
  readonly pc: Address;
  readonly shape: FrameShape;
}

/** Adds the roots of one goroutine; returns its frames, the innermost first. */
export function addStackRoots(
  reader: StackReader,
  table: GoroutineTable,
  row: number,
  running: RunningPlace | undefined,
  roots: RootsBuilder,
  owner: OwnerIndex,
): readonly WalkedFrame[] {
  const walk = new StackWalk(reader, table, row, roots, owner);
  walk.frames(running);
  walk.context(table.context[row]);
  walk.deferred(table.deferred[row]);
  walk.variables();
  return walk.walked;
}

/** A variable on this stack that may be pointed to. */
interface Placed {
  readonly from: Address;
  readonly object: StackObject;
  readonly frame: FrameIndex;
}

class StackWalk {
  readonly walked: WalkedFrame[] = [];
  readonly #reader: StackReader;
  readonly #low: Address;
  readonly #high: Address;
  readonly #sp: Address;
  readonly #pc: Address;
  readonly #roots: RootsBuilder;
  readonly #owner: OwnerIndex;
  readonly #placed: Placed[] = [];
  /** Addresses on this stack that something points to, and where that lies. */
  readonly #pointedTo: Address[] = [];
  readonly #pointedFrom: Address[] = [];
  /** While a variable is walked that others point to. */
  #via = 0;
  /** While a frame of the runtime is walked, which holds for the runtime only. */
  #isRuntimes = false;

  constructor(reader: StackReader, table: GoroutineTable, row: number, roots: RootsBuilder, owner: OwnerIndex) {
    this.#reader = reader;
    this.#low = table.stackLow[row];
    this.#high = table.stackHigh[row];
    this.#sp = table.sp[row];
    this.#pc = table.pc[row];
    this.#roots = roots;
    this.#owner = owner;
  }

  frames(running: RunningPlace | undefined): void {
    const { usesLinkRegister } = this.#reader;
    let sp = running?.sp ?? this.#sp;
    let pc = running === undefined ? this.#pc : (running.pc ?? 0);
    for (const value of running?.registers ?? []) this.#maybe(value, 0, NO_FRAME);
    // Stopped anywhere: the compiler's maps hold at calls only.
    let isConservative = running !== undefined;
    let isPanicking = false;
    let isInnermost = true;
    for (let depth = 0; depth < MAX_FRAMES && sp >= this.#low && sp < this.#high; depth++) {
      const shape = this.#shapeAt(pc, isPanicking);
      if (shape === undefined) {
        // Code that is not Go's, or that moves stacks: what lies above may be anything.
        if (pc !== 0 || running !== undefined) this.#range(sp, this.#high, NO_FRAME);
        return;
      }
      const base = sp + shape.bytes + (usesLinkRegister ? 0 : 8);
      if (base > this.#high) return;
      let localsEnd = usesLinkRegister ? base : base - 8;
      if (localsEnd > sp) localsEnd -= 8;
      const firstArgument = usesLinkRegister ? base + 8 : base;
      const name = shape.function.name;
      this.#isRuntimes = name.startsWith("runtime.") && name !== "runtime.main";
      this.walked.push({ pc, shape });
      const isSaved = name === "runtime.asyncPreempt" || name.startsWith("runtime.debugCallV");
      let frame: FrameIndex = NO_FRAME;
      const frameOf = () => (frame === NO_FRAME ? (frame = this.#roots.frame({ pc, base, function: name })) : frame);
      if (isConservative || isSaved || shape.isUnmapped) {
        this.#range(sp, localsEnd, frameOf);
        this.#range(firstArgument, firstArgument + shape.argumentBytes, frameOf);
      } else {
        for (const offset of shape.locals) this.#word(localsEnd + offset, frameOf);
        for (const offset of shape.arguments) this.#word(firstArgument + offset, frameOf);
      }
      for (const object of shape.objects) {
        const from = (object.offset < 0 ? localsEnd : firstArgument) + object.offset;
        if (from >= sp) this.#placed.push({ from, object, frame: frameOf() });
      }
      // Its frame holds the registers of the frame above, which stopped anywhere.
      isConservative = isSaved;
      isPanicking = name === "runtime.sigpanic";
      if (OUTERMOST.has(name)) return;
      const at = usesLinkRegister ? sp : base - 8;
      if (!isInnermost || !usesLinkRegister || shape.bytes > 0) pc = this.#read(at);
      isInnermost = false;
      sp = base;
      if (pc === 0) return;
    }
  }

  context(closure: Address): void {
    this.#isRuntimes = false;
    if (closure !== 0) this.#pointer(closure, 0, NO_FRAME);
  }

  deferred(first: Address): void {
    const { memory, layout } = this.#reader;
    const [fn, link] = [offsetOf(layout, "runtime._defer.fn"), offsetOf(layout, "runtime._defer.link")];
    try {
      for (let at = first, i = 0; at !== 0 && i < MAX_DEFERRED; at = memory.word(at + link), i++) {
        this.#pointer(at, 0, NO_FRAME);
        this.#pointer(memory.word(at + fn), at + fn, NO_FRAME);
      }
    } catch (error) {
      if (!(error instanceof UnreadableMemory)) throw error;
    }
  }

  /** Variables on the stack that are pointed to, from there or from another such variable. */
  variables(): void {
    if (this.#placed.length === 0) return;
    this.#placed.sort((a, b) => a.from - b.from);
    const isDone = new Uint8Array(this.#placed.length);
    for (let i = 0; i < this.#pointedTo.length; i++) {
      const index = this.#placedAt(this.#pointedTo[i]);
      if (index < 0 || isDone[index] === 1) continue;
      isDone[index] = 1;
      const { from, object, frame } = this.#placed[index];
      this.#via = this.#pointedFrom[i];
      for (const offset of object.pointers) this.#word(from + offset, frame);
    }
  }

  #shapeAt(pc: Address, isPanicking: boolean): FrameShape | undefined {
    const shape = this.#reader.shapes.at(pc);
    if (!isPanicking || shape === undefined) return shape;
    return { ...shape, isUnmapped: true };
  }

  #read(at: Address): number {
    try {
      return this.#reader.memory.word(at);
    } catch (error) {
      if (error instanceof UnreadableMemory) return 0;
      throw error;
    }
  }

  #word(at: Address, frame: FrameIndex | (() => FrameIndex)): void {
    const value = this.#read(at);
    if (value !== 0) this.#pointer(value, at, frame);
  }

  #pointer(value: Address, at: Address, frame: FrameIndex | (() => FrameIndex)): void {
    if (value >= this.#low && value < this.#high) {
      this.#pointedAt(value, at);
      return;
    }
    const object = this.#reader.objectAt(value);
    if (object >= 0) this.#add(object, at, frame);
  }

  /** A word that may be a pointer, or the remains of one. */
  #maybe(value: number, at: Address, frame: FrameIndex | (() => FrameIndex)): void {
    if (value >= this.#low && value < this.#high) this.#pointedAt(value, at);
    else {
      const object = this.#reader.liveObjectAt(value);
      if (object >= 0) this.#add(object, at, frame, true);
    }
  }

  #add(object: ObjectIndex, at: Address, frame: FrameIndex | (() => FrameIndex), isGuess = false): void {
    this.#roots.add(
      object,
      this.#owner,
      at,
      typeof frame === "number" ? frame : frame(),
      this.#via,
      isGuess || this.#isRuntimes,
    );
  }

  #pointedAt(value: Address, at: Address): void {
    this.#pointedTo.push(value);
    this.#pointedFrom.push(this.#via === 0 ? at : this.#via);
  }

  #range(from: Address, to: Address, frame: FrameIndex | (() => FrameIndex)): void {
    for (let at = from - (from % 8); at + 8 <= to; at += 8) {
      const value = this.#read(at);
      if (value !== 0) this.#maybe(value, at, frame);
    }
  }

  #placedAt(address: Address): number {
    let low = 0;
    let high = this.#placed.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#placed[middle].from <= address) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return -1;
    const { from, object } = this.#placed[low - 1];
    return address < from + Math.max(1, object.size) ? low - 1 : -1;
  }
}

/** Functions that nothing returns to. */
export const OUTERMOST = new Set([
  "runtime.goexit",
  "runtime.mstart",
  "runtime.rt0_go",
  "runtime.mcall",
  "runtime.morestack",
]);
