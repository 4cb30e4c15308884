/**
 * What a trace tells, as plain data: the JSON of `godiag trace` and the tables of the editor.
 *
 * Times are nanoseconds; `atNs` counts from the beginning of the trace; stacks are leaf first. Tables are ordered by
 * what costs most.
 */
import type { StackFrame } from "../profile/named-stack.js";
import type { Warning } from "../text/format-error.js";
import type { DelayProfileName } from "./delay-profiles.js";
import { type KindIndex, UNKNOWN_KIND } from "./goroutine-kinds.js";
import type { LogHistogram } from "./log-histogram.js";
import type { AnalysedTrace } from "./read-trace.js";
import { NO_STACK, type TraceString } from "./events/trace-names.js";
import { delayTotals } from "./trace-profile.js";
import { TraceStacks, type WaitClass } from "./trace-stacks.js";
import { stuckRows, type StuckRow } from "./stuck-goroutines.js";
import { pairRows, type StartRow, type SyscallRow, type WaitRow, type WakerRow, wokenByText } from "./waking-tables.js";

export interface TraceReport {
  readonly goVersion: string;
  readonly durationNs: number;
  readonly events: number;
  readonly goroutines: number;
  readonly kinds: readonly KindRow[];
  readonly stw: readonly StwRow[];
  readonly worst: readonly WorstRow[];
  /** Nanoseconds in each of the profiles of `go tool trace -pprof`. */
  readonly profiles: Readonly<Record<DelayProfileName, number>>;
  /** Blocking by reason and stack. */
  readonly waits: readonly WaitRow[];
  /** From runnable to running by stack and by the stack that woke. */
  readonly starts: readonly StartRow[];
  readonly syscalls: readonly SyscallRow[];
  /** Which kind of goroutine woke which. */
  readonly wakers: readonly WakerRow[];
  /** Goroutines that waited when the trace ended and had not moved for the whole of it. */
  readonly neverMoved: readonly StuckRow[];
  readonly gc: GcReport;
  readonly tasks: readonly DurationRow[];
  readonly regions: readonly DurationRow[];
  readonly logs: { readonly count: number; readonly first: readonly LogRow[] };
  readonly cpuSamples: number;
  readonly warnings: readonly Warning[];
}

export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Goroutines that began in the same function. */
export interface KindRow {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly count: number;
  /** From runnable to running. */
  readonly startLatencyNs: Quantiles;
  readonly starts: number;
  readonly runnableNs: number;
  readonly runningNs: number;
  readonly syscallNs: number;
  readonly blockedNs: Readonly<Partial<Record<WaitClass, number>>>;
}

export interface StwRow {
  readonly atNs: number;
  readonly ns: number;
  /** What the world was stopped for, in the runtime's words. */
  readonly kind: string;
  /** Who asked for it. */
  readonly stack: readonly StackFrame[];
}

export interface WorstRow {
  /** When the goroutine became runnable. */
  readonly atNs: number;
  /** How long it had to wait for a processor. */
  readonly ns: number;
  readonly goroutine: number;
  /** Where it began. */
  readonly kind: string;
  /** Where it goes on. */
  readonly function: string;
  readonly stack: readonly StackFrame[];
  /** The function that woke or created it, or what else made it runnable. */
  readonly wokenBy: string;
  readonly wokenByGoroutine?: number;
  readonly wokenByStack: readonly StackFrame[];
  /** What held processors meanwhile, the longest first; `ns` adds up over processors. */
  readonly ran: readonly { readonly kind: string; readonly function?: string; readonly ns: number }[];
}

export interface GcReport {
  readonly collections: number;
  readonly markNs: number;
  readonly assistNs: number;
  /** Who had to help marking because it allocates. */
  readonly assists: readonly {
    readonly function: string;
    readonly count: number;
    readonly ns: number;
    readonly maxNs: number;
    readonly stack: readonly StackFrame[];
  }[];
}

export interface DurationRow {
  readonly name: string;
  readonly count: number;
  readonly totalNs: number;
  readonly ns: Quantiles;
}

export interface LogRow {
  readonly atNs: number;
  readonly category: string;
  readonly message: string;
}

const UNKNOWN_KIND_NAME = "(no stack recorded)";

