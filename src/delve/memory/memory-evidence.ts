/**
 * What the memory of a paused program says about who waits for what and who can still be woken: the wait graph, and
 * the reading that core's leak verdicts take as evidence.
 */
import { type Goroutines, LEAKED, SYSTEM } from "../../core/goroutines/goroutine.js";
import type { MemoryReading } from "../../core/goroutines/memory-reading.js";
import { describeWait, type WaitGraph, type WaitObject, waitCycles } from "../../core/goroutines/wait-graph.js";
import type { GoroutineScan } from "./goroutine-scan.js";
import { wakeable } from "../../core/heap/wakeable.js";
import type { HeapReading } from "../../process/heap-reading.js";
import type { Address, PausedProgram } from "../../process/paused-program.js";
import { type BlockedGoroutine, reachability } from "./reachability.js";
import type { WaitObjectJson, WaitsBody } from "../../core/goroutines/answer-bodies.js";
import { readStackWords } from "./stack-addresses.js";
import { readWaits } from "./wait-objects.js";

export interface MemoryEvidence {
  readonly reading: MemoryReading;
  readonly graph: WaitGraph;
}

export interface EvidenceOptions {
  readonly signal?: AbortSignal | undefined;
  /** Of the heap, at most; beyond, nothing is called unreachable. */
  readonly mostBytes?: number;
  /** The heap of the same moment, where it was read by the collector's own masks. */
  readonly heap?: HeapReading | undefined;
}

/** Who waits for what, without the walk that tells who can still be woken; as `memoryEvidence`. */
export async function readWaitGraph(
  program: PausedProgram,
  { goroutines, columns }: GoroutineScan,
  signal?: AbortSignal,
): Promise<WaitGraph> {
  const stacks = await readStackWords(program, columns, { signal });
  return (await readWaits(program, goroutines, columns, stacks, signal)).graph;
}

/** `scan` is of the same stop. Rejects with a `MemoryProblem` when reading ends. */
export async function memoryEvidence(
  program: PausedProgram,
  { goroutines, columns }: GoroutineScan,
  { signal, mostBytes, heap }: EvidenceOptions = {},
): Promise<MemoryEvidence> {
  const stacks = await readStackWords(program, columns, { signal });
  const { graph, sudogs } = await readWaits(program, goroutines, columns, stacks, signal);
  const blocked: BlockedGoroutine[] = [];
  const runnable: Float64Array[] = [];
  for (let row = 0; row < columns.count; row++) {
    const objects = graph.waitsFor.get(columns.id[row]) ?? [];
    if (isBlocked(goroutines, row, objects.length)) {
      if (objects.length > 0) blocked.push({ id: columns.id[row], objects, words: stacks.of(row) });
    } else runnable.push(stacks.of(row));
  }
  const opaque = new Set([...columns.address, ...sudogs]);
  const reached =
    heap === undefined
      ? await reachability(program, { runnable, blocked, opaque }, { signal, mostBytes })
      : reachedIn(heap, blocked, opaque);
  const limits = [heap === undefined ? CONSERVATIVE : PRECISE];
  const isWhole = reached.isComplete && (stacks.isComplete || heap !== undefined);
  if (!reached.isComplete) limits.push(`The walk was not finished: ${reached.why}.`);
  if (!stacks.isComplete) limits.push("Not every stack could be read.");
  const objectAt = new Map(graph.objects.map((object) => [object.address, object]));
  const waitsOn = new Map<number, string>();
  const onTimer = new Set<number>();
  const reachable = new Set(reached.reachable);
  for (const [id, addresses] of graph.waitsFor) {
    const waited = addresses.map((address) => objectAt.get(address));
    const object = waited.at(0);
    if (object !== undefined) waitsOn.set(id, describeWait(object));
    if (!waited.some((each) => each?.isTimer)) continue;
    onTimer.add(id);
    // That the clock wakes it says nothing about whether anybody will ever end it.
    if (waited.every((each) => each?.isTimer)) reachable.delete(id);
  }
  const reading: MemoryReading = {
    unreachable: isWhole ? reached.unreachable : new Set(),
    reachable,
    waitsOn,
    onTimer,
    cycles: waitCycles(graph).map((cycle) => cycle.map(({ goroutine }) => goroutine)),
    limits,
  };
  return { reading, graph };
}

const CONSERVATIVE =
  "The walk through memory takes every word that looks like a pointer for one, and does not see what only C code or a finalizer refers to.";
const PRECISE =
  "The walk through memory follows what the garbage collector follows, and does not see what only C code or a register refers to.";

function reachedIn(heap: HeapReading, blocked: readonly BlockedGoroutine[], opaque: ReadonlySet<Address>) {
  const { graph, roots, unreadBytes } = heap;
  const objects = Array.from(opaque, (address) => graph.spans.objectAt(address)).filter((object) => object >= 0);
  const why = `${unreadBytes} bytes of the heap could not be read`;
  return { ...wakeable(graph, roots, blocked, objects), isComplete: unreadBytes === 0, why };
}

/** The wire form of `goDiagnostics/waits`; with `id` only what that goroutine waits for. */
export function waitsBody({ graph, reading }: MemoryEvidence, stop: number, id?: number): WaitsBody {
  const wanted = id === undefined ? undefined : new Set(graph.waitsFor.get(id));
  const objects = graph.objects.filter(({ address }) => wanted === undefined || wanted.has(address));
  const cycles = waitCycles(graph).filter((cycle) => id === undefined || cycle.some((step) => step.goroutine === id));
  return {
    stop,
    objects: objects.slice(0, MAX_OBJECTS).map(objectJson),
    cycles,
    notes: [...graph.notes, ...reading.limits],
  };
}

const MAX_OBJECTS = 1_000;
/** Of the goroutines at one object. */
const MAX_IDS = 1_000;

function objectJson(object: WaitObject): WaitObjectJson {
  const { senders, receivers, waiters } = object;
  return {
    ...object,
    senders: senders.slice(0, MAX_IDS),
    receivers: receivers.slice(0, MAX_IDS),
    waiters: waiters.slice(0, MAX_IDS),
    senderCount: senders.length,
    receiverCount: receivers.length,
    waiterCount: waiters.length,
  };
}

/** Waits that only another goroutine can end. */
const BLOCKING =
  /^(chan (send|receive)|select|semacquire|sync\.(Mutex\.Lock|RWMutex\.R?Lock|WaitGroup\.Wait|Cond\.Wait))/;

/**
 * Whether it can go on only when another goroutine serves it. A wait whose object is not known may end by itself; a wait on a
 * nil channel or an empty select never does.
 */
function isBlocked({ states, state, flags }: Goroutines, row: number, objectCount: number): boolean {
  if (flags[row] & LEAKED) return true;
  if (flags[row] & SYSTEM) return false;
  const text = states[state[row]];
  if (/\((nil chan|no cases)\)$/.test(text)) return true;
  return BLOCKING.test(text) && objectCount > 0;
}
