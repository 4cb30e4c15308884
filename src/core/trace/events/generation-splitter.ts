/**
 * Cuts the bytes of a trace into generations while they arrive, keeping only those of the generation that is not
 * complete yet.
 *
 * Whatever is wrong with a batch ends the reading there: what a file that was cut or damaged has before is whole.
 */
import { FormatError, type Warning } from "../../text/format-error.js";
import { type Generation, GenerationBuilder } from "./generation.js";
import * as format from "./trace-format.js";
import type { TraceNames } from "./trace-names.js";
import { WireReader } from "./wire-reader.js";

export class GenerationSplitter {
  readonly warnings: Warning[] = [];
  /** Of Go, from the header; 0 until that was read. */
  version = 0;
  readonly #names: TraceNames;
  /** The bytes since the last complete generation, and zeros behind them. */
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  /** How far batches were read in `#bytes`. */
  #at = 0;
  /** Offset in the file of `#bytes[0]`. */
  #base = 0;
  #builder: GenerationBuilder | undefined;
  #ended = false;

  constructor(names: TraceNames) {
    this.#names = names;
  }

  /** True once nothing more will be read, whatever comes. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Yields the generations that `chunk` completes, each to be used before the next is asked for. */
  *push(chunk: Uint8Array): Iterable<Generation> {
    if (this.#ended) return;
    this.#append(chunk);
    if (this.version === 0) {
      if (this.#length < format.HEADER_BYTES) return;
      this.#readHeader();
    }
    yield* this.#batches();
  }

  /** Yields what is left at the end of the file. Throws FormatError where there was no header. */
  *finish(): Iterable<Generation> {
    if (this.version === 0) this.#readHeader();
    if (this.#ended) return;
    this.#ended = true;
    const builder = this.#builder;
    const isCut = this.#at < this.#length;
    if (this.version >= format.VERSION_WITH_END_OF_GENERATION) {
      if (builder === undefined && !isCut) return;
      this.#warnCut();
      return;
    }
    if (isCut) this.#warnCut();
    if (builder !== undefined) yield* this.#complete(builder);
  }

  #readHeader(): void {
    this.version = format.readTraceHeader(this.#bytes.subarray(0, this.#length));
    this.#at = format.HEADER_BYTES;
    if (this.version <= format.NEWEST_VERSION) return;
    this.warnings.push({
      code: "trace-newer",
      message: `the trace is of Go 1.${this.version}, which is newer than this reader: events that it does not know are skipped`,
    });
  }

  #append(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length + PADDING;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, Math.ceil(this.#bytes.length * 1.5)));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(chunk, this.#length);
    this.#length += chunk.length;
    this.#bytes.fill(0, this.#length, this.#length + PADDING);
  }

  *#batches(): Iterable<Generation> {
    while (!this.#ended && this.#at < this.#length) {
      const start = this.#at;
      const kind = this.#bytes[start];
      if (kind === format.END_OF_GENERATION) {
        this.#at++;
        if (this.#builder !== undefined) yield* this.#complete(this.#builder);
        this.#forget(this.#at);
        continue;
      }
      if (kind !== format.EVENT_BATCH && kind !== format.EXPERIMENTAL_BATCH) {
        yield* this.#stop(this.#notABatch(kind));
        return;
      }
      const header = this.#header(kind);
      if (header === undefined) return; // the rest has not arrived
      if (header instanceof FormatError) {
        yield* this.#stop(header);
        return;
      }
      const { generation, thread, time, from, to } = header;
      if (this.#builder !== undefined && generation !== this.#builder.number) {
        if (this.version >= format.VERSION_WITH_END_OF_GENERATION || generation !== this.#builder.number + 1) {
          this.#builder = undefined;
          yield* this.#stop(
            new FormatError("trace-generation", "the generations of the trace are mixed up", this.#base + start),
          );
          return;
        }
        yield* this.#complete(this.#builder);
        if (this.#ended) return;
        this.#forget(start);
        continue; // the batch is read again, from its new place
      }
      this.#builder ??= new GenerationBuilder(generation);
      this.#builder.noteTime(time);
      if (kind === format.EVENT_BATCH) this.#builder.add(this.#bytes, thread, time, from, to);
      this.#at = to;
    }
  }

  /** The batch at `#at`; undefined where it is not here as a whole. */
  #header(kind: number): BatchHeader | FormatError | undefined {
    const available = this.#length - this.#at;
    const reader = new WireReader(this.#bytes, this.#at + 1, this.#length, this.#base);
    try {
      if (kind === format.EXPERIMENTAL_BATCH) reader.byte();
      const generation = reader.varint();
      const thread = reader.varint();
      const time = reader.varint();
      const length = reader.varint();
      if (generation === 0) return new FormatError("trace-generation", "a batch of generation 0", reader.offset);
      if (length > format.MAX_BATCH_BYTES) {
        return new FormatError("trace-batch", `a batch of ${length} bytes; Go writes 65,536 at most`, reader.offset);
      }
      if (reader.at + length > this.#length) return undefined;
      return { generation, thread, time, from: reader.at, to: reader.at + length };
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return available < MAX_HEADER_BYTES ? undefined : error;
    }
  }

  *#complete(builder: GenerationBuilder): Iterable<Generation> {
    this.#builder = undefined;
    let generation: Generation;
    try {
      generation = builder.finish(this.#bytes, this.#base, this.#names);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#ended = true;
      this.#warn(error);
      return;
    }
    yield generation;
  }

  /** Ends the reading at a fault; what an older Go wrote of the generation before it is complete enough to be used. */
  *#stop(error: FormatError): Iterable<Generation> {
    this.#ended = true;
    this.#warn(error);
    if (this.version < format.VERSION_WITH_END_OF_GENERATION && this.#builder !== undefined) {
      yield* this.#complete(this.#builder);
    }
  }

  /** Drops the bytes before `at`. */
  #forget(at: number): void {
    this.#bytes.copyWithin(0, at, this.#length);
    this.#length -= at;
    this.#base += at;
    this.#at = 0;
    this.#bytes.fill(0, this.#length, this.#length + PADDING);
  }

  #warn({ code, message, offset }: FormatError): void {
    const where = offset === undefined ? "" : ` (byte ${offset})`;
    this.warnings.push({
      code,
      message: `${message}${where}; the trace was read up to the generation before`,
      ...(offset !== undefined && { offset }),
    });
  }

  #warnCut(): void {
    this.warnings.push({
      code: "trace-cut",
      message: `the file ends inside a generation (about one second of the program): the last ${this.#length} bytes ${this.version >= format.VERSION_WITH_END_OF_GENERATION ? "are not used" : "are used as far as they go"}; stop the trace before the program ends, with trace.Stop()`,
      offset: this.#base + this.#length,
    });
  }

  #notABatch(kind: number): FormatError {
    const offset = this.#base + this.#at;
    if (format.isTrace(this.#bytes.subarray(this.#at, this.#length))) {
      return new FormatError(
        "trace-second",
        "a second trace begins inside the file, and only the first is read: split the file there",
        offset,
      );
    }
    return new FormatError("trace-batch", `a batch was expected, not event ${kind}`, offset);
  }
}

interface BatchHeader {
  readonly generation: number;
  readonly thread: number;
  readonly time: number;
  readonly from: number;
  readonly to: number;
}

/** Kind, experiment and four numbers of ten bytes. */
const MAX_HEADER_BYTES = 42;
/** Zeros behind the bytes, which end every number. */
const PADDING = 64;