export function traceReport(trace: AnalysedTrace): TraceReport {
  const { names, analysis } = trace;
  const stacks = new TraceStacks(names);
  const kindName = (kind: KindIndex) =>
    kind === UNKNOWN_KIND ? UNKNOWN_KIND_NAME : stacks.frame(analysis.kinds.rows[kind].root).function;
  const tables = pairRows(analysis, names, stacks, kindName);
  return {
    goVersion: trace.goVersion,
    durationNs: trace.durationNs,
    events: trace.events,
    goroutines: analysis.goroutineCount,
    kinds: kindRows(trace, stacks, kindName, tables.blockedByKind),
    stw: analysis.pauses.stops.map(({ atNs, ns, kind, stack }) => ({
      atNs: atNs - analysis.startNs,
      ns,
      kind: names.string(kind),
      stack: stacks.frames(stack),
    })),
    worst: worstRows(trace, stacks, kindName),
    profiles: delayTotals(analysis.profiles),
    waits: tables.waits,
    starts: tables.starts,
    syscalls: tables.syscalls,
    wakers: tables.wakers,
    neverMoved: stuckRows(trace.waiting, names, stacks, kindName),
    gc: gcReport(trace, stacks),
    tasks: durationRows(analysis.annotations.tasks, trace),
    regions: durationRows(analysis.annotations.regions, trace),
    logs: {
      count: analysis.annotations.messageCount,
      first: analysis.annotations.messages.map(({ atNs, category, message }) => ({
        atNs: atNs - analysis.startNs,
        category: names.string(category),
        message: names.string(message),
      })),
    },
    cpuSamples: [...analysis.cpuSamples.values()].reduce((sum, count) => sum + count, 0),
    warnings: trace.warnings,
  };
}

/** At most `limit` rows of each table, 0 for all; of stops of the world the longest. */
export function limitedReport(report: TraceReport, limit: number): TraceReport {
  if (limit === 0) return report;
  const { kinds, stw, waits, starts, syscalls, wakers, neverMoved, tasks, regions, logs, gc } = report;
  const first = <T>(rows: readonly T[]) => rows.slice(0, limit);
  return {
    ...report,
    kinds: first(kinds),
    stw: stw.toSorted((a, b) => b.ns - a.ns).slice(0, limit),
    waits: first(waits),
    starts: first(starts),
    syscalls: first(syscalls),
    wakers: first(wakers),
    neverMoved: first(neverMoved),
    tasks: first(tasks),
    regions: first(regions),
    logs: { ...logs, first: first(logs.first) },
    gc: { ...gc, assists: first(gc.assists) },
  };
}

function kindRows(
  { analysis }: AnalysedTrace,
  stacks: TraceStacks,
  kindName: (kind: KindIndex) => string,
  blocked: ReadonlyMap<KindIndex, Partial<Record<WaitClass, number>>>,
): KindRow[] {
  const rows = analysis.kinds.rows.map((row, kind) => {
    const root = kind === UNKNOWN_KIND ? undefined : stacks.frame(row.root);
    return {
      name: kindName(kind),
      file: root?.file ?? "",
      line: root?.line ?? 0,
      count: row.count,
      startLatencyNs: quantiles(row.startLatency),
      starts: row.startLatency.count,
      runnableNs: row.startLatency.sum,
      runningNs: row.runningNs,
      syscallNs: row.syscallNs,
      blockedNs: blocked.get(kind) ?? {},
    };
  });
  return rows
    .filter((row) => row.count > 0 || row.starts > 0)
    .sort((a, b) => b.runnableNs - a.runnableNs || b.count - a.count);
}

function worstRows({ analysis, names }: AnalysedTrace, stacks: TraceStacks, kindName: (kind: KindIndex) => string) {
  return analysis.worst.longestFirst().map((start): WorstRow => {
    const other = analysis.wakings.pairs.second[start.waking];
    const kind = kindName(start.kind);
    return {
      atNs: start.atNs,
      ns: start.ns,
      goroutine: start.goroutine,
      kind,
      function: stacks.place(start.ownStack)?.function ?? kind,
      stack: stacks.frames(start.ownStack),
      wokenBy: wokenByText(other, stacks, names.string(analysis.wakings.reason[start.waking])),
      ...(start.wokenById !== undefined && { wokenByGoroutine: start.wokenById }),
      wokenByStack: other > NO_STACK ? stacks.frames(other) : [],
      ran: start.ran.map((ran) => {
        const place = stacks.place(ran.stack);
        return { kind: kindName(ran.kind), ...(place !== undefined && { function: place.function }), ns: ran.ns };
      }),
    };
  });
}

function gcReport({ analysis }: AnalysedTrace, stacks: TraceStacks): GcReport {
  const { pauses } = analysis;
  const assists = [...pauses.assists]
    .map(([stack, { count, ns, maxNs }]) => ({
      function: stacks.place(stack)?.function ?? UNKNOWN_KIND_NAME,
      count,
      ns,
      maxNs,
      stack: stacks.frames(stack),
    }))
    .sort((a, b) => b.ns - a.ns);
  const assistNs = assists.reduce((sum, { ns }) => sum + ns, 0);
  return { collections: pauses.collections, markNs: pauses.markNs, assistNs, assists };
}

function durationRows(durations: ReadonlyMap<TraceString, LogHistogram>, { names }: AnalysedTrace): DurationRow[] {
  return [...durations]
    .map(([name, histogram]) => ({
      name: names.string(name),
      count: histogram.count,
      totalNs: histogram.sum,
      ns: quantiles(histogram),
    }))
    .sort((a, b) => b.totalNs - a.totalNs);
}

function quantiles(histogram: LogHistogram): Quantiles {
  return { p50: histogram.quantile(0.5), p99: histogram.quantile(0.99), max: histogram.max };
}
