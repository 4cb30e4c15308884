/**
 * The heap of a Go program at one moment: who points to whom, and where the garbage collector would begin.
 *
 * The program stands still while what has pointers is copied; what is made of it is made afterwards, while the program
 * runs on. A heap whose pointers are more than `COPY_BYTES` is walked in place, which needs no memory for a copy.
 */
import type { ObjectGraph } from "../core/heap/object-graph.js";
import { type Roots, RootsBuilder } from "../core/heap/roots.js";
import type { HeapSpans } from "../core/heap/spans.js";
import type { GoProgram } from "./go-program.js";
import { BoundedMemory } from "./memory/bounded-memory.js";
import { CopiedMemory, type MemoryRange } from "./memory/copied-memory.js";
import { type Address, bytesAt, type Memory, UnreadableMemory, wordIn } from "./memory/memory.js";
import { PagedMemory } from "./memory/paged-memory.js";
import type { ThreadPlace } from "./memory/standing-still.js";
import { type EdgePass, readEdges } from "./runtime/edges.js";
import { addQueueRoots, addSpecialRoots } from "./runtime/finalizer-roots.js";
import { type GoroutineTable, readGoroutines } from "./runtime/goroutine-table.js";
import { type ReadSpans, readSpans } from "./runtime/heap-spans.js";
import { offsetOf } from "./runtime/layout.js";
import { PointerMasks } from "./runtime/pointer-masks.js";
import { readSpecials, type SpecialRecords } from "./runtime/special-records.js";
import { type RunningPlace, runningPlaces } from "./runtime/running-places.js";
import { addStackRoots } from "./runtime/stack-roots.js";
import { StackShapes } from "./runtime/stack-shapes.js";
import { addTimerRoots } from "./runtime/timer-roots.js";
import { addVariableRoots } from "./runtime/variable-roots.js";

export interface HeapReading {
  readonly graph: ObjectGraph;
  readonly roots: Roots;
  readonly specials: SpecialRecords;
  readonly goroutines: GoroutineTable;
  /** As it was copied; what was not is as it is now. */
  readonly memory: Memory;
  /** Whether what objects held at that moment is in `memory`. */
  readonly isCopied: boolean;
  readonly pausedMs: number;
  readonly threads: readonly ThreadPlace[];
  /** The runtime's own count: what was allocated and not yet freed, garbage that waits for the collector among it. */
  readonly runtimeBytes: number | undefined;
  /** What could not be read: objects whose type is not known, bytes of the heap. */
  readonly untyped: readonly number[];
  readonly unreadBytes: number;
}

export interface HeapOptions {
  readonly copyBytes?: number;
  /** The program stands still for no longer than that; else reading ends with a `MemoryProblem`. */
  readonly maxPauseMs?: number;
  /** Copied as well, for who reads more than the heap of the same moment. */
  readonly ranges?: readonly MemoryRange[];
}

const COPY_BYTES = 256 * 1_048_576;

/** Throws what `asProblem` makes a sentence of. */
export function readHeap(read: GoProgram, options: HeapOptions = {}): HeapReading {
  const { copyBytes = COPY_BYTES, ranges = [], maxPauseMs = Infinity } = options;
  const bounded = new BoundedMemory(read.memory, performance.now() + maxPauseMs);
  const program = { ...read, memory: bounded };
  const { executable, constants } = program;
  const { layout } = executable;
  const masks = new PointerMasks(constants, layout);
  const inlineMarkBytes = layout.sizes.get("runtime.spanInlineMarkBits") ?? 0;
  const edgesOf = (memory: Memory, spans: HeapSpans) => readEdges(memory, spans, { inlineMarkBytes, masks });
  const graphAndRoots = (memory: Memory, moment: Moment) => {
    const pass = edgesOf(memory, moment.read.spans);
    return {
      graph: pass.graph,
      ...rootsOf(program, moment, pass),
      untyped: pass.untyped,
      unreadBytes: pass.unreadBytes,
    };
  };
  const { result, pausedMs } = program.whileStill((threads) => {
    const moment = copyOf(program, threads, copyBytes, ranges);
    // Too much to be copied: it is walked now, with its roots, some of which lie in the heap (timers).
    return { moment, walked: moment.isCopied ? undefined : graphAndRoots(program.memory, moment) };
  });
  bounded.release();
  const { moment, walked } = result;
  return { ...moment, ...(walked ?? graphAndRoots(moment.memory, moment)), pausedMs };
}

