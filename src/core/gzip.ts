/**
 * What gzip files are made of (RFC 1952), without the compression: that is the platform's in every environment.
 */
import { FormatError, type Warning } from "./format-error.js";

const MIB = 1 << 20;

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

/** Where the compressed data of the member that starts at `start` begins; undefined if none starts there. */
export function memberHeaderEnd(bytes: Uint8Array, start: number): number | undefined {
  if (bytes[start] !== 0x1f || bytes[start + 1] !== 0x8b || bytes[start + 2] !== 8) return undefined;
  const flags = bytes[start + 3];
  if (flags & 0xe0) return undefined;
  let at = start + 10;
  if (flags & 4) at += 2 + bytes[at] + 256 * bytes[at + 1];
  if (flags & 8) at = afterZero(bytes, at);
  if (flags & 16) at = afterZero(bytes, at);
  if (flags & 2) at += 2;
  return at <= bytes.length ? at : undefined;
}

let table: Uint32Array | undefined;

export function crc32(bytes: Uint8Array): number {
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
