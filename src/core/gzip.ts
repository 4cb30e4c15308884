/**
 * What gzip files are made of (RFC 1952). Each environment inflates with what its platform has; where that refuses,
 * `gunzipMembers` finds out why, or saves what is whole.
 */
import { FormatError, type Warning } from "./format-error.js";
import { inflateRaw } from "./inflate.js";

const MIB = 1 << 20;

export interface Gunzipped {
  readonly bytes: Uint8Array;
  readonly warnings: readonly Warning[];
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
 * Reads member by member in plain TypeScript. Throws FormatError for the first damage; what follows the last member
 * and is not another one is left out with a warning.
 */
export function gunzipMembers(input: Uint8Array, limit: number): Gunzipped {
  const parts: Uint8Array[] = [];
  let length = 0;
  let at = 0;
  while (at < input.length) {
    const start = memberStart(input, at);
    if (start === undefined && parts.length > 0) {
      return { bytes: joined(parts, length), warnings: [trailingBytes(input.length - at, at)] };
    }
    if (start === undefined) {
      throw new FormatError("gzip-header", "this is not a gzip file, or its first bytes are damaged", at);
    }
    if (start > input.length) throw truncated(input.length);
    const { bytes, end } = inflateRaw(input, start, limit - length, () => tooLarge(limit));
    if (end + 8 > input.length) throw truncated(input.length);
    const trailer = new DataView(input.buffer, input.byteOffset + end, 8);
    if (trailer.getUint32(0, true) !== crc32(bytes) || trailer.getUint32(4, true) !== bytes.length >>> 0) {
      throw new FormatError("gzip-checksum", "the gzip checksum does not match: the file is damaged", end);
    }
    parts.push(bytes);
    length += bytes.length;
    at = end + 8;
  }
  if (parts.length === 0) throw new FormatError("empty", "there is nothing in it: 0 bytes", 0);
  return { bytes: joined(parts, length), warnings: [] };
}

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

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

let table: Uint32Array | undefined;

function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, i) => {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]) & 0xff];
  return (crc ^ 0xffffffff) >>> 0;
}

function afterZero(bytes: Uint8Array, at: number): number {
  const zero = bytes.indexOf(0, at);
  return zero < 0 ? bytes.length + 1 : zero + 1;
}
