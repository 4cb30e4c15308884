/** The tables that come of pairs of stacks: waits, starts, system calls, and which kind of goroutine woke which. */
import type { StackFrame } from "../profile/named-stack.js";
import { type KindIndex, UNKNOWN_KIND } from "./goroutine-kinds.js";
import type { TraceAnalysis } from "./trace-analysis.js";
import { NO_STACK, type TraceNames, type TraceStack } from "./events/trace-names.js";
import type { TraceStacks, WaitClass } from "./trace-stacks.js";
import { AFTER_SYSCALL, GAVE_WAY, SINCE_BEGIN, SYSCALLS, type WakingRow } from "./wakings.js";

/** Waits at one place for one reason, by all who ended them. */
export interface WaitRow {
  readonly reason: string;
  readonly class: WaitClass;
  readonly kind: string;
  readonly function: string;
  readonly count: number;
  readonly ns: number;
  readonly maxNs: number;
  readonly stack: readonly StackFrame[];
  /** Who ended the waits, the longest first. */
  readonly wokenBy: readonly { readonly function: string; readonly count: number; readonly ns: number }[];
}

/** Starts of goroutines at one place, woken at one place. */
export interface StartRow {
  readonly kind: string;
  readonly function: string;
  readonly wokenBy: string;
  readonly count: number;
  readonly ns: number;
  readonly maxNs: number;
  readonly stack: readonly StackFrame[];
  readonly wokenByStack: readonly StackFrame[];
}

export interface SyscallRow {
  readonly function: string;
  readonly count: number;
  readonly ns: number;
  readonly maxNs: number;
  readonly stack: readonly StackFrame[];
}

/** An edge of the graph of kinds. */
export interface WakerRow {
  readonly from: string;
  readonly to: string;
  readonly class: WaitClass;
  readonly count: number;
  /** How long those who were woken had waited, and how long they then waited for a processor. */
  readonly waitNs: number;
  readonly startNs: number;
}

export interface PairTables {
  readonly waits: readonly WaitRow[];
  readonly starts: readonly StartRow[];
  readonly syscalls: readonly SyscallRow[];
  readonly wakers: readonly WakerRow[];
  readonly blockedByKind: ReadonlyMap<KindIndex, Partial<Record<WaitClass, number>>>;
}

const RUNTIME_KIND_NAME = "(the runtime: network, timers, system)";

export function pairRows(
  analysis: TraceAnalysis,
  names: TraceNames,
  stacks: TraceStacks,
  kindName: (kind: KindIndex) => string,
): PairTables {
  const { wakings, kinds } = analysis;
  const { pairs } = wakings;
  const waits = new Map<string, WakingRow[]>();
  const starts: StartRow[] = [];
  const syscalls: SyscallRow[] = [];
  const edges = new Map<string, { -readonly [K in keyof WakerRow]: WakerRow[K] }>();
  const blockedByKind = new Map<KindIndex, Partial<Record<WaitClass, number>>>();
  const place = (stack: TraceStack) => stacks.place(stack)?.function ?? kindName(kinds.ofStack(stack));

  for (let row = 0; row < pairs.count; row++) {
    const [own, other] = [pairs.first[row], pairs.second[row]];
    if (other === SYSCALLS) {
      const [count, ns, maxNs] = [wakings.waits[row], wakings.waitNs[row], wakings.maxWaitNs[row]];
      syscalls.push({ function: place(own), count, ns, maxNs, stack: stacks.frames(own) });
      continue;
    }
    const kind = kinds.ofStack(own);
    const reason = names.string(wakings.reason[row]);
    if (wakings.starts[row] > 0) {
      starts.push({
        kind: kindName(kind),
        function: place(own),
        wokenBy: wokenByText(other, stacks, reason),
        count: wakings.starts[row],
        ns: wakings.startNs[row],
        maxNs: wakings.maxStartNs[row],
        stack: stacks.frames(own),
        wokenByStack: other > NO_STACK ? stacks.frames(other) : [],
      });
    }
    if (wakings.waits[row] === 0) continue;
    const waitClass = stacks.waitClass(reason, own);
    const site = `${wakings.reason[row]} ${own}`;
    const sameSite = waits.get(site);
    if (sameSite === undefined) waits.set(site, [row]);
    else sameSite.push(row);
    const blocked = blockedByKind.get(kind) ?? {};
    blocked[waitClass] = (blocked[waitClass] ?? 0) + wakings.waitNs[row];
    blockedByKind.set(kind, blocked);
    const wakerKind = kinds.ofStack(other);
    const from = wakerKind === UNKNOWN_KIND ? RUNTIME_KIND_NAME : kindName(wakerKind);
    const key = `${wakerKind} ${kind} ${waitClass}`;
    let edge = edges.get(key);
    if (edge === undefined) {
      edges.set(key, (edge = { from, to: kindName(kind), class: waitClass, count: 0, waitNs: 0, startNs: 0 }));
    }
    edge.count += wakings.waits[row];
    edge.waitNs += wakings.waitNs[row];
    edge.startNs += wakings.startNs[row];
  }

  const waitRow = (rows: readonly WakingRow[]): WaitRow => {
    const own = pairs.first[rows[0]];
    const reason = names.string(wakings.reason[rows[0]]);
    const total = (column: Float64Array) => rows.reduce((sum, row) => sum + column[row], 0);
    return {
      reason: reason === "" ? "unknown" : reason,
      class: stacks.waitClass(reason, own),
      kind: kindName(kinds.ofStack(own)),
      function: place(own),
      count: total(wakings.waits),
      ns: total(wakings.waitNs),
      maxNs: rows.reduce((max, row) => Math.max(max, wakings.maxWaitNs[row]), 0),
      stack: stacks.frames(own),
      wokenBy: rows
        .map((row) => ({
          function: wokenByText(pairs.second[row], stacks, reason),
          count: wakings.waits[row],
          ns: wakings.waitNs[row],
        }))
        .sort((a, b) => b.ns - a.ns),
    };
  };
  return {
    waits: [...waits.values()].map(waitRow).sort((a, b) => b.ns - a.ns),
    starts: starts.sort((a, b) => b.ns - a.ns),
    syscalls: syscalls.sort((a, b) => b.ns - a.ns),
    wakers: [...edges.values()].sort((a, b) => b.waitNs - a.waitNs),
    blockedByKind,
  };
}

/** Who made a goroutine runnable: a function, or in words where no goroutine did. */
export function wokenByText(other: number, stacks: TraceStacks, reason: string): string {
  switch (other) {
    case GAVE_WAY:
      return reason === "preempted" ? "(preempted)" : `(gave way: ${reason || "no reason given"})`;
    case AFTER_SYSCALL:
      return "(back from a system call)";
    case SINCE_BEGIN:
      return "(runnable when the trace began)";
    case NO_STACK:
      if (reason === "network") return "(the network poller)";
      return reason === "sleep" ? "(a timer)" : "(the runtime)";
    default:
      return stacks.place(other)?.function ?? "(the runtime)";
  }
}
