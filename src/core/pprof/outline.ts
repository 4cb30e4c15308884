/**
 * What a profile message holds, found by stepping from field to field without reading any of them.
 *
 * The steps cost next to nothing beside decoding, and afterwards every column can be made in its final size, and
 * tables that are referred to can be read before those that refer to them, whatever their order in the file.
 */
import { FormatError } from "../format-error.js";
import { BYTES, VARINT, type WireCursor } from "./wire.js";

/** Field numbers of message Profile. */
export const SAMPLE_TYPE = 1;
export const SAMPLE = 2;
export const MAPPING = 3;
export const LOCATION = 4;
export const FUNCTION = 5;
export const STRING_TABLE = 6;
export const DROP_FRAMES = 7;
export const KEEP_FRAMES = 8;
export const TIME_NANOS = 9;
export const DURATION_NANOS = 10;
export const PERIOD_TYPE = 11;
export const PERIOD = 12;
export const COMMENT = 13;
export const DEFAULT_SAMPLE_TYPE = 14;
export const DOC_URL = 15;
export const LAST_FIELD = 15;

/** All indexed by field number. Fields that are not length-delimited have a size of 0. */
export interface Outline {
  readonly count: number[];
  /** Bytes of all payloads. */
  readonly size: number[];
  /** Offset of the first tag, and of the end of the last payload: the field occurs only in between. */
  readonly first: number[];
  readonly last: number[];
}

export function outlineOf(cursor: WireCursor): Outline {
  const zeros = () => new Array<number>(LAST_FIELD + 1).fill(0);
  const outline: Outline = { count: zeros(), size: zeros(), first: zeros(), last: zeros() };
  const end = cursor.bytes.length;
  cursor.at = 0;
  while (cursor.at < end) {
    const start = cursor.at;
    const tag = cursor.varint(end);
    const wireType = cursor.low & 7;
    let size = 0;
    if (wireType === BYTES) {
      const to = cursor.lengthEnd(end);
      size = to - cursor.at;
      cursor.at = to;
    } else cursor.skip(wireType, end);
    if (tag >= 8 && tag < 8 * (LAST_FIELD + 1)) {
      const field = tag >>> 3;
      if (!mayHaveType(field, wireType)) {
        throw new FormatError("wire-type", `field ${field} of a profile cannot have wire type ${wireType}`, start);
      }
      if (outline.count[field]++ === 0) outline.first[field] = start;
      outline.size[field] += size;
      outline.last[field] = cursor.at;
    }
  }
  return outline;
}

/** Calls `read` for each occurrence of a length-delimited field, with the cursor at its payload. */
export function eachMessage(
  cursor: WireCursor,
  outline: Outline,
  field: number,
  read: (end: number, row: number) => void,
): void {
  const wanted = (field << 3) | BYTES;
  const end = outline.last[field];
  let row = 0;
  cursor.at = outline.first[field];
  while (cursor.at < end) {
    if (cursor.varint(end) === wanted) {
      const to = cursor.lengthEnd(end);
      read(to, row++);
      cursor.at = to;
    } else cursor.skip(cursor.low & 7, end);
  }
}

function mayHaveType(field: number, wireType: number): boolean {
  if (field === COMMENT) return wireType === VARINT || wireType === BYTES;
  return wireType === (field <= STRING_TABLE || field === PERIOD_TYPE ? BYTES : VARINT);
}
