/**
 * Protocol Buffers on the wire: a cursor over the bytes that reads what messages are made of.
 *
 * Every read is bounded by the end of the message it is in and throws a FormatError that says where it was. The
 * decoder's innermost loops read the usual short varints by themselves and come here for the rest.
 */
import { FormatError } from "../text/format-error.js";

export const VARINT = 0;
const FIXED64 = 1;
export const BYTES = 2;
const FIXED32 = 5;

const TWO_32 = 4294967296;
const TWO_63 = 2 ** 63;

export class WireCursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the next read starts. */
  at = 0;
  // The halves of the last varint of more than four bytes. Kept signed, because engines store such fields in place.
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array) {
    // Not a subclass such as Node's Buffer: its `slice` does not copy, and one kind of array is faster than two.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** An unsigned number; rounded beyond 2^53. */
  varint(end: number): number {
    const at = this.at;
    const first = this.bytes[at];
    if (first >= 0x80 || at >= end) return this.longVarint(end);
    this.at = at + 1;
    return first;
  }

  /** The tag of a field. As `varint`, but nearly always of one byte, so that engines put only that into its calls. */
  tag(end: number): number {
    const at = this.at;
    const first = this.bytes[at];
    if (first >= 0x80 || at >= end) return this.varint(end);
    this.at = at + 1;
    return first;
  }

  /** A signed number; rounded beyond 2^53. */
  int64(end: number): number {
    return this.signed(this.varint(end));
  }

  /** What the last `varint` is when it is signed. */
  signed(value: number): number {
    return value < TWO_63 ? value : this.#high * TWO_32 + (this.#low >>> 0);
  }

  /** What the last `varint` is exactly: a bigint beyond 2^53. */
  exactly(value: number): number | bigint {
    return value <= Number.MAX_SAFE_INTEGER ? value : this.#exact();
  }

  /** An unsigned number, exactly. */
  uint64(end: number): bigint {
    const value = this.varint(end);
    return value <= Number.MAX_SAFE_INTEGER ? BigInt(value) : this.#exact();
  }

  /** An unsigned number that is exact: a bigint beyond 2^53. */
  id(end: number): number | bigint {
    return this.exactly(this.varint(end));
  }

  #exact(): bigint {
    return (BigInt(this.#high >>> 0) << 32n) | BigInt(this.#low >>> 0);
  }

  /** Reads the length of a length-delimited field and returns where it ends; the cursor is then at its first byte. */
  lengthEnd(end: number): number {
    const start = this.at;
    const length = this.varint(end);
    const to = this.at + length;
    if (to > end) throw tooLong(length, end - this.at, end === this.bytes.length, start);
    return to;
  }

  /** Passes over what a tag announced. */
  skip(tag: number, end: number): void {
    const start = this.at;
    switch (this.wireType(tag)) {
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
        throw new FormatError("wire-type", `wire type ${this.wireType(tag)} does not exist`, start);
    }
    if (this.at > end) throw new FormatError("truncated", "a number of fixed size is cut off", start);
  }

  /**
   * For a tag that a message's reader does not take: passes over it if the field's number is unknown. A known number
   * (1 to `known`) must have the wrong wire type.
   */
  skipField(tag: number, known: number, end: number): void {
    if (tag >= 8 && tag < 8 * (known + 1)) {
      throw new FormatError("wire-type", `field ${tag >>> 3} cannot have wire type ${tag & 7}`, this.at);
    }
    this.skip(tag, end);
  }

  /** The kind of a tag that was just read. */
  wireType(tag: number): number {
    return (tag < TWO_32 ? tag : this.#low) & 7;
  }

  // Apart from `varint`, so that engines put only the usual case, one byte, in the place of its calls. A loop, because
  // code for each length by itself would be thrown away whenever a longer one is met for the first time.
  private longVarint(end: number): number {
    const { bytes } = this;
    let at = this.at;
    let value = bytes[at++] & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80 && at <= end) {
        this.at = at;
        return value;
      }
    }
    return this.anyVarint(end);
  }

  private anyVarint(end: number): number {
    const { bytes, at: start } = this;
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      const at = start + i;
      if (at >= end) throw cutOff(end === bytes.length, start);
      const byte = bytes[at];
      const bits = byte & 0x7f;
      if (i < 4) low |= bits << (7 * i);
      else if (i === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (7 * i - 32);
      if (byte < 0x80) {
        this.at = at + 1;
        this.#low = low;
        this.#high = high;
        return (high >>> 0) * TWO_32 + (low >>> 0);
      }
    }
    throw new FormatError("varint", "a number has more than the 10 bytes that 64 bits take", start);
  }
}

function tooLong(length: number, left: number, atEnd: boolean, offset: number): FormatError {
  const where = atEnd ? "in the file" : "in its message";
  const code = atEnd ? "truncated" : "length";
  return new FormatError(code, `a field claims ${length} bytes, but only ${left} are left ${where}`, offset);
}

function cutOff(atEnd: boolean, offset: number): FormatError {
  const where = atEnd ? "the file" : "its message";
  return new FormatError(atEnd ? "truncated" : "length", `a number is cut off by the end of ${where}`, offset);
}
