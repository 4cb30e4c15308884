/**
 * The tables that samples refer to: strings, functions, locations with their lines, mappings.
 *
 * Each is read in the order in which they refer to each other, so every id and index is checked where it stands.
 */
import { FormatError } from "../text/format-error.js";
import { NO_MAPPING, type Functions, type Locations, type Mapping, type StringTable } from "../profile/profile.js";
import { lazyStrings } from "../profile/string-table.js";
import { resized, trimmed } from "./columns.js";
import { addId, newIdIndex, NO_ROW, rowOf, sealIds, type Id, type IdIndex } from "./id-index.js";
import { FUNCTION, LOCATION, MAPPING, NO_MESSAGE, nextMessage, STRING_TABLE, type Outline } from "./outline.js";
import type { WireCursor } from "./wire.js";

const MAX_INT32 = 0x7fffffff;
const TWO_32 = 4294967296;

export function readStrings(cursor: WireCursor, outline: Outline): StringTable {
  const count = outline.count[STRING_TABLE];
  const start = new Uint32Array(count);
  const end = new Uint32Array(count);
  cursor.at = outline.first[STRING_TABLE];
  for (let row = 0; row < count; row++) {
    const to = nextMessage(cursor, outline, STRING_TABLE);
    start[row] = cursor.at;
    end[row] = to;
    cursor.at = to;
  }
  return stringsOf(cursor.bytes, start, end, outline.size[STRING_TABLE]);
}

/** String `i` is `bytes[start[i] .. end[i])`; all of them have `size` bytes. Changes `start` and `end`. */
export function stringsOf(bytes: Uint8Array, start: Uint32Array, end: Uint32Array, size: number): StringTable {
  const count = start.length;
  if (count === 0) throw new FormatError("string-table", "the profile has no string table");
  if (end[0] !== start[0]) throw new FormatError("string-table", "the first string is not empty", start[0]);
  // The strings are copied so that the rest of the file can be freed.
  const from = start[0];
  const to = end[count - 1];
  if (to - from <= 2 * size + 8 * count) return lazyStrings(bytes.slice(from, to), from, start, end);
  const packed = new Uint8Array(size);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const string = bytes.subarray(start[i], end[i]);
    packed.set(string, at);
    start[i] = at;
    at += string.length;
    end[i] = at;
  }
  return lazyStrings(packed, 0, start, end);
}

/** A varint that is an index into the string table. */
export function readStringIndex(cursor: WireCursor, end: number, stringCount: number): number {
  const at = cursor.at;
  const index = cursor.varint(end);
  if (index >= stringCount) throw noString(cursor.signed(index), stringCount, at);
  return index;
}

function noString(asked: number, stringCount: number, at: number): FormatError {
  return new FormatError("string-index", `string ${asked} is asked for, but there are only ${stringCount}`, at);
}

export interface Table<T> {
  readonly rows: T;
  readonly ids: IdIndex;
}

export function readMappings(cursor: WireCursor, outline: Outline, strings: StringTable): Table<Mapping[]> {
  const ids = newIdIndex();
  const rows: Mapping[] = [];
  cursor.at = outline.first[MAPPING];
  for (;;) {
    const end = nextMessage(cursor, outline, MAPPING);
    if (end === NO_MESSAGE) break;
    const offset = cursor.at;
    let id: Id = 0;
    let start = 0n;
    let limit = 0n;
    let fileOffset = 0n;
    let filename = "";
    let buildId = "";
    const flags = [false, false, false, false];
    while (cursor.at < end) {
      const tag = cursor.varint(end);
      if (tag === 0x08) id = cursor.id(end);
      else if (tag === 0x10) start = cursor.uint64(end);
      else if (tag === 0x18) limit = cursor.uint64(end);
      else if (tag === 0x20) fileOffset = cursor.uint64(end);
      else if (tag === 0x28) filename = strings.at(readStringIndex(cursor, end, strings.length));
      else if (tag === 0x30) buildId = strings.at(readStringIndex(cursor, end, strings.length));
      else if (tag === 0x38 || tag === 0x40 || tag === 0x48 || tag === 0x50) {
        flags[(tag >>> 3) - 7] = cursor.varint(end) !== 0;
      } else cursor.skipField(tag, 10, end);
    }
    addId(ids, id, "mapping", offset);
    const [hasFunctions, hasFilenames, hasLineNumbers, hasInlineFrames] = flags;
    const has = { hasFunctions, hasFilenames, hasLineNumbers, hasInlineFrames };
    rows.push({ start, limit, fileOffset, filename, buildId, ...has });
  }
  sealIds(ids);
  return { rows, ids };
}

