/** Reads varints of a batch; what goes beyond its end is an error that says where. */
import { FormatError } from "../../text/format-error.js";

export class WireReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;
  /** Offset in the file of `bytes[0]`. */
  readonly #base: number;

  constructor(bytes: Uint8Array, at: number, end: number, base: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.#base = base;
  }

  get offset(): number {
    return this.#base + this.at;
  }

  atEnd(): boolean {
    return this.at >= this.end;
  }

  byte(): number {
    if (this.at >= this.end) throw this.#cut();
    return this.bytes[this.at++];
  }

  /** Up to 64 bits; beyond 2^53 the last digits are lost, which no id, time or length of a real trace reaches. */
  varint(): number {
    let value = 0;
    for (let factor = 1, length = 0; length < 10; length++, factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new FormatError("trace-varint", "a number has more than ten bytes", this.offset);
  }

  /** Passes over `length` bytes and returns where they begin. */
  skip(length: number): number {
    const from = this.at;
    if (length > this.end - from) throw this.#cut();
    this.at = from + length;
    return from;
  }

  #cut(): FormatError {
    return new FormatError("trace-batch", "a batch of the trace ends in the middle of an entry", this.#base + this.end);
  }
}
