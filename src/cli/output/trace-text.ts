/** A trace's report for people: a heading, and a table for each question that has an answer. */
import { formatValue } from "../../core/text/format.js";
import { printable } from "../../core/text/printable.js";
import type { DurationRow, KindRow, TraceReport, WorstRow } from "../../core/trace/trace-report.js";
import type { WaitRow } from "../../core/trace/waking-tables.js";
import { aligned } from "./cost-table.js";

export function traceText(report: TraceReport): string {
  return [
    heading(report),
    table("Goroutines by the function in which they began", KIND_HEAD, report.kinds.map(kindCells)),
    worst(report.worst),
    table("Waits for a processor by who woke (start latency)", START_HEAD, merged(report.starts, startLabel)),
    table("Waits by reason and place", WAIT_HEAD, report.waits.map(waitCells)),
    table("Who woke whom", WAKER_HEAD, report.wakers.map(wakerCells)),
    table(
      "System calls and calls to C",
      SYSCALL_HEAD,
      merged(report.syscalls, (row) => name(row.function)),
    ),
    table("Stops of the world", STW_HEAD, report.stw.map(stwCells)),
    gc(report),
    table(
      "Goroutines that never moved in the whole trace",
      ["count", "began in", "waits in"],
      report.neverMoved.map(({ count, kind, function: fn }) => [String(count), name(kind), name(fn)]),
    ),
    table("Tasks", DURATION_HEAD, report.tasks.map(durationCells)),
    table("Regions", DURATION_HEAD, report.regions.map(durationCells)),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function heading({ goVersion, durationNs, events, goroutines, profiles, stw, logs, cpuSamples }: TraceReport): string {
  const more = [
    logs.count > 0 && `${grouped(logs.count)} log messages`,
    cpuSamples > 0 && `${grouped(cpuSamples)} CPU samples`,
    stw.length === 0 && "the world was never stopped",
  ].filter((text) => text !== false);
  const delays = Object.entries(profiles).map(([type, ns]) => `${type} ${time(ns)}`);
  return (
    `Trace of Go ${goVersion}: ${time(durationNs)}, ${grouped(events)} events, ${grouped(goroutines)} goroutines` +
    `${more.map((text) => `; ${text}`).join("")}\nAs go tool trace adds them up: ${delays.join(", ")}\n`
  );
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? "" : `${title}\n${aligned([head, ...rows])}`;
}

const KIND_HEAD = ["count", "running", "runnable", "start p50", "p99", "max", "blocked", "in syscalls", "began in"];

function kindCells({ name: kind, count, runningNs, runnableNs, startLatencyNs, blockedNs, syscallNs }: KindRow) {
  const { p50, p99, max } = startLatencyNs;
  const blocked = Object.values(blockedNs).reduce((sum, ns) => sum + ns, 0);
  const mainly = Object.entries(blockedNs).sort(([, a], [, b]) => b - a)[0];
  return [
    grouped(count),
    ...[runningNs, runnableNs, p50, p99, max].map(time),
    mainly === undefined ? "0" : `${time(blocked)} (${mainly[0]})`,
    time(syscallNs),
    name(kind),
  ];
}

function worst(rows: readonly WorstRow[]): string {
  if (rows.length === 0) return "";
  const lines = rows.map(({ atNs, ns, goroutine, kind, function: fn, wokenBy, wokenByGoroutine, ran }) => {
    const woke = wokenByGoroutine === undefined ? name(wokenBy) : `${name(wokenBy)} (goroutine ${wokenByGoroutine})`;
    const meanwhile = ran
      .slice(0, 3)
      .map((other) => `${name(other.function ?? other.kind)} ${time(other.ns)}`)
      .join(", ");
    const where = fn === kind ? name(fn) : `${name(fn)} in ${name(kind)}`;
    return (
      `  ${time(ns)} at ${(atNs / 1e9).toFixed(6)}s: goroutine ${goroutine}, ${where}, woken by ${woke}\n` +
      (meanwhile === "" ? "" : `      meanwhile ran ${meanwhile}\n`)
    );
  });
  return `Longest times from runnable to running\n${lines.join("")}`;
}

const START_HEAD = ["count", "total", "max", "who, and woken by"];

function startLabel({ function: fn, wokenBy }: TraceReport["starts"][number]): string {
  return `${name(fn)} ← ${name(wokenBy)}`;
}

interface Durations {
  readonly count: number;
  readonly ns: number;
  readonly maxNs: number;
}

/** Stacks that differ only in what is not shown are one row here. */
function merged<T extends Durations>(rows: readonly T[], label: (row: T) => string): string[][] {
  const byLabel = new Map<string, Durations>();
  for (const row of rows) {
    const { count, ns, maxNs } = byLabel.get(label(row)) ?? { count: 0, ns: 0, maxNs: 0 };
    byLabel.set(label(row), { count: count + row.count, ns: ns + row.ns, maxNs: Math.max(maxNs, row.maxNs) });
  }
  return [...byLabel]
    .sort(([, a], [, b]) => b.ns - a.ns)
    .map(([text, { count, ns, maxNs }]) => [grouped(count), time(ns), time(maxNs), text]);
}

const WAIT_HEAD = ["count", "total", "max", "reason", "where, and woken by"];

function waitCells({ count, ns, maxNs, reason, class: waitClass, function: fn, wokenBy }: WaitRow): string[] {
  const why = reason === "sync" && waitClass !== "sync" ? waitClass : reason;
  const who = wokenBy.slice(0, 2).map((waker) => name(waker.function));
  const more = wokenBy.length > 2 ? ` and ${wokenBy.length - 2} more` : "";
  return [grouped(count), time(ns), time(maxNs), name(why), `${name(fn)} ← ${who.join(", ")}${more}`];
}

const WAKER_HEAD = ["count", "they waited", "and then to start", "for", "who → whom"];

function wakerCells({ count, waitNs, startNs, class: waitClass, from, to }: TraceReport["wakers"][number]): string[] {
  return [grouped(count), time(waitNs), time(startNs), waitClass, `${name(from)} → ${name(to)}`];
}

const SYSCALL_HEAD = ["count", "total", "max", "where"];

const STW_HEAD = ["at", "for", "why, and who asked"];

function stwCells({ atNs, ns, kind, stack }: TraceReport["stw"][number]): string[] {
  const who = stack.length === 0 ? "" : ` ← ${name(stack[stack.length - 1].function)}`;
  return [`${(atNs / 1e9).toFixed(6)}s`, time(ns), `${name(kind)}${who}`];
}

function gc({ gc: { collections, markNs, assistNs, assists } }: TraceReport): string {
  if (collections === 0) return "";
  const rows = merged(assists, (row) => name(row.function));
  const title = `Garbage collection: ${grouped(collections)} cycles marked for ${time(markNs)}; goroutines that allocate helped for ${time(assistNs)}`;
  return rows.length === 0 ? `${title}\n` : `${title}\n${aligned([["count", "helped", "max", "who"], ...rows])}`;
}

const DURATION_HEAD = ["count", "total", "p50", "p99", "max", "name"];

function durationCells({ count, totalNs, ns, name: task }: DurationRow): string[] {
  return [grouped(count), ...[totalNs, ns.p50, ns.p99, ns.max].map(time), name(task)];
}

function time(ns: number): string {
  return formatValue(ns, "nanoseconds");
}

function name(text: string): string {
  return printable(text, 200);
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
