/**
 * Reads an execution trace once, from its first byte to its last or to where it is broken, and analyses it.
 *
 * Memory: one generation (about a second of the program) and the tables, whatever the length of the file.
 */
import { FormatError, type Warning } from "../text/format-error.js";
import { GenerationSplitter } from "./events/generation-splitter.js";
import type { Generation } from "./events/generation.js";
import { TraceAnalysis, type TraceRange, type Waiting, WHOLE_TRACE } from "./trace-analysis.js";
import { HEADER_BYTES } from "./events/trace-format.js";
import type { TraceListener } from "./events/trace-listener.js";
import { TraceNames } from "./events/trace-names.js";
import { TraceOrder } from "./events/trace-order.js";

/** A file's bytes in pieces; called again for a second reading, where the first met a generation that is broken. */
export type TraceSource = () => Iterable<Uint8Array>;

export interface AnalysedTrace {
  /** As the header says: Go 1.26 and 1.27 write "1.26". */
  readonly goVersion: string;
  readonly names: TraceNames;
  readonly analysis: TraceAnalysis;
  readonly waiting: readonly Waiting[];
  readonly durationNs: number;
  readonly events: number;
  readonly generations: number;
  readonly warnings: readonly Warning[];
}

export interface TraceOptions {
  readonly range?: TraceRange;
  /** How many of the longest starts are kept; 20 unless given. */
  readonly worst?: number;
}

/** Throws FormatError where the bytes are no trace, are of an old version, or have not one whole generation. */
export function analyseTrace(source: TraceSource, options: TraceOptions = {}): AnalysedTrace {
  const { range = WHOLE_TRACE, worst = 20 } = options;
  // A generation whose events fit no order is not used at all: what it has added is not in a second reading.
  let broken: { readonly generations: number; readonly warning: Warning } | undefined;
  for (;;) {
    const names = new TraceNames();
    let analysis!: TraceAnalysis;
    const reading = readTrace(
      source,
      names,
      (order) => (analysis = new TraceAnalysis(names, order, range, worst)),
      broken?.generations,
    );
    if (reading.broken !== undefined) {
      broken = { generations: reading.generations, warning: reading.broken };
      if (reading.generations > 0) continue;
    }
    const { order, splitter, generations } = reading;
    const warnings = [...reading.warnings, ...(broken === undefined ? [] : [broken.warning]), ...orderWarnings(order)];
    if (generations === 0) throw emptyTrace(warnings);
    const waiting = analysis.finish();
    const durationNs = order.clock[0] - analysis.startNs;
    return {
      goVersion: `1.${splitter.version}`,
      names,
      analysis,
      waiting,
      durationNs,
      events: order.events,
      generations,
      warnings,
    };
  }
}

/** The bytes of a file that is in memory, in pieces. */
export function* piecesOf(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

const PIECE = 1 << 20;

/** The error for a trace of which no generation could be read. */
export function emptyTrace(warnings: readonly Warning[]): FormatError {
  const [first] = warnings;
  const why = first === undefined ? "there is nothing behind its header" : first.message;
  return new FormatError("trace-empty", `no second of the trace is whole: ${why}`, first?.offset ?? HEADER_BYTES);
}

interface Reading {
  readonly order: TraceOrder;
  readonly splitter: GenerationSplitter;
  /** Generations that were read to their end. */
  readonly generations: number;
  readonly broken: Warning | undefined;
  /** What was wrong with the file. */
  readonly warnings: readonly Warning[];
}

/** Tells a listener everything in a trace, to its end or to the first generation that is broken. */
export function readTrace(
  source: TraceSource,
  names: TraceNames,
  listen: (order: TraceOrder) => TraceListener,
  limit = Infinity,
): Reading {
  const splitter = new GenerationSplitter(names);
  const order = new TraceOrder(listen);
  let generations = 0;
  for (const generation of generationsOf(source, splitter)) {
    if (generations === limit) break;
    try {
      order.read(generation);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return { order, splitter, generations, broken: asWarning(error, generation), warnings: splitter.warnings };
    }
    generations++;
  }
  return { order, splitter, generations, broken: undefined, warnings: splitter.warnings };
}

function* generationsOf(source: TraceSource, splitter: GenerationSplitter): Iterable<Generation> {
  for (const piece of source()) {
    yield* splitter.push(piece);
    if (splitter.ended) break;
  }
  yield* splitter.finish();
}

function asWarning({ code, message, offset }: FormatError, { base, number }: Generation): Warning {
  return {
    code,
    message: `generation ${number} (from byte ${offset ?? base}) is broken: ${message}; the trace was read up to there`,
    offset: offset ?? base,
  };
}

function orderWarnings({ unknown }: TraceOrder): Warning[] {
  const total = [...unknown.counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  const types = [...unknown.counts.keys()].sort((a, b) => a - b).join(", ");
  return [
    {
      code: "trace-unknown-events",
      message: `${total} events of a kind that this reader does not know (${types}) were skipped: the trace is of a newer Go`,
    },
  ];
}
