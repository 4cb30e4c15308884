/**
 * What a profile message holds, found by stepping from field to field without reading any of them.
 *
 * The steps cost next to nothing beside decoding, and afterwards every column can be made in its final size, and
 * tables that are referred to can be read before those that refer to them, whatever their order in the file.
 */
import { FormatError } from "../text/format-error.js";
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

const FIELDS = 15;

/**
 * All indexed by field number. Plain arrays: what comes out of a Float64Array is a boxed number to engines, and a
 * cursor whose position was once set from one stays slow.
 */
export interface Outline {
  readonly count: number[];
  /** Bytes of all payloads; 0 for numbers. */
  readonly size: number[];
  /** Offsets of the first tag and of the end of the last payload: the field occurs only in between. */
  readonly first: number[];
  readonly last: number[];
}

/** Afterwards all tags and lengths of the profile message itself are known to be good. */
export function outlineOf(cursor: WireCursor): Outline {
  const column = () => new Array<number>(FIELDS + 1).fill(0);
  const outline: Outline = { count: column(), size: column(), first: column(), last: column() };
  const end = cursor.bytes.length;
  cursor.at = 0;
  while (cursor.at < end) readRun(cursor, outline, end);
  return outline;
}

/** Steps over a field and those after it that have the same tag. */
function readRun(cursor: WireCursor, outline: Outline, end: number): void {
  const { bytes } = cursor;
  const start = cursor.at;
  const tag = cursor.tag(end);
  const field = tag >= 8 && tag < 8 * (FIELDS + 1) ? tag >>> 3 : 0;
  const wireType = cursor.wireType(tag);
  if (field > 0 && !mayHaveType(field, wireType)) {
    throw new FormatError("wire-type", `field ${field} of a profile cannot have wire type ${wireType}`, start);
  }
  if (outline.count[field] === 0) outline.first[field] = start;
  if (wireType !== BYTES) {
    cursor.skip(tag, end);
    outline.count[field]++;
    outline.last[field] = cursor.at;
    return;
  }
  let to = cursor.lengthEnd(end);
  let size = to - cursor.at;
  let count = 1;
  while (bytes[to] === tag) {
    let length = bytes[to + 1];
    let at = to + 2;
    if (length >= 0x80) {
      const second = bytes[to + 2];
      length += (second << 7) - 0x80;
      at++;
      if (second >= 0x80) break;
    }
    // The comparison fails for a length that is missing, too.
    if (!(at + length <= end)) break;
    to = at + length;
    size += length;
    count++;
  }
  cursor.at = to;
  outline.count[field] += count;
  outline.size[field] += size;
  outline.last[field] = to;
}

/**
 * Goes on to the next occurrence of a length-delimited field and returns its end, or NO_MESSAGE after the last one.
 * Start with the cursor at the field's `outline.first`; read each occurrence up to its end.
 */
export function nextMessage(cursor: WireCursor, outline: Outline, field: number): number {
  const wanted = (field << 3) | BYTES;
  const end = outline.last[field];
  const { bytes, at } = cursor;
  const length = bytes[at + 1];
  // Nearly always the next one follows, and is short: no calls for that.
  if (bytes[at] === wanted && length < 0x80 && at < end) return (cursor.at = at + 2) + length;
  while (cursor.at < end) {
    const tag = cursor.tag(end);
    if (tag === wanted) return cursor.lengthEnd(end);
    cursor.skip(tag, end);
  }
  return NO_MESSAGE;
}

export const NO_MESSAGE = -1;

function mayHaveType(field: number, wireType: number): boolean {
  if (field === COMMENT) return wireType === VARINT || wireType === BYTES;
  return wireType === (field <= STRING_TABLE || field === PERIOD_TYPE ? BYTES : VARINT);
}