interface Moment {
  readonly threads: readonly ThreadPlace[];
  readonly memory: Memory;
  readonly isCopied: boolean;
  readonly read: ReadSpans;
  readonly goroutines: GoroutineTable;
  readonly running: ReadonlyMap<number, RunningPlace>;
  readonly specials: SpecialRecords;
  readonly runtimeBytes: number | undefined;
}

function copyOf(
  program: GoProgram,
  threads: readonly ThreadPlace[],
  copyBytes: number,
  more: readonly MemoryRange[],
): Moment {
  const { memory, executable } = program;
  const { layout } = executable;
  const paged = new PagedMemory(memory);
  const read = readSpans(memory, program.variable("runtime.mheap_"), layout);
  const goroutines = readGoroutines(memory, paged, { allGoroutines: program.variable("runtime.allgs") }, layout);
  const running = runningPlaces(paged, goroutines, threads, layout);
  const specials = readSpecials(paged, read, layout, executable.version);
  const { ranges, isCopied } = rangesOf(program, read, goroutines, running, copyBytes);
  return {
    threads,
    memory: new CopiedMemory(memory, more.length > 0 ? [...ranges, ...more] : ranges),
    isCopied,
    read,
    goroutines,
    running,
    specials,
    runtimeBytes: runtimeBytes(program),
  };
}

/** What changes when the program goes on. */
function rangesOf(
  program: GoProgram,
  { spans, allocBits }: ReadSpans,
  goroutines: GoroutineTable,
  running: ReadonlyMap<number, RunningPlace>,
  copyBytes: number,
): { ranges: MemoryRange[]; isCopied: boolean } {
  const ranges: MemoryRange[] = [];
  for (const { areas } of program.modules) {
    for (const { from, to } of areas) ranges.push({ address: from, length: Math.max(0, to - from) });
  }
  for (let row = 0; row < goroutines.count; row++) {
    const low = goroutines.stackLow[row];
    const sp = running.get(row)?.sp ?? goroutines.sp[row];
    const from = sp >= low && sp < goroutines.stackHigh[row] ? sp : low;
    ranges.push({ address: from - (from % 8), length: goroutines.stackHigh[row] - from + (from % 8) });
  }
  const { count, start, length, elementCount, isPointerFree } = spans.columns;
  const heap: MemoryRange[] = [];
  let heapBytes = 0;
  for (let span = 0; span < count; span++) {
    if (allocBits[span] !== 0) ranges.push({ address: allocBits[span], length: (elementCount[span] + 7) >> 3 });
    if (isPointerFree[span] === 1) continue;
    heapBytes += length[span];
    heap.push({ address: start[span], length: length[span] });
  }
  const isCopied = heapBytes <= copyBytes;
  if (isCopied) for (const range of heap) ranges.push(range);
  return { ranges, isCopied };
}

