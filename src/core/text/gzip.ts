/**
 * What gzip files are made of (RFC 1952). Each environment inflates with what its platform has; where that refuses,
 * `gunzipMembers` finds out why, or saves what is whole.
 */
import { FormatError, type Warning } from "./format-error.js";
import { joinedBytes } from "./joined-bytes.js";

const MIB = 1 << 20;

export interface Gunzipped {
  readonly bytes: Uint8Array;
  readonly warnings: readonly Warning[];
}

/** What is used of pako's `Inflate`, handed in since the core imports nothing. */
export interface RawInflate {
  /** 0 when the data ended well, -5 when it is cut off. */
  readonly err: number;
  onStart(stream: { readonly next_in: number }): void;
  onData(chunk: Uint8Array<ArrayBuffer>): void;
  push(data: Uint8Array, last: boolean): boolean;
}

/** Bytes start as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The most that a gzip file of this size may expand to unless told otherwise. Profiles shrink to a tenth at best and
 * goroutine dumps, which Go ends at 64 MiB, to a hundredth.
 */
export function gunzipLimit(compressedSize: number): number {
  return Math.max(256 * MIB, 64 * compressedSize);
}

export function tooLarge(limit: number): FormatError {
  const size = limit >= MIB ? `${Math.floor(limit / MIB)} MiB` : `${limit} bytes`;
  return new FormatError("too-large", `it expands to more than the limit of ${size}`);
}

export function trailingBytes(count: number, offset: number): Warning {
  const bytes = count === 1 ? "1 byte" : `${count} bytes`;
  return { code: "trailing-bytes", message: `${bytes} after the end of the gzip data were ignored.`, offset };
}

/**
 * Reads member by member, which tells where compressed data ends and where it is damaged: slower than the platforms'
 * own, so those come first. Throws FormatError for the first damage; what follows the last member and is not another
 * one is left out with a warning. `newInflate` makes a pako `Inflate` for raw data.
 */
export function gunzipMembers(input: Uint8Array, limit: number, newInflate: () => RawInflate): Gunzipped {
  const parts: Uint8Array[] = [];
  const warnings = readMembers(input, limit, newInflate, parts);
  return { bytes: joinedBytes(parts), warnings };
}

/** What could be read before the first damage. Data that its inflate still holds back then is not in it. */
export function gunzipUpToDamage(input: Uint8Array, limit: number, newInflate: () => RawInflate): Uint8Array {
  const parts: Uint8Array[] = [];
  try {
    readMembers(input, limit, newInflate, parts);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
  return joinedBytes(parts);
}

/** Adds to `parts` what it inflates; returns warnings. */
function readMembers(
  input: Uint8Array,
  limit: number,
  newInflate: () => RawInflate,
  parts: Uint8Array[],
): readonly Warning[] {
  let length = 0;
  let at = 0;
  while (at < input.length) {
    const start = memberStart(input, at);
    if (start === undefined && at > 0) {
      return [trailingBytes(input.length - at, at)];
    }
    if (start === undefined) {
      throw new FormatError("gzip-header", "this is not a gzip file, or its first bytes are damaged", at);
    }
    if (start > input.length) throw truncated(input.length);
    let crc = 0;
    let size = 0;
    const end = inflateMember(input, start, newInflate(), (chunk) => {
      size += chunk.length;
      if (length + size > limit) throw tooLarge(limit);
      crc = crc32(crc, chunk);
      parts.push(chunk);
    });
    if (end + 8 > input.length) throw truncated(input.length);
    const trailer = new DataView(input.buffer, input.byteOffset + end, 8);
    if (trailer.getUint32(0, true) !== crc || trailer.getUint32(4, true) !== size >>> 0) {
      throw new FormatError("gzip-checksum", "the gzip checksum does not match: the file is damaged", end);
    }
    length += size;
    at = end + 8;
  }
  if (at === 0) throw new FormatError("empty", "there is nothing in it: 0 bytes", 0);
  return [];
}

/** Returns the offset after the compressed data. */
function inflateMember(
  input: Uint8Array,
  start: number,
  inflate: RawInflate,
  onData: (chunk: Uint8Array) => void,
): number {
  let stream = { next_in: 0 };
  inflate.onStart = (started) => (stream = started);
  inflate.onData = onData;
  inflate.push(input.subarray(start), true);
  if (inflate.err === Z_BUF_ERROR) throw truncated(input.length);
  const end = start + stream.next_in;
  if (inflate.err !== 0) throw new FormatError("gzip-data", "the compressed data is damaged", end);
  return end;
}

const Z_BUF_ERROR = -5;

/** Where the compressed data of the member at `start` begins (perhaps past the end); undefined if none is there. */
function memberStart(bytes: Uint8Array, start: number): number | undefined {
  if (bytes[start] !== 0x1f || bytes[start + 1] !== 0x8b || bytes[start + 2] !== 8) return undefined;
  const flags = bytes[start + 3];
  if (flags & 0xe0) return undefined;
  let at = start + 10;
  if (flags & 4) at += 2 + bytes[at] + 256 * bytes[at + 1];
  if (flags & 8) at = afterZero(bytes, at);
  if (flags & 16) at = afterZero(bytes, at);
  if (flags & 2) at += 2;
  return Number.isNaN(at) ? bytes.length + 1 : at;
}

/** The last member states its size modulo 2^32. It may lie, so it is held against what deflate can do at best. */
export function expectedSize(input: Uint8Array, limit: number): number {
  if (input.length < 18) return 0;
  const stated = new DataView(input.buffer, input.byteOffset + input.length - 4, 4).getUint32(0, true);
  return Math.min(stated, limit, input.length * 1032);
}

function truncated(size: number): FormatError {
  return new FormatError("truncated", "the compressed file is cut off", size);
}

let table: Uint32Array | undefined;

/** Continues the CRC-32 of what came before, 0 at first. */
function crc32(before: number, bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, i) => {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });
  let crc = ~before;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]) & 0xff];
  return ~crc >>> 0;
}

function afterZero(bytes: Uint8Array, at: number): number {
  const zero = bytes.indexOf(0, at);
  return zero < 0 ? bytes.length + 1 : zero + 1;
}
