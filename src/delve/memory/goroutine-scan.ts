/**
 * Every goroutine of a paused program, as core's table: read from the runtime's own list, whatever their number, over
 * any way to Delve. The states are the words that Go prints in its dumps, and so are the names; what could not be read
 * is said, and then the table is not complete.
 *
 * Goroutines that run on a thread have their registers there and not in memory: Delve is asked for their stacks.
 */
import {
  BEING_SCANNED,
  DURABLY_BLOCKED,
  type Goroutines,
  isWaiting,
  LEAKED,
  LOCKED_TO_THREAD,
  NO_FRAME,
  STACK_UNAVAILABLE,
  type StackIndex,
} from "../../core/goroutines/goroutine.js";
import type { Warning } from "../../core/text/format-error.js";
import { ancestorCalls, ancestorRecords, ancestryOf } from "./goroutine-ancestors.js";
import { type GoroutineColumns, goroutineColumns } from "./goroutine-columns.js";
import { GoroutineFrames } from "./goroutine-frames.js";
import { labelSets } from "./goroutine-labels.js";
import { type GoroutineLayout, goroutineLayout } from "./goroutine-layout.js";
import { bothCounters } from "./instruction-of-frame.js";
import { CachedMemory, optionalNumber } from "./memory.js";
import type { Address, PausedProgram } from "../../process/paused-program.js";
import { NO_STACK, walkStacks, type WalkedStacks } from "./stack-walk.js";
import { openSymbols, type Symbols } from "./symbols.js";

export interface ScanOptions {
  readonly signal?: AbortSignal | undefined;
  /** False lists them without their stacks, several times faster: each has the function that it started with. */
  readonly stacks?: boolean;
  /**
   * The stack of a goroutine that runs on a thread: program counters, leaf first, as Delve lists frames (an inlined
   * call has the counter of the call around it). Undefined, or rejected as "unreadable", when Delve has none.
   */
  readonly runningStack?: (id: number, signal?: AbortSignal) => Promise<readonly Address[] | undefined>;
  /**
   * What the monotonic clock of the program's machine shows, in nanoseconds, where that is known: waits are measured
   * up to here. Else up to the last moment that the program noted itself.
   */
  readonly nowNs?: number | undefined;
  /** Called as goroutines are read; `of` is the number of all that there ever were at once. */
  readonly onProgress?: (phase: "goroutines" | "stacks", done: number, of: number) => void;
}

/**
 * What stays the same from stop to stop of one process. All rejects with a `MemoryProblem` when reading ends
 * ("interrupted", "disconnected") before anything is known.
 */
export interface GoroutineReader {
  readonly symbols: Symbols;
  scan(options?: ScanOptions): Promise<GoroutineScan>;
  /** The first half of a scan: who there is. */
  list(options?: ScanOptions): Promise<GoroutineColumns>;
  /** The second half: the rows of a list, or some of them (`onlyWhere`), as a table. */
  table(columns: GoroutineColumns, options?: ScanOptions): Promise<Goroutines>;
}

export interface GoroutineScan {
  readonly goroutines: Goroutines;
  /** Row `i` is row `i` of `goroutines`. */
  readonly columns: GoroutineColumns;
}

/** Finds out where this program keeps what; rejects with a `MemoryProblem` when that cannot be known. */
export async function openGoroutines(program: PausedProgram, signal?: AbortSignal): Promise<GoroutineReader> {
  const symbols = await openSymbols(program, signal);
  // Reading profiles only needs nothing of it.
  let known: GoroutineLayout | undefined;
  const layoutOf = async (options: ScanOptions) => (known ??= await goroutineLayout(program, options.signal));
  const list: GoroutineReader["list"] = async (options = {}) =>
    goroutineColumns(program, await layoutOf(options), {
      signal: options.signal,
      onProgress: (done, of) => options.onProgress?.("goroutines", done, of),
    });
  const table: GoroutineReader["table"] = async (columns, options = {}) =>
    assemble(program, await layoutOf(options), symbols, columns, options);
  return {
    symbols,
    list,
    table,
    async scan(options) {
      const columns = await list(options);
      return { goroutines: await table(columns, options), columns };
    },
  };
}

/** How many goroutines Delve is asked about, one call each; more than that run at once on the largest machines only. */
const MAX_ASKED = 256;
const RUNNING = 2;
const SYSCALL = 3;
const WAITING = 4;