function rootsOf(program: GoProgram, moment: Moment, { graph }: EdgePass): { roots: Roots } {
  const { executable, constants, functions, modules, loadedAt } = program;
  const { layout, symbols, usesLinkRegister } = executable;
  const { memory, read, goroutines, running, specials } = moment;
  const { spans } = graph;
  const paged = new PagedMemory(memory);
  const roots = new RootsBuilder();
  const objectAt = (address: Address) => spans.objectAt(address);
  addVariableRoots({ memory, constants, symbols, loadedAt, spans }, modules, roots);
  const shapes = new StackShapes(constants, functions, layout);
  const liveObjectAt = (address: Address) => {
    const object = objectAt(address);
    return object >= 0 && isFree(paged, read, object) ? -1 : object;
  };
  const stacks = { memory: paged, shapes, layout, usesLinkRegister, objectAt, liveObjectAt };
  for (let row = 0; row < goroutines.count; row++) {
    const name = functions.find(goroutines.startPc[row])?.name ?? "";
    const id = goroutines.id[row];
    const owner = roots.owner({ kind: "goroutine", name, address: goroutines.address[row], goroutine: id });
    const frames = addStackRoots(stacks, goroutines, row, running.get(row), roots, owner);
    const began = frames.findLast(({ shape }) => !isWrapper(shape.function.name))?.shape.function.name;
    if (began !== undefined) roots.rename(owner, began);
  }
  const processors = program.optionalVariable("runtime.allp");
  if (processors !== undefined) addTimerRoots({ memory: paged, functions, layout, objectAt }, processors, roots);
  const reader = { memory: paged, functions, layout, graph, objectAt };
  addSpecialRoots(reader, specials, roots);
  const cleanups = program.optionalVariable("runtime.gcCleanups");
  const all = layout.offsets.get("runtime.cleanupQueue.all");
  addQueueRoots(
    reader,
    {
      finalizers: program.optionalVariable("runtime.allfin"),
      cleanups: cleanups === undefined || all === undefined ? undefined : cleanups + all,
    },
    roots,
  );
  return { roots: roots.finish(runtimeBooks(program, moment, spans)) };
}

/** What the compiler and the runtime put around the function of a go statement. */
function isWrapper(name: string): boolean {
  return name === "runtime.goexit" || /\.gowrap\d+$/.test(name);
}

const MAX_THREADS = 1_000_000;

function runtimeBooks(program: GoProgram, { goroutines, memory }: Moment, spans: HeapSpans): number[] {
  const paged = new PagedMemory(memory);
  const addresses = [...goroutines.records];
  try {
    const processors = program.optionalVariable("runtime.allp");
    const count = processors === undefined ? 0 : Math.min(paged.word(processors + 8), MAX_THREADS);
    for (let i = 0; processors !== undefined && i < count; i++)
      addresses.push(paged.word(paged.word(processors) + i * 8));
    const threads = program.optionalVariable("runtime.allm");
    const next = offsetOf(program.executable.layout, "runtime.m.alllink");
    let at = threads === undefined ? 0 : paged.word(threads);
    for (let i = 0; at !== 0 && i < MAX_THREADS; at = paged.word(at + next), i++) addresses.push(at);
  } catch (error) {
    if (!(error instanceof UnreadableMemory)) throw error;
  }
  return addresses.map((address) => spans.objectAt(address)).filter((object) => object >= 0);
}

/** A slot that nothing was allocated in since the last collection. */
function isFree(paged: PagedMemory, { spans, freeIndex, allocBits }: ReadSpans, object: number): boolean {
  const span = spans.spanOf(object);
  const slot = object - spans.firstObject[span];
  if (slot < freeIndex[span] || allocBits[span] === 0) return false;
  try {
    return ((paged.u8(allocBits[span] + (slot >> 3)) >> (slot & 7)) & 1) === 0;
  } catch (error) {
    if (error instanceof UnreadableMemory) return false;
    throw error;
  }
}

function runtimeBytes(program: GoProgram): number | undefined {
  const controller = program.optionalVariable("runtime.gcController");
  if (controller === undefined) return undefined;
  const { layout } = program.executable;
  const [allocated, freed] = [
    offsetOf(layout, "runtime.gcControllerState.totalAlloc"),
    offsetOf(layout, "runtime.gcControllerState.totalFree"),
  ];
  return (
    wordIn(bytesAt(program.memory, controller + allocated, 8), 0) -
    wordIn(bytesAt(program.memory, controller + freed, 8), 0)
  );
}
