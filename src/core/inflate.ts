/**
 * Inflate (RFC 1951) in plain TypeScript, for what the platforms' own cannot tell: where compressed data ends and
 * where it is damaged. Several times slower than those, so they come first and this says what was wrong.
 */
import { FormatError } from "./format-error.js";

// Lengths 257 to 285 and distances: what the code stands for, and how many bits follow.
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const DISTANCE_BITS = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
/** The order in which the lengths of the code-length code are written. */
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const END_OF_BLOCK = 256;

export interface Inflated {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Offset of the first byte after the compressed data. */
  readonly end: number;
}

/** Inflates what starts at `start`; calls `onLimit` and throws what it returns when more than `limit` bytes come out. */
export function inflateRaw(input: Uint8Array, start: number, limit: number, onLimit: () => Error): Inflated {
  const bits = new BitReader(input, start);
  let out = new Uint8Array(Math.min(limit, Math.max(1024, 4 * (input.length - start))));
  let length = 0;
  const reserve = (more: number) => {
    if (length + more > limit) throw onLimit();
    if (length + more <= out.length) return;
    const larger = new Uint8Array(Math.min(limit, Math.max(2 * out.length, length + more)));
    larger.set(out);
    out = larger;
  };

  for (let last = false; !last;) {
    last = bits.take(1) === 1;
    const kind = bits.take(2);
    if (kind === 0) {
      const stored = bits.stored();
      reserve(stored.length);
      out.set(stored, length);
      length += stored.length;
      continue;
    }
    if (kind === 3) throw bits.damaged();
    const [literals, distances] = kind === 1 ? fixedCodes() : readCodes(bits);
    for (;;) {
      const symbol = bits.symbol(literals);
      if (symbol < END_OF_BLOCK) {
        reserve(1);
        out[length++] = symbol;
        continue;
      }
      if (symbol === END_OF_BLOCK) break;
      const lengthCode = symbol - 257;
      if (lengthCode >= LENGTH_BASE.length) throw bits.damaged();
      const count = LENGTH_BASE[lengthCode] + bits.take(LENGTH_BITS[lengthCode]);
      const distanceCode = bits.symbol(distances);
      if (distanceCode >= DISTANCE_BASE.length) throw bits.damaged();
      const distance = DISTANCE_BASE[distanceCode] + bits.take(DISTANCE_BITS[distanceCode]);
      if (distance > length) throw bits.damaged();
      reserve(count);
      for (let i = 0; i < count; i++, length++) out[length] = out[length - distance];
    }
  }
  return { bytes: out.slice(0, length), end: bits.byteEnd() };
}

/** Codes of up to `bits` bits: `table[next bits]` is `symbol << 4 | length of its code`; 0 where there is none. */
interface Code {
  readonly bits: number;
  readonly table: Uint16Array;
}

class BitReader {
  readonly #input: Uint8Array;
  #at: number;
  #buffer = 0;
  #count = 0;

  constructor(input: Uint8Array, start: number) {
    this.#input = input;
    this.#at = start;
  }

  take(count: number): number {
    this.#fill(count);
    if (this.#count < count) throw this.#truncated();
    const value = this.#buffer & ((1 << count) - 1);
    this.#buffer >>>= count;
    this.#count -= count;
    return value;
  }

  symbol({ bits, table }: Code): number {
    this.#fill(bits);
    const entry = table[this.#buffer & ((1 << bits) - 1)];
    const length = entry & 15;
    // At the very end fewer bits may be left than the longest code has.
    if (length > this.#count) throw this.#truncated();
    if (length === 0) throw this.#count < bits ? this.#truncated() : this.damaged();
    this.#buffer >>>= length;
    this.#count -= length;
    return entry >>> 4;
  }

  /** A block that is not compressed. */
  stored(): Uint8Array {
    const start = this.byteEnd();
    const input = this.#input;
    if (start + 4 > input.length) throw this.#truncated();
    const length = input[start] | (input[start + 1] << 8);
    const complement = input[start + 2] | (input[start + 3] << 8);
    if (length !== (~complement & 0xffff)) throw this.damaged();
    if (start + 4 + length > input.length) throw this.#truncated();
    this.#at = start + 4 + length;
    this.#buffer = 0;
    this.#count = 0;
    return input.subarray(start + 4, this.#at);
  }

  /** The byte after the one that holds the last bit read. */
  byteEnd(): number {
    return this.#at - (this.#count >>> 3);
  }

  damaged(): FormatError {
    return new FormatError("gzip-data", "the compressed data is damaged", this.byteEnd());
  }

  #truncated(): FormatError {
    return new FormatError("truncated", "the compressed file is cut off", this.#input.length);
  }

  #fill(count: number): void {
    while (this.#count < count && this.#at < this.#input.length) {
      this.#buffer |= this.#input[this.#at++] << this.#count;
      this.#count += 8;
    }
  }
}

let fixed: readonly [Code, Code] | undefined;

function fixedCodes(): readonly [Code, Code] {
  const lengths = Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8));
  fixed ??= [codeOf(lengths), codeOf(new Array<number>(30).fill(5))];
  return fixed;
}

function readCodes(bits: BitReader): readonly [Code, Code] {
  const literalCount = bits.take(5) + 257;
  const distanceCount = bits.take(5) + 1;
  const orderCount = bits.take(4) + 4;
  const orderLengths = new Array<number>(19).fill(0);
  for (let i = 0; i < orderCount; i++) orderLengths[CODE_LENGTH_ORDER[i]] = bits.take(3);
  const lengthCode = codeOf(orderLengths);
  const lengths: number[] = [];
  while (lengths.length < literalCount + distanceCount) {
    const symbol = bits.symbol(lengthCode);
    if (symbol < 16) lengths.push(symbol);
    else if (symbol === 16) {
      const previous = lengths.at(-1);
      if (previous === undefined) throw bits.damaged();
      for (let left = 3 + bits.take(2); left > 0; left--) lengths.push(previous);
    } else for (let left = symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7); left > 0; left--) lengths.push(0);
  }
  if (lengths.length > literalCount + distanceCount) throw bits.damaged();
  return [codeOf(lengths.slice(0, literalCount)), codeOf(lengths.slice(literalCount))];
}

/** The canonical code of these lengths. Codes that are over-full lose symbols, which then read as damage. */
function codeOf(lengths: readonly number[]): Code {
  const bits = Math.max(1, ...lengths);
  const table = new Uint16Array(1 << bits);
  let code = 0;
  for (let length = 1; length <= bits; length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      let reversed = 0;
      for (let bit = 0; bit < length; bit++) reversed |= ((code >>> bit) & 1) << (length - 1 - bit);
      for (let entry = reversed; entry < table.length; entry += 1 << length) table[entry] = (symbol << 4) | length;
      code++;
    }
    code <<= 1;
  }
  return { bits, table };
}
