/**
 * Reads an execution trace once, from its first byte to its last or to where it is broken, and analyses it.
 *
 * Memory: one generation (about a second of the program) and the tables, whatever the length of the file.
 */
import { FormatError, type Warning } from "../text/format-error.js";
import { GenerationSplitter } from "./events/generation-splitter.js";
import type { Generation } from "./events/generation.js";
import { type RunRecorder, TraceAnalysis, type TraceRange, type Waiting, WHOLE_TRACE } from "./trace-analysis.js";
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
  /** Makes who is told of all runs; made anew where the trace has to be read again. */
  readonly recorder?: () => RunRecorder;
}

/** Throws FormatError where the bytes are no trace, are of an old version, or have not one whole generation. */
export function analyseTrace(source: TraceSource, options: TraceOptions = {}): AnalysedTrace {
  const reader = new TraceReader(source, options);
  while (reader.next());
  return reader.finish();
}

/** Analyses a trace a generation at a time, for whoever wants to show what there is before all was read. */
export class TraceReader {
  readonly #source: TraceSource;
  readonly #options: TraceOptions;
  /** A generation whose events fit no order is not used at all: what it has added is not in a second reading. */
  #broken: { readonly generations: number; readonly warning: Warning } | undefined;
  #hasEnded = false;
  #names!: TraceNames;
  #analysis!: TraceAnalysis;
  #generations!: GenerationReader;

  constructor(source: TraceSource, options: TraceOptions = {}) {
    this.#source = source;
    this.#options = options;
    this.#begin();
  }

  get analysis(): TraceAnalysis {
    return this.#analysis;
  }

  get names(): TraceNames {
    return this.#names;
  }

  /** Nanoseconds since the beginning of the trace that were read. */
  get readNs(): number {
    return Number.isNaN(this.#analysis.startNs) ? 0 : this.#generations.order.clock[0] - this.#analysis.startNs;
  }

  /** Nanoseconds of one unit of the file's clock, as the generation said that was read last. */
  get nsPerUnit(): number {
    return this.#generations.nsPerUnit;
  }

  /** Reads one generation; false at the end. Throws FormatError as `analyseTrace` does. */
  next(): boolean {
    if (this.#hasEnded) return false;
    const generations = this.#generations;
    if (generations.count === this.#broken?.generations) generations.stop();
    else if (generations.next()) return true;
    if (generations.broken !== undefined) {
      this.#broken = { generations: generations.count, warning: generations.broken };
      if (generations.count > 0) {
        this.#begin();
        return true;
      }
    }
    this.#hasEnded = true;
    return false;
  }

  /** To be called once, at the end. Throws FormatError where there was not one whole generation. */
  finish(): AnalysedTrace {
    const { order, splitter, count } = this.#generations;
    const broken = this.#broken === undefined ? [] : [this.#broken.warning];
    const warnings = [...splitter.warnings, ...broken, ...orderWarnings(order)];
    if (count === 0) throw emptyTrace(warnings);
    const waiting = this.#analysis.finish();
    return {
      goVersion: `1.${splitter.version}`,
      names: this.#names,
      analysis: this.#analysis,
      waiting,
      durationNs: this.readNs,
      events: order.events,
      generations: count,
      warnings,
    };
  }

  #begin(): void {
    const { range = WHOLE_TRACE, worst = 20, recorder } = this.#options;
    const names = (this.#names = new TraceNames());
    this.#generations = new GenerationReader(
      this.#source,
      names,
      (order) => (this.#analysis = new TraceAnalysis(names, order, range, worst, recorder?.())),
    );
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
  /** Generations that were read to their end. */
  readonly generations: number;
  /** What was wrong with the file. */
  readonly warnings: readonly Warning[];
}

/** Tells a listener everything in a trace, to its end or to the first generation that is broken. */
export function readTrace(source: TraceSource, names: TraceNames, listener: TraceListener): Reading {
  const reader = new GenerationReader(source, names, () => listener);
  while (reader.next());
  return { generations: reader.count, warnings: reader.splitter.warnings };
}

/** Reads generation after generation, to the end or to the first that is broken. */
class GenerationReader {
  readonly order: TraceOrder;
  readonly splitter: GenerationSplitter;
  /** Generations that were read to their end. */
  count = 0;
  broken: Warning | undefined;
  nsPerUnit = 1;
  readonly #generations: Iterator<Generation, void>;

  constructor(source: TraceSource, names: TraceNames, listen: (order: TraceOrder) => TraceListener) {
    this.splitter = new GenerationSplitter(names);
    this.order = new TraceOrder(listen);
    this.#generations = generationsOf(source, this.splitter);
  }

  next(): boolean {
    const { done, value } = this.#generations.next();
    if (done === true) return false;
    try {
      this.order.read(value);
    } catch (error) {
      this.stop();
      if (!(error instanceof FormatError)) throw error;
      this.broken = asWarning(error, value);
      return false;
    }
    this.nsPerUnit = value.nsPerUnit;
    this.count++;
    return true;
  }

  /** Lets the source close what it has open. */
  stop(): void {
    this.#generations.return?.();
  }
}

function* generationsOf(source: TraceSource, splitter: GenerationSplitter): Generator<Generation, void> {
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
