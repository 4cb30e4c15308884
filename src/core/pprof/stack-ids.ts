/**
 * Runs of location ids: most of a profile's bytes and therefore the innermost loops of decoding.
 *
 * Ids are varints of one, two and three bytes in an order that no branch predictor guesses, so the fast loops look at
 * four bytes at a time and compute lengths and values without branches. Checks are gathered in one sign bit. When it
 * is set at the end, or near the run's end, the careful loop reads (again) and finds what is wrong and where.
 */
import { FormatError } from "../text/format-error.js";
import { NO_ROW, rowOf, type Id, type IdIndex } from "./id-index.js";
import type { WireCursor } from "./wire.js";

const FAILED = -1;
/** Ids of up to two bytes. */
const SHORT = 1 << 14;
/** Ids of up to three bytes. */
const LONG = 1 << 21;

/**
 * Writes the rows of the ids in `[cursor.at, end)` to `stack[length ..]` and returns the new length. `stack` must have
 * room for an id per byte.
 */
export function readStackIds(
  cursor: WireCursor,
  end: number,
  locations: IdIndex,
  stack: Uint32Array,
  length: number,
): number {
  if (locations.rows !== undefined) return readSparseIds(cursor, end, locations, stack, length);
  const { count } = locations;
  if (end - cursor.at > 3 && count < LONG) {
    const start = cursor.at;
    const read =
      count < SHORT
        ? readShortIds(cursor, end - 3, count - 1, stack, length)
        : readLongIds(cursor, end - 3, count - 1, stack, length);
    if (read === FAILED) cursor.at = start;
    else length = read;
  }
  return readDenseIds(cursor, end, count, stack, length);
}

/** Two ids per step, or four of one byte each. Ids of three bytes fail. */
function readShortIds(cursor: WireCursor, end: number, last: number, stack: Uint32Array, length: number): number {
  const { view } = cursor;
  let at = cursor.at;
  let bad = 0;
  while (at < end) {
    const word = view.getInt32(at, true);
    if ((word & 0x80808080) === 0) {
      const a = (word & 0xff) - 1;
      const b = ((word >> 8) & 0xff) - 1;
      const c = ((word >> 16) & 0xff) - 1;
      const d = (word >> 24) - 1;
      bad |= a | b | c | d | (last - a) | (last - b) | (last - c) | (last - d);
      stack[length] = a;
      stack[length + 1] = b;
      stack[length + 2] = c;
      stack[length + 3] = d;
      length += 4;
      at += 4;
      continue;
    }
    const aMore = (word >> 7) & 1;
    const rest = word >> (8 + (aMore << 3));
    const bMore = (rest >> 7) & 1;
    const a = ((word & 0x7f) | ((word >> 1) & 0x3f80 & -aMore)) - 1;
    const b = ((rest & 0x7f) | ((rest >> 1) & 0x3f80 & -bMore)) - 1;
    bad |= a | b | (last - a) | (last - b) | -((word >> 15) & aMore) | -((rest >> 15) & bMore);
    stack[length] = a;
    stack[length + 1] = b;
    length += 2;
    at += 2 + aMore + bMore;
  }
  cursor.at = at;
  return bad < 0 ? FAILED : length;
}

/** One id of up to three bytes per step. */
function readLongIds(cursor: WireCursor, end: number, last: number, stack: Uint32Array, length: number): number {
  const { view } = cursor;
  let at = cursor.at;
  let bad = 0;
  while (at < end) {
    const word = view.getInt32(at, true);
    const second = (word >> 7) & 1;
    const third = (word >> 15) & second;
    const row = ((word & 0x7f) | ((word >> 1) & 0x3f80 & -second) | ((word >> 2) & 0x1fc000 & -third)) - 1;
    bad |= row | (last - row) | -((word >> 23) & third);
    stack[length++] = row;
    at += 1 + second + third;
  }
  cursor.at = at;
  return bad < 0 ? FAILED : length;
}

function readDenseIds(cursor: WireCursor, end: number, count: number, stack: Uint32Array, length: number): number {
  while (cursor.at < end) {
    const at = cursor.at;
    const id = cursor.varint(end);
    if (id === 0 || id > count) throw noLocation(id, at);
    stack[length++] = id - 1;
  }
  return length;
}

function readSparseIds(
  cursor: WireCursor,
  end: number,
  locations: IdIndex,
  stack: Uint32Array,
  length: number,
): number {
  const { table } = locations;
  while (cursor.at < end) {
    const at = cursor.at;
    const id = cursor.id(end);
    let row: number;
    if (table === undefined) row = rowOf(locations, id);
    else row = typeof id === "number" && id < table.length ? table[id] - 1 : NO_ROW;
    if (row === NO_ROW) throw noLocation(id, at);
    stack[length++] = row;
  }
  return length;
}

function noLocation(id: Id, at: number): FormatError {
  return new FormatError("location-id", `a stack has location ${id}, which the profile does not have`, at);
}