async function assemble(
  program: PausedProgram,
  layout: GoroutineLayout,
  symbols: Symbols,
  columns: GoroutineColumns,
  options: ScanOptions,
): Promise<Goroutines> {
  const { signal, stacks: wantsStacks = true } = options;
  const all = Array.from({ length: columns.count }, (_, row) => row);
  const isRunning = (row: number) => isOnThread(columns, row);
  const [walked, running, labels, bubbles, ancestors, now] = await Promise.all([
    wantsStacks
      ? walkStacks(
          program,
          columns,
          all.filter((row) => !isRunning(row)),
          {
            signal,
            onProgress: (done) => options.onProgress?.("stacks", done, columns.count),
          },
        )
      : undefined,
    wantsStacks ? stacksFromDelve(columns, all.filter(isRunning), options) : new Map<number, readonly Address[]>(),
    labelSets(program, distinct(columns.labels), signal),
    bubbleIds(program, layout, distinct(columns.bubble), signal),
    wantsStacks ? ancestorRecords(program, distinct(columns.ancestors), signal) : new Map<Address, never>(),
    timeOfStop(program, columns, options.nowNs, signal),
  ]);

  const calls = new Set<Address>();
  for (const pcs of [walked?.pcs ?? [], ...running.values()]) for (const pc of bothCounters(pcs)) calls.add(pc);
  for (const pc of distinct(columns.startPc)) calls.add(pc);
  for (const pc of distinct(columns.creatorPc)) calls.add(pc - 1);
  for (const pc of ancestorCalls(ancestors)) calls.add(pc);
  await symbols.load(calls, signal);
  if (walked !== undefined) {
    const preempted = await stacksFromDelve(columns, preemptedRows(walked, symbols), options);
    for (const [row, pcs] of preempted) {
      walked.stack[row] = NO_STACK;
      running.set(row, pcs);
    }
    await symbols.load(
      [...preempted.values()].flatMap((pcs) => [...bothCounters(pcs)]),
      signal,
    );
  }
  const frames = new GoroutineFrames(symbols);
  const stackOf = walked === undefined ? undefined : frames.ofWalked(walked);
  const unknownStack = frames.none();

  let unavailable = 0;
  for (let row = 0; row < columns.count; row++) {
    let flags = 0;
    const { state, isDurable } = stateOf(layout, columns, row);
    if (isDurable) flags |= DURABLY_BLOCKED;
    if (columns.status[row] === layout.status.leaked) flags |= LEAKED;
    if (columns.isScanned[row]) flags |= BEING_SCANNED;
    if (columns.isLocked[row]) flags |= LOCKED_TO_THREAD;
    let stack: StackIndex;
    const walkedStack = walked?.stack[row] ?? NO_STACK;
    const runningPcs = running.get(row);
    if (!wantsStacks) stack = frames.ofStart(columns.startPc[row]);
    else if (walkedStack !== NO_STACK && stackOf !== undefined) stack = stackOf[walkedStack];
    else if (runningPcs !== undefined) stack = frames.ofDelve(runningPcs);
    else {
      flags |= STACK_UNAVAILABLE;
      unavailable++;
      stack = columns.startPc[row] === 0 ? unknownStack : frames.ofStart(columns.startPc[row]);
    }
    const since = columns.waitSince[row];
    const records = ancestors.get(columns.ancestors[row]);
    const isBlocked = columns.status[row] === SYSCALL || isWaiting(state);
    frames.builder.add({
      id: columns.id[row],
      state,
      ...(isBlocked && since > 0 && now >= since && { waitNs: now - since }),
      flags,
      stack,
      // No goroutine started the first one; what stands there is the start of the runtime.
      creator: columns.id[row] === 1 ? NO_FRAME : frames.creator(columns.creatorPc[row]),
      creatorId: columns.creatorId[row],
      ...(records !== undefined && { ancestry: ancestryOf(records, symbols, frames) }),
      labels: labels.get(columns.labels[row]),
      bubble: bubbles.get(columns.bubble[row]) ?? 0,
    });
  }
  const warnings = warningsOf(columns, walked, wantsStacks ? unavailable : 0);
  return frames.builder.finish({ complete: columns.unread === 0, warnings });
}

function isOnThread(columns: GoroutineColumns, row: number): boolean {
  if (columns.status[row] === RUNNING) return true;
  // Since Go 1.23 a goroutine in a system call leaves its frame pointer where we find it.
  return columns.status[row] === SYSCALL && columns.bp[row] === 0;
}

