/**
 * Gunzip in Node: zlib with its output sized ahead, which is up to 1.7 times as fast as zlib by itself.
 *
 * Several members one after the other are one file, as in `cat a.gz b.gz`. What follows the last one is reported and
 * left out. Output beyond a limit is refused while it is made, so a few kilobytes cannot fill the memory.
 */
import { constants, gunzipSync, inflateRawSync, type InputType, type ZlibOptions } from "node:zlib";
import { FormatError, type Warning } from "../core/format-error.js";
import { crc32, gunzipLimit, memberHeaderEnd, tooLarge, trailingBytes } from "../core/gzip.js";

export interface Gunzipped {
  readonly bytes: Uint8Array;
  readonly warnings: readonly Warning[];
}

/** `limit`: the most bytes to make of it; by default 256 MiB, or 64 times the input where that is more. */
export function gunzip(input: Uint8Array, limit = gunzipLimit(input.length)): Gunzipped {
  try {
    const { buffer, engine } = inflateWith(gunzipSync, input, {
      chunkSize: expectedSize(input, limit) + 1,
      maxOutputLength: limit,
    });
    const read = engine.bytesWritten;
    return { bytes: buffer, warnings: read < input.length ? [trailingBytes(input.length - read, read)] : [] };
  } catch (error) {
    if (isTooLarge(error)) throw tooLarge(limit);
    return byMember(input, limit);
  }
}

/** Slower, but knows where each member starts: for files that zlib refuses as a whole, to say why or to save what is whole. */
function byMember(input: Uint8Array, limit: number): Gunzipped {
  const parts: Uint8Array[] = [];
  let length = 0;
  let at = 0;
  while (at < input.length) {
    const body = memberHeaderEnd(input, at);
    if (body === undefined) {
      if (parts.length > 0) return { bytes: concat(parts, length), warnings: [trailingBytes(input.length - at, at)] };
      throw new FormatError("gzip-header", "it is not a gzip file, or its first bytes are damaged", at);
    }
    const { buffer, engine } = inflateMember(input, body, limit - length);
    const trailer = body + engine.bytesWritten;
    if (trailer + 8 > input.length) throw truncated(input.length);
    const view = new DataView(input.buffer, input.byteOffset + trailer, 8);
    if (view.getUint32(0, true) !== crc32(buffer) || view.getUint32(4, true) !== buffer.length >>> 0) {
      throw new FormatError("gzip-checksum", "the gzip checksum does not match: the file is damaged", trailer);
    }
    parts.push(buffer);
    length += buffer.length;
    at = trailer + 8;
  }
  return { bytes: concat(parts, length), warnings: [] };
}

function inflateMember(input: Uint8Array, body: number, limit: number) {
  try {
    return inflateWith(inflateRawSync, input.subarray(body), { maxOutputLength: Math.max(1, limit) });
  } catch (error) {
    if (isTooLarge(error)) throw tooLarge(limit);
    if ((error as { code?: string }).code === "Z_BUF_ERROR") throw truncated(input.length);
    throw new FormatError("gzip-data", "the compressed data is damaged", body);
  }
}

/** zlib says what it made, and with `info` also how much of the input it took; its types know only the former. */
function inflateWith(
  inflate: (input: InputType, options: ZlibOptions) => unknown,
  input: Uint8Array,
  options: ZlibOptions,
) {
  return inflate(input, { finishFlush: constants.Z_FINISH, ...options, info: true }) as {
    buffer: Uint8Array;
    engine: { bytesWritten: number };
  };
}

/** The last member states its size modulo 2^32. It may lie, so it is held against what deflate can do at best. */
function expectedSize(input: Uint8Array, limit: number): number {
  if (input.length < 18) return 64;
  const stated = new DataView(input.buffer, input.byteOffset + input.length - 4, 4).getUint32(0, true);
  return Math.max(16384, Math.min(stated, limit, input.length * 1032));
}

function isTooLarge(error: unknown): boolean {
  return (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE";
}

function truncated(at: number): FormatError {
  return new FormatError("truncated", "the compressed file is cut off", at);
}

function concat(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