export function readFunctions(cursor: WireCursor, outline: Outline, stringCount: number): Table<Functions> {
  const count = outline.count[FUNCTION];
  const ids = newIdIndex();
  const name = new Uint32Array(count);
  const systemName = new Uint32Array(count);
  const filename = new Uint32Array(count);
  const startLine = new Int32Array(count);
  cursor.at = outline.first[FUNCTION];
  for (let row = 0; row < count; row++) {
    const end = nextMessage(cursor, outline, FUNCTION);
    const offset = cursor.at;
    let id: Id = 0;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag !== 0x08 && tag !== 0x10 && tag !== 0x18 && tag !== 0x20 && tag !== 0x28) {
        cursor.skipField(tag, 5, end);
        continue;
      }
      const at = cursor.at;
      const value = cursor.varint(end);
      if (tag === 0x08) id = cursor.exactly(value);
      else if (tag === 0x28) startLine[row] = toInt32(cursor.signed(value));
      else {
        if (value >= stringCount) throw noString(cursor.signed(value), stringCount, at);
        if (tag === 0x10) name[row] = value;
        else if (tag === 0x18) systemName[row] = value;
        else filename[row] = value;
      }
    }
    addId(ids, id, "function", offset);
  }
  sealIds(ids);
  return { rows: { count, name, systemName, filename, startLine }, ids };
}

export interface LocationTable extends Table<Locations> {
  /** Locations whose mapping id points nowhere; they are read as having none, as Go does. */
  readonly lostMappings: number;
}

export function readLocations(
  cursor: WireCursor,
  outline: Outline,
  mappings: IdIndex,
  functions: IdIndex,
): LocationTable {
  const count = outline.count[LOCATION];
  const ids = newIdIndex();
  const mapping = new Int32Array(count).fill(NO_MAPPING);
  const addressLow = new Uint32Array(count);
  const addressHigh = new Uint32Array(count);
  const isFolded = new Uint8Array(count);
  const lineStart = new Uint32Array(count + 1);
  const lines: LineColumns = newLineColumns(count + (count >> 1));
  let lostMappings = 0;
  cursor.at = outline.first[LOCATION];
  for (let row = 0; row < count; row++) {
    const end = nextMessage(cursor, outline, LOCATION);
    const offset = cursor.at;
    let id: Id = 0;
    let isLost = false;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag !== 0x08 && tag !== 0x10 && tag !== 0x18 && tag !== 0x22 && tag !== 0x28) {
        cursor.skipField(tag, 5, end);
        continue;
      }
      if (tag === 0x22) {
        readLine(cursor, cursor.lengthEnd(end), lines, functions);
        continue;
      }
      const value = cursor.varint(end);
      if (tag === 0x08) id = cursor.exactly(value);
      else if (tag === 0x10) {
        mapping[row] = value === 0 ? NO_MAPPING : rowOf(mappings, cursor.exactly(value));
        isLost = value !== 0 && mapping[row] === NO_ROW;
      } else if (tag === 0x18) {
        const address = cursor.exactly(value);
        addressLow[row] = typeof address === "number" ? address : Number(address & 0xffffffffn);
        addressHigh[row] = typeof address === "number" ? address / TWO_32 : Number(address >> 32n);
      } else isFolded[row] = value === 0 ? 0 : 1;
    }
    addId(ids, id, "location", offset);
    if (isLost) lostMappings++;
    lineStart[row + 1] = lines.count;
  }
  sealIds(ids);
  const lineFunction = trimmed(lines.fn, lines.count);
  const lineNumber = trimmed(lines.number, lines.count);
  const lineColumn = trimmed(lines.column, lines.count);
  const columns = { mapping, addressLow, addressHigh, isFolded, lineStart, lineFunction, lineNumber, lineColumn };
  return { rows: { count, ...columns }, ids, lostMappings };
}

interface LineColumns {
  count: number;
  fn: Uint32Array;
  number: Int32Array;
  column: Int32Array;
}

function newLineColumns(capacity: number): LineColumns {
  return {
    count: 0,
    fn: new Uint32Array(capacity),
    number: new Int32Array(capacity),
    column: new Int32Array(capacity),
  };
}

function readLine(cursor: WireCursor, end: number, lines: LineColumns, functions: IdIndex): void {
  const row = lines.count++;
  if (row === lines.fn.length) {
    const size = Math.ceil(row * 1.5) + 16;
    lines.fn = resized(lines.fn, size);
    lines.number = resized(lines.number, size);
    lines.column = resized(lines.column, size);
  }
  const offset = cursor.at;
  let id: Id = 0;
  while (cursor.at < end) {
    const tag = cursor.tag(end);
    if (tag !== 0x08 && tag !== 0x10 && tag !== 0x18) {
      cursor.skipField(tag, 3, end);
      continue;
    }
    const value = cursor.varint(end);
    if (tag === 0x08) id = cursor.exactly(value);
    else if (tag === 0x10) lines.number[row] = toInt32(cursor.signed(value));
    else lines.column[row] = toInt32(cursor.signed(value));
  }
  const fn = rowOf(functions, id);
  if (fn === NO_ROW) {
    const named = id === 0 ? "no function" : `function ${id}, which the profile does not have`;
    throw new FormatError("function-id", `a line of a location names ${named}`, offset);
  }
  lines.fn[row] = fn;
}

/** Line numbers are int64 on the wire; nobody has more than 2^31 of them, so what is beyond stays at the limit. */
function toInt32(value: number): number {
  return value > MAX_INT32 ? MAX_INT32 : value < -MAX_INT32 ? -MAX_INT32 : value;
}
