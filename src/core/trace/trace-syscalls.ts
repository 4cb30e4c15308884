/**
 * Who leaves Go, by an execution trace: how often each stack entered a system call or C.
 *
 * Memory outside the Go heap leaves no sample in a heap profile, but nobody gets any without a system call (mmap) or a
 * call to C (malloc), and the tracer notes each of them with its stack: cgocall, too, enters a system call as far as
 * the scheduler is concerned. Only what is needed for that is read: the tables of stacks and strings, and the events of
 * one kind.
 *
 * Format: Go 1.22 to 1.27, internal/trace/tracev2 (events.go, spec.go) and internal/trace/batch.go. A header of 16
 * bytes, then batches; tables belong to a generation; all numbers are base-128 varints.
 */
import type { StackFrame } from "../profile/named-stack.js";
import { FormatError } from "../text/format-error.js";
import { decodeUtf8 } from "../text/utf8.js";

export interface CountedStack {
  /** Leaf first, without the runtime's own entry. */
  readonly stack: readonly StackFrame[];
  readonly count: number;
}

const EVENT_BATCH = 1;
const STACKS = 2;
const STACK = 3;
const STRINGS = 4;
const STRING = 5;
const PROCS_CHANGE = 9;
const GO_SYSCALL_BEGIN = 22;
const EXPERIMENTAL_BATCH = 49;
const CLOCK_SNAPSHOT = 51;
const END_OF_GENERATION = 52;

/** How many arguments the events from PROCS_CHANGE on have; tables and batches of other kinds are skipped whole. */
const ARGUMENTS = [
  3, 3, 1, 4, 3, 4, 2, 3, 1, 1, 3, 3, 4, 3, 1, 1, 4, 3, 1, 2, 3, 2, 2, 2, 3, 2, 2, 1, 2, 2, 2, 5, 3, 4, 4, 5, 3, 3, 4,
  5,
];

const OLDEST = 22;
/** tracev2.MaxFramesPerStack is 128; a file that claims more is broken. */
const MOST_FRAMES = 1024;

interface Generation {
  readonly strings: Map<number, string>;
  readonly stacks: Map<number, readonly (readonly [fn: number, file: number, line: number])[]>;
  readonly counts: Map<number, number>;
}

/** Stacks that entered system calls or C, most often first. Throws FormatError for what is no trace or is damaged. */
export function syscallStacks(bytes: Uint8Array): readonly CountedStack[] {
  const version = /^go 1\.(\d+) trace\0\0\0$/.exec(decodeUtf8(bytes, 0, Math.min(16, bytes.length)))?.[1];
  if (version === undefined) throw new FormatError("trace", "this is no execution trace of Go", 0);
  if (Number(version) < OLDEST) {
    throw new FormatError(
      "trace-version",
      `this trace is of Go 1.${version}; Go 1.${OLDEST} is the oldest that is read`,
      0,
    );
  }
  const generations = new Map<number, Generation>();
  const reader = new Reader(bytes, 16);
  while (!reader.atEnd()) {
    const kind = reader.byte();
    if (kind === END_OF_GENERATION) continue;
    if (kind !== EVENT_BATCH && kind !== EXPERIMENTAL_BATCH) {
      throw new FormatError("trace-batch", `a batch was expected, not event ${kind}`, reader.offset - 1);
    }
    if (kind === EXPERIMENTAL_BATCH) reader.byte();
    const number = reader.varint();
    reader.varint(); // thread
    reader.varint(); // time
    const batch = reader.part(reader.varint());
    if (kind === EXPERIMENTAL_BATCH) continue;
    let generation = generations.get(number);
    if (generation === undefined) {
      generations.set(number, (generation = { strings: new Map(), stacks: new Map(), counts: new Map() }));
    }
    readBatch(batch, generation);
  }
  return merged([...generations.values()]);
}

function readBatch(batch: Reader, { strings, stacks, counts }: Generation): void {
  if (batch.atEnd()) return;
  const first = batch.peek();
  if (first === STRINGS) {
    batch.byte();
    while (!batch.atEnd() && batch.byte() === STRING) {
      const id = batch.varint();
      strings.set(id, batch.text(batch.varint()));
    }
    return;
  }
  if (first === STACKS) {
    batch.byte();
    while (!batch.atEnd() && batch.byte() === STACK) {
      const id = batch.varint();
      const depth = batch.varint();
      if (depth > MOST_FRAMES) throw new FormatError("trace-stack", `a stack of ${depth} frames`, batch.offset);
      const frames: [number, number, number][] = [];
      for (let i = 0; i < depth; i++) {
        batch.varint(); // program counter
        frames.push([batch.varint(), batch.varint(), batch.varint()]);
      }
      stacks.set(id, frames);
    }
    return;
  }
  if (first < PROCS_CHANGE || first >= EXPERIMENTAL_BATCH) return; // CPU samples, clocks
  while (!batch.atEnd()) {
    const event = batch.byte();
    const count = event === CLOCK_SNAPSHOT ? 4 : ARGUMENTS[event - PROCS_CHANGE];
    if (count === undefined) return; // of a newer Go, or of an experiment: the rest of this batch cannot be read
    let last = 0;
    for (let i = 0; i < count; i++) last = batch.varint();
    if (event === GO_SYSCALL_BEGIN && last !== 0) counts.set(last, (counts.get(last) ?? 0) + 1);
  }
}

/** Ids are of one generation: the same stack in several of them becomes one. */
function merged(generations: readonly Generation[]): readonly CountedStack[] {
  const all = new Map<string, { stack: StackFrame[]; count: number }>();
  for (const { strings, stacks, counts } of generations) {
    for (const [id, count] of counts) {
      const frames = stacks.get(id) ?? [];
      const key = frames.map(([fn, file, line]) => `${strings.get(fn)}\0${strings.get(file)}\0${line}`).join("\n");
      let row = all.get(key);
      if (row === undefined) {
        const stack = frames.map(([fn, file, line]) => ({
          function: strings.get(fn) ?? "?",
          file: strings.get(file) ?? "",
          line,
        }));
        all.set(key, (row = { stack, count: 0 }));
      }
      row.count += count;
    }
  }
  return [...all.values()].sort((a, b) => b.count - a.count);
}

/** Reads forward through bytes that may end anywhere. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  offset: number;

  constructor(bytes: Uint8Array, offset: number, end = bytes.length) {
    this.#bytes = bytes;
    this.offset = offset;
    this.#end = end;
  }

  atEnd(): boolean {
    return this.offset >= this.#end;
  }

  peek(): number {
    return this.#bytes[this.offset];
  }

  byte(): number {
    if (this.offset >= this.#end) throw new FormatError("truncated", "the trace ends in the middle", this.offset);
    return this.#bytes[this.offset++];
  }

  /** Up to 64 bits; what is beyond 2^53 loses precision, and is no id. */
  varint(): number {
    let value = 0;
    for (let factor = 1, length = 0; length < 10; length++, factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new FormatError("varint", "a number of more than ten bytes", this.offset);
  }

  part(length: number): Reader {
    const from = this.#skip(length);
    return new Reader(this.#bytes, from, from + length);
  }

  text(length: number): string {
    const from = this.#skip(length);
    return decodeUtf8(this.#bytes, from, from + length);
  }

  #skip(length: number): number {
    const from = this.offset;
    if (length > this.#end - from) throw new FormatError("truncated", "the trace ends in the middle", this.#end);
    this.offset = from + length;
    return from;
  }
}
