/**
 * Protocol Buffers on the wire: a cursor over the bytes that reads what messages are made of.
 *
 * Every read checks where it ends and throws a FormatError that says where it was. The decoder's hottest loops read
 * short varints by themselves and come here for the rest.
 */
import { FormatError } from "../format-error.js";

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

const TWO_32 = 4294967296;

export class WireCursor {
  readonly bytes: Uint8Array;
  /** Where the next read starts. */
  at = 0;
  /** The two halves of the last varint that `varint` returned, for readers that need all 64 bits. */
  low = 0;
  high = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** An unsigned varint that must end at or before `end`. Beyond 2^53 the number is rounded; `low` and `high` are not. */
  varint(end: number): number {
    const byte = this.bytes[this.at];
    if (byte < 0x80 && this.at < end) {
      this.at++;
      this.low = byte;
      this.high = 0;
      return byte;
    }
    return this.#longVarint(end);
  }

  /** The last varint read as an int64. Beyond 2^53 it is rounded. */
  signed(): number {
    return (this.high | 0) * TWO_32 + this.low;
  }

  /** The last varint read, exactly. */
  exact(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  /** The end of a length-delimited field whose length comes next; leaves the cursor at the field's first byte. */
  lengthEnd(end: number): number {
    const start = this.at;
    const length = this.varint(end);
    if (length > end - this.at) {
      throw new FormatError(
        end === this.bytes.length ? "truncated" : "length",
        `a field claims ${length} bytes but only ${end - this.at} are left in its message`,
        start,
      );
    }
    return this.at + length;
  }

  /** Passes over a field's payload, whatever it holds. */
  skip(wireType: number, end: number): void {
    const start = this.at;
    switch (wireType) {
      case VARINT:
        this.varint(end);
        return;
      case FIXED64:
        this.at += 8;
        break;
      case BYTES:
        this.at = this.lengthEnd(end);
        return;
      case FIXED32:
        this.at += 4;
        break;
      default:
        throw new FormatError("wire-type", `wire type ${wireType} does not exist in a pprof profile`, start);
    }
    if (this.at > end) throw new FormatError("truncated", "a fixed-size field runs past the end of its message", start);
  }

  /**
   * After reading a tag that the message's reader does not take: passes over the field if its number is unknown; a
   * known number (1 to `known`) must then have the wrong wire type.
   */
  skipField(known: number, end: number): void {
    const wireType = this.low & 7;
    if (this.high === 0 && this.low >= 8 && this.low >>> 3 <= known) {
      throw new FormatError("wire-type", `field ${this.low >>> 3} cannot have wire type ${wireType}`, this.at);
    }
    this.skip(wireType, end);
  }

  #longVarint(end: number): number {
    const { bytes } = this;
    const start = this.at;
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      const at = start + i;
      if (at >= end) {
        throw new FormatError(
          end === bytes.length ? "truncated" : "length",
          "a number is cut off by the end of its message",
          start,
        );
      }
      const byte = bytes[at];
      const bits = byte & 0x7f;
      if (i < 4) low |= bits << (7 * i);
      else if (i === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else if (i < 9) high |= bits << (7 * i - 32);
      else high |= bits << 31;
      if (byte < 0x80) {
        this.at = at + 1;
        this.low = low >>> 0;
        this.high = high >>> 0;
        return this.high * TWO_32 + this.low;
      }
    }
    throw new FormatError("varint", "a number has more than the 10 bytes that 64 bits need", start);
  }
}
