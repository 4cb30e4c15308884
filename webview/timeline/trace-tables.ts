/** The tables of a trace: what each lists, and the rows of it. */
import type { StackFrame } from "../../src/core/profile/named-stack.js";
import { formatValue } from "../../src/core/text/format.js";
import type { TraceReport } from "../../src/core/trace/trace-report.js";
import { shortFunction } from "../../src/core/text/short-function.js";
import type { TimeRange, TracePlace } from "./questions.js";

/** A number, words, or a function with its source. */
export type Cell = string | TracePlace;

export interface TraceRow {
  readonly cells: readonly Cell[];
  /** Where on the time line it is; undefined for what is added up. */
  readonly at?: TimeRange;
  readonly goroutine?: number;
}

interface TraceTable {
  readonly title: string;
  readonly heads: readonly string[];
  /** How many of the columns, from the left, are numbers. */
  readonly numbers: number;
  rows(report: TraceReport): readonly TraceRow[];
}

export const TABLE_NAMES = [
  "kinds",
  "worst",
  "starts",
  "waits",
  "wakers",
  "syscalls",
  "stw",
  "assists",
  "neverMoved",
  "tasks",
  "regions",
  "logs",
] as const;
export type TableName = (typeof TABLE_NAMES)[number];

export const TABLES: Readonly<Record<TableName, TraceTable>> = {
  kinds: {
    title: "Goroutines by kind",
    heads: ["Count", "Running", "Runnable", "Start p50", "p99", "Longest", "Blocked", "In syscalls", "Began in"],
    numbers: 8,
    rows: ({ kinds }) =>
      kinds.map((row) => ({
        cells: [
          count(row.count),
          ...[
            row.runningNs,
            row.runnableNs,
            row.startLatencyNs.p50,
            row.startLatencyNs.p99,
            row.startLatencyNs.max,
          ].map(time),
          blocked(row.blockedNs),
          time(row.syscallNs),
          { function: row.name, file: row.file, line: row.line },
        ],
      })),
  },
  worst: {
    title: "Longest waits for a processor",
    heads: ["Waited", "At", "Goroutine", "Who", "Woken by", "Meanwhile ran"],
    numbers: 3,
    rows: ({ worst }) =>
      worst.map((row) => ({
        cells: [
          time(row.ns),
          second(row.atNs),
          String(row.goroutine),
          placeIn(row.stack, row.function),
          placeIn(row.wokenByStack, row.wokenBy),
          row.ran
            .slice(0, 3)
            .map((ran) => `${shortFunction(ran.function ?? ran.kind)} ${time(ran.ns)}`)
            .join(", "),
        ],
        at: { fromNs: row.atNs, toNs: row.atNs + row.ns },
        goroutine: row.goroutine,
      })),
  },
  starts: {
    title: "Waits for a processor by who woke",
    heads: ["Count", "Total", "Longest", "Who", "Woken by"],
    numbers: 3,
    rows: ({ starts }) =>
      starts.map((row) => ({
        cells: [...costs(row), placeIn(row.stack, row.function), placeIn(row.wokenByStack, row.wokenBy)],
      })),
  },
  waits: {
    title: "Blocking by reason and place",
    heads: ["Count", "Total", "Longest", "Reason", "Where", "Ended by"],
    numbers: 3,
    rows: ({ waits }) =>
      waits.map((row) => ({
        cells: [
          ...costs(row),
          row.reason === "sync" ? row.class : row.reason,
          placeIn(row.stack, row.function),
          row.wokenBy
            .slice(0, 3)
            .map((waker) => shortFunction(waker.function))
            .join(", "),
        ],
      })),
  },
  wakers: {
    title: "Which kind woke which",
    heads: ["Count", "They waited", "Then to start", "For", "Who", "Whom"],
    numbers: 3,
    rows: ({ wakers }) =>
      wakers.map((row) => ({
        cells: [
          count(row.count),
          time(row.waitNs),
          time(row.startNs),
          row.class,
          shortFunction(row.from),
          shortFunction(row.to),
        ],
      })),
  },
  syscalls: {
    title: "System calls and calls to C",
    heads: ["Count", "Total", "Longest", "Where"],
    numbers: 3,
    rows: ({ syscalls }) => syscalls.map((row) => ({ cells: [...costs(row), placeIn(row.stack, row.function)] })),
  },
  stw: {
    title: "Stops of the world",
    heads: ["For", "At", "Why", "Who asked"],
    numbers: 2,
    rows: ({ stw }) =>
      stw.map((row) => ({
        cells: [time(row.ns), second(row.atNs), row.kind, placeIn(row.stack, row.stack.at(-1)?.function ?? "")],
        at: { fromNs: row.atNs, toNs: row.atNs + row.ns },
      })),
  },
  assists: {
    title: "Who had to help the collector",
    heads: ["Count", "Helped", "Longest", "Who"],
    numbers: 3,
    rows: ({ gc }) => gc.assists.map((row) => ({ cells: [...costs(row), placeIn(row.stack, row.function)] })),
  },
  neverMoved: {
    title: "Goroutines that never moved",
    heads: ["Count", "Began in", "Waits in"],
    numbers: 1,
    rows: ({ neverMoved }) =>
      neverMoved.map((row) => ({ cells: [count(row.count), row.kind, placeIn(row.stack, row.function)] })),
  },
  tasks: {
    title: "Tasks",
    heads: ["Count", "Total", "p50", "p99", "Longest", "Name"],
    numbers: 5,
    rows: ({ tasks }) => tasks.map(durationRow),
  },
  regions: {
    title: "Regions",
    heads: ["Count", "Total", "p50", "p99", "Longest", "Name"],
    numbers: 5,
    rows: ({ regions }) => regions.map(durationRow),
  },
  logs: {
    title: "Log messages",
    heads: ["At", "Category", "Message"],
    numbers: 1,
    rows: ({ logs }) =>
      logs.first.map((row) => ({
        cells: [second(row.atNs), row.category, row.message],
        at: { fromNs: row.atNs, toNs: row.atNs + 1 },
      })),
  },
};

function durationRow({ count: times, totalNs, ns, name }: TraceReport["tasks"][number]): TraceRow {
  return { cells: [count(times), ...[totalNs, ns.p50, ns.p99, ns.max].map(time), name] };
}

function costs({ count: times, ns, maxNs }: { readonly count: number; readonly ns: number; readonly maxNs: number }) {
  return [count(times), time(ns), time(maxNs)];
}

/** The frame of a stack that a row names, with its source where the stack has it. */
function placeIn(stack: readonly StackFrame[], name: string): Cell {
  const frame = stack.find((one) => one.function === name);
  return frame === undefined ? name : { function: frame.function, file: frame.file, line: frame.line };
}

function blocked(blockedNs: Readonly<Record<string, number>>): string {
  const parts = Object.entries(blockedNs).sort(([, a], [, b]) => b - a);
  if (parts.length === 0) return "0";
  return `${time(parts.reduce((sum, [, ns]) => sum + ns, 0))} (${parts[0][0]})`;
}

function time(ns: number): string {
  return formatValue(ns, "nanoseconds");
}

function second(ns: number): string {
  return `${(ns / 1e9).toFixed(6)}s`;
}

function count(value: number): string {
  return value.toLocaleString("en");
}
