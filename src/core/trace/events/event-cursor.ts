/**
 * Reads the events of one thread in a generation, one after the other.
 *
 * It is the innermost loop of reading a trace: plain fields, no objects for events.
 */
import { FormatError } from "../../text/format-error.js";
import type { Generation, ThreadBatches } from "./generation.js";
import type { Thread } from "./thread-state.js";
import { ARGUMENT_COUNTS, NOT_TIMED } from "./trace-format.js";
import type { UnknownEvents } from "./unknown-events.js";

export class EventCursor {
  readonly thread: number;
  /** Who runs on the thread; looked up by trace-order.ts when its first event is taken. */
  state: Thread | undefined;
  /** The event that was read last. */
  type = 0;
  /** Nanoseconds of the trace's clock, rounded as Go's reader does. */
  time = 0;
  /** Its first four arguments after the time; those that it has not are left from an earlier event. */
  a0 = 0;
  a1 = 0;
  a2 = 0;
  a3 = 0;
  /** Events that were read. */
  count = 0;
  readonly #bytes: Uint8Array;
  readonly #base: number;
  readonly #nsPerUnit: number;
  readonly #batches: readonly number[];
  readonly #unknown: UnknownEvents;
  /** Position in `#batches` of the batch after this one. */
  #next = 0;
  #at = 0;
  #end = 0;

  constructor({ bytes, base, nsPerUnit }: Generation, { thread, batches }: ThreadBatches, unknown: UnknownEvents) {
    this.thread = thread;
    this.#bytes = bytes;
    this.#base = base;
    this.#nsPerUnit = nsPerUnit;
    this.#batches = batches;
    this.#unknown = unknown;
  }

  /** Reads the next event; false at the end. Throws FormatError for a broken batch. */
  next(): boolean {
    for (;;) {
      while (this.#at >= this.#end) {
        if (this.#next >= this.#batches.length) return false;
        this.#at = this.#batches[this.#next];
        this.#end = this.#batches[this.#next + 1];
        this.time = Math.trunc(this.#batches[this.#next + 2] * this.#nsPerUnit);
        this.#next += 3;
      }
      const type = this.#bytes[this.#at++];
      const count = ARGUMENT_COUNTS[type];
      if (count === NOT_TIMED) {
        this.#skipUnknown(type);
        continue;
      }
      this.type = type;
      this.#readArguments(count);
      if (this.#at > this.#end) throw this.#cut();
      this.count++;
      return true;
    }
  }

  /**
   * Written out one by one: in a loop each argument would have to ask which one it is. Nearly half of all numbers have
   * one byte, which is read here; longer ones by a call.
   */
  #readArguments(count: number): void {
    const bytes = this.#bytes;
    let value = bytes[this.#at++];
    if (value >= 0x80) value = this.#rest(value);
    this.time += Math.trunc(value * this.#nsPerUnit);
    if (count === 1) return;
    value = bytes[this.#at++];
    this.a0 = value < 0x80 ? value : this.#rest(value);
    if (count === 2) return;
    value = bytes[this.#at++];
    this.a1 = value < 0x80 ? value : this.#rest(value);
    if (count === 3) return;
    value = bytes[this.#at++];
    this.a2 = value < 0x80 ? value : this.#rest(value);
    if (count === 4) return;
    value = bytes[this.#at++];
    this.a3 = value < 0x80 ? value : this.#rest(value);
    for (let left = count - 5; left > 0; left--) if (bytes[this.#at++] >= 0x80) this.#rest(0x80);
  }

  /** The rest of a number whose first byte was `first`. */
  #rest(first: number): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#at++];
    let value = (first & 0x7f) | ((byte & 0x7f) << 7);
    if (byte < 0x80) return value;
    byte = bytes[this.#at++];
    value |= (byte & 0x7f) << 14;
    return byte < 0x80 ? value : this.#longVarint(value);
  }

  #skipUnknown(type: number): void {
    this.#readArguments(this.#unknown.argumentCount(type, this.#bytes, this.#at, this.#end));
  }

  /** The rest of a number of more than three bytes; zeros behind the batches end every number. */
  #longVarint(value: number): number {
    for (let factor = 1 << 21, length = 3; length < 10; length++, factor *= 128) {
      const byte = this.#bytes[this.#at++];
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new FormatError("trace-varint", "a number has more than ten bytes", this.#base + this.#at);
  }

  #cut(): FormatError {
    return new FormatError(
      "trace-batch",
      "a batch of the trace ends in the middle of an event",
      this.#base + this.#end,
    );
  }
}