/**
 * Rows that were interrupted between two calls. A function without a frame of its own is no link in the chain of frame
 * pointers, and then its caller would be missing: Delve knows how large each frame is.
 */
function preemptedRows({ pcs, sequences, stack }: WalkedStacks, symbols: Symbols): number[] {
  const isPreempt = pcs.map((pc) =>
    symbols.at(pc - 1).some(({ name }) => symbols.names[name] === "runtime.asyncPreempt"),
  );
  if (!isPreempt.includes(true)) return [];
  const starts = sequences.starts();
  const items = sequences.items();
  const isPreempted = (number: number) =>
    number !== NO_STACK && items.subarray(starts[number], starts[number + 1]).some((pc) => isPreempt[pc]);
  return Array.from(stack.keys()).filter((row) => isPreempted(stack[row]));
}

async function stacksFromDelve(
  columns: GoroutineColumns,
  rows: readonly number[],
  { runningStack, signal }: ScanOptions,
): Promise<Map<number, readonly Address[]>> {
  const stacks = new Map<number, readonly Address[]>();
  if (runningStack === undefined) return stacks;
  for (const row of rows.slice(0, MAX_ASKED)) {
    const pcs = await runningStack(columns.id[row], signal);
    if (pcs !== undefined && pcs.length > 0) stacks.set(row, pcs);
  }
  return stacks;
}

function stateOf(
  layout: GoroutineLayout,
  columns: GoroutineColumns,
  row: number,
): { state: string; isDurable: boolean } {
  const status = columns.status[row];
  const reason = columns.waitReason[row];
  let state = layout.statuses[status] ?? "???";
  if ((status === WAITING || status === layout.status.leaked) && reason !== 0) {
    state = layout.waitReasons[reason] ?? "unknown wait reason";
  }
  const plain = state.replace(/ \(durable\)$/, "");
  const isIdleInBubble = columns.bubble[row] !== 0 && status === WAITING && layout.isIdleInSynctest?.[reason] === 1;
  return { state: plain, isDurable: plain !== state || isIdleInBubble };
}

async function bubbleIds(
  program: PausedProgram,
  { bubbleId }: GoroutineLayout,
  bubbles: readonly Address[],
  signal?: AbortSignal,
): Promise<Map<Address, number>> {
  const memory = new CachedMemory(program);
  // Go 1.24 did not number them yet: in the order in which they are met.
  const ids = await memory.settleAll(bubbles, (at) => (bubbleId === undefined ? 0 : memory.u64(at + bubbleId)), signal);
  return new Map(bubbles.map((at, i) => [at, ids[i] || i + 1]));
}

/** Times that the runtime notes as it goes; the latest is not long before the stop while anything happens. */
const NOTED_TIMES = ["runtime.sched.lastpoll.value", "runtime.memstats.last_gc_nanotime", "runtime.runtimeInitTime"];

async function timeOfStop(
  program: PausedProgram,
  columns: GoroutineColumns,
  nowNs: number | undefined,
  signal?: AbortSignal,
): Promise<number> {
  if (nowNs !== undefined) return nowNs;
  const noted = await Promise.all(NOTED_TIMES.map((name) => optionalNumber(program, name, signal)));
  let latest = Math.max(0, ...noted.map((time) => time ?? 0));
  for (const since of columns.waitSince) latest = Math.max(latest, since);
  return latest;
}

function warningsOf(columns: GoroutineColumns, walked: WalkedStacks | undefined, unavailable: number): Warning[] {
  const warnings: Warning[] = [];
  if (columns.unread > 0) {
    const message = `${columns.unread} goroutines could not be read (${columns.why})`;
    warnings.push({ code: "incomplete", message });
  }
  if (unavailable > 0) {
    const because = walked?.why ? ` (${walked.why})` : "";
    warnings.push({
      code: "stack-unavailable",
      message: `the stacks of ${unavailable} goroutines are not known${because}`,
    });
  }
  if (walked !== undefined && walked.cut.size > 0) {
    warnings.push({
      code: "stack-cut",
      message: `the stacks of ${walked.cut.size} goroutines are cut: they are too deep`,
    });
  }
  return warnings;
}

function distinct(column: Float64Array): number[] {
  const values = new Set(column);
  values.delete(0);
  return [...values];
}
