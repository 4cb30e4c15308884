/** Writes protobuf fields, https://protobuf.dev/programming-guides/encoding, into bytes that grow. */
import { BYTES } from "./wire.js";

// Like TextDecoder in string-table.ts: the same in every environment.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const MAX_INT64 = (1n << 63n) - 1n;

export class WireWriter {
  #bytes = new Uint8Array(65536);
  #length = 0;
  readonly #encoder = new TextEncoder();

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Starts a message field; hand what is returned to `end`. */
  begin(number: number): number {
    this.varint((number << 3) | BYTES);
    this.#reserve(1);
    return this.#length++;
  }

  /** Writes the length in front of what was written since `begin`: one byte was left for it. */
  end(start: number): void {
    const from = start + 1;
    const to = this.#length;
    const length = to - from;
    if (length < 0x80) {
      this.#bytes[start] = length;
      return;
    }
    const more = varintSize(length) - 1;
    this.#reserve(more);
    this.#bytes.copyWithin(from + more, from, to);
    this.#length = start;
    this.varint(length);
    this.#length = to + more;
  }

  /** A number field; left out when 0, which is what readers assume. */
  number(number: number, value: number): void {
    if (value === 0) return;
    this.varint(number << 3);
    this.varint(value);
  }

  bigint(number: number, value: bigint): void {
    if (value === 0n) return;
    this.varint(number << 3);
    this.#varint64(value);
  }

  /** A repeated number field of `column[from .. to)`, `add` added to each. */
  numbers(number: number, column: ArrayLike<number>, from: number, to: number, add: number): void {
    if (to - from <= 2) {
      for (let i = from; i < to; i++) {
        this.varint(number << 3);
        this.varint(column[i] + add);
      }
      return;
    }
    const start = this.begin(number);
    for (let i = from; i < to; i++) this.varint(column[i] + add);
    this.end(start);
  }

  string(number: number, text: string): void {
    const bytes = this.#encoder.encode(text);
    this.varint((number << 3) | BYTES);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** Fields as they stand elsewhere, tags and lengths included. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** An int64. The largest ones are rounded up to 2^63 when read as numbers and go back to what they can have been. */
  varint(value: number): void {
    if (value < 0 || value >= 0x80000000) {
      this.#varint64(value >= 2 ** 63 ? MAX_INT64 : BigInt(Math.trunc(value)));
      return;
    }
    this.#reserve(5);
    while (value >= 0x80) {
      this.#bytes[this.#length++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    this.#bytes[this.#length++] = value;
  }

  #varint64(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    this.#reserve(10);
    while (rest >= 0x80n) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + size));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

function varintSize(value: number): number {
  let size = 1;
  while (value >= 0x80) {
    value = Math.floor(value / 128);
    size++;
  }
  return size;
}
