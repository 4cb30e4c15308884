/**
 * One generation of a trace, ready to be read: the batches of each thread, and the tables that its ids refer to.
 *
 * A generation stands alone: its own strings, stacks and clock. Only one is in memory at a time.
 */
import { FormatError } from "../../text/format-error.js";
import * as format from "./trace-format.js";
import { IdMap, type TraceNames } from "./trace-names.js";
import { WireReader } from "./wire-reader.js";

/** Where the batches of one thread lie in `Generation.bytes`: for batch `i` start, end and time at `i * 3`. */
export interface ThreadBatches {
  /** The runtime's id of the thread (M). */
  readonly thread: number;
  readonly batches: number[];
}

export interface Generation {
  readonly number: number;
  /** Holds the batches; valid until the next generation is read. */
  readonly bytes: Uint8Array;
  /** Offset in the file of `bytes[0]`. */
  readonly base: number;
  /** In the order in which their first batches lie in the file. */
  readonly threads: readonly ThreadBatches[];
  /** Nanoseconds of one unit of time. */
  readonly nsPerUnit: number;
  /** The earliest time of a batch, in units. */
  readonly startUnits: number;
  readonly strings: IdMap;
  readonly stacks: IdMap;
  /** Ordered by time. */
  readonly cpuSamples: readonly CpuSample[];
}

export interface CpuSample {
  readonly timeNs: number;
  readonly stack: number;
}

/** Collects the batches of one generation; `finish` reads its tables. */
export class GenerationBuilder {
  readonly number: number;
  #startUnits = 0;
  readonly #threads = new Map<number, ThreadBatches>();
  /** Start, end (and time of those with a clock) of the batches that hold tables. */
  readonly #tables: { readonly kind: number; readonly start: number; readonly end: number }[] = [];

  constructor(number: number) {
    this.number = number;
  }

  /** Takes notice of the time of a batch, which may be the earliest; batches of experiments have no more to say. */
  noteTime(time: number): void {
    if (this.#startUnits === 0 || time < this.#startUnits) this.#startUnits = time;
  }

  /** Adds the batch in `bytes[start .. end)`. */
  add(bytes: Uint8Array, thread: number, time: number, start: number, end: number): void {
    const kind = bytes[start];
    if (start < end && TABLES.has(kind)) {
      this.#tables.push({ kind, start, end });
      return;
    }
    let batches = this.#threads.get(thread);
    if (batches === undefined) this.#threads.set(thread, (batches = { thread, batches: [] }));
    batches.batches.push(start, end, time);
  }

  /** Reads the tables. Throws FormatError where they are broken or the clock is missing. */
  finish(bytes: Uint8Array, base: number, names: TraceNames): Generation {
    const strings = new IdMap();
    const stacks = new IdMap();
    const samples: [units: number, stackId: number][] = [];
    let frequency = 0;
    const read = (kind: number, one: (reader: WireReader) => void) => {
      for (const table of this.#tables) {
        if (table.kind === kind) one(new WireReader(bytes, table.start + 1, table.end, base));
      }
    };
    read(format.STRINGS, (reader) => readStrings(reader, strings, names));
    read(format.STACKS, (reader) => readStacks(reader, strings, stacks, names));
    read(format.CPU_SAMPLES, (reader) => readCpuSamples(reader, samples));
    read(format.FREQUENCY, (reader) => (frequency = reader.varint()));
    read(format.SYNC, (reader) => (frequency = readSync(reader) || frequency));
    if (frequency === 0) {
      throw new FormatError("trace-clock", `generation ${this.number} does not say how fast its clock runs`, base);
    }
    // In the order of operations of Go's reader: the same rounding gives the same nanoseconds.
    const nsPerUnit = 1 / (frequency / 1e9);
    const cpuSamples = samples.map(([units, id]) => ({
      timeNs: Math.trunc(units * nsPerUnit),
      stack: Math.max(0, stacks.get(id)),
    }));
    cpuSamples.sort((a, b) => a.timeNs - b.timeNs);
    const threads = [...this.#threads.values()];
    return {
      number: this.number,
      bytes,
      base,
      threads,
      nsPerUnit,
      startUnits: this.#startUnits,
      strings,
      stacks,
      cpuSamples,
    };
  }
}

const TABLES = new Set([format.STRINGS, format.STACKS, format.CPU_SAMPLES, format.FREQUENCY, format.SYNC]);

function readStrings(reader: WireReader, strings: IdMap, names: TraceNames): void {
  while (!reader.atEnd()) {
    expectEvent(reader, format.STRING);
    const id = reader.varint();
    const length = reader.varint();
    const from = reader.skip(length);
    strings.set(id, names.addString(reader.bytes, from, from + length));
  }
}

function readStacks(reader: WireReader, strings: IdMap, stacks: IdMap, names: TraceNames): void {
  const frames = new Int32Array(format.MAX_FRAMES);
  while (!reader.atEnd()) {
    expectEvent(reader, format.STACK);
    const id = reader.varint();
    const length = reader.varint();
    if (length > format.MAX_FRAMES) {
      throw new FormatError(
        "trace-stack",
        `a stack has ${length} frames; Go writes ${format.MAX_FRAMES} at most`,
        reader.offset,
      );
    }
    for (let i = 0; i < length; i++) {
      const pc = reader.varint();
      const fn = reader.varint();
      const file = reader.varint();
      const line = reader.varint();
      frames[i] =
        names.frameOf(pc) ?? names.addFrame(pc, known(strings, fn), known(strings, file), Math.min(line, MAX_LINE));
    }
    stacks.set(id, names.addStack(frames, length));
  }
}

const MAX_LINE = 0x7fffffff;

function known(strings: IdMap, id: number): number {
  return Math.max(0, strings.get(id));
}

function readCpuSamples(reader: WireReader, samples: [number, number][]): void {
  while (!reader.atEnd()) {
    expectEvent(reader, format.CPU_SAMPLE);
    const time = reader.varint();
    for (let i = 0; i < 3; i++) reader.varint(); // thread, processor, goroutine
    samples.push([time, reader.varint()]);
  }
}

/** Returns the frequency, 0 where there is none. */
function readSync(reader: WireReader): number {
  let frequency = 0;
  while (!reader.atEnd()) {
    const event = reader.byte();
    if (event === format.FREQUENCY) frequency = reader.varint();
    else if (event === format.CLOCK_SNAPSHOT) for (let i = 0; i < 4; i++) reader.varint();
    else break; // of a newer Go
  }
  return frequency;
}

function expectEvent(reader: WireReader, event: number): void {
  const found = reader.byte();
  if (found === event) return;
  throw new FormatError("trace-table", `event ${event} was expected in a table, not ${found}`, reader.offset - 1);
}
