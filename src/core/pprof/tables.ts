/**
 * The tables that samples refer to: strings, functions, locations with their lines, mappings.
 *
 * Each is read in the order in which they refer to each other, so every id and index is checked where it stands.
 */
import { FormatError } from "../format-error.js";
import { NO_MAPPING, type Functions, type Locations, type Mapping, type StringTable } from "../profile.js";
import { lazyStrings } from "../string-table.js";
import { addId, newIdIndex, NO_ROW, rowOf, sealIds, type IdIndex } from "./id-index.js";
import { eachMessage, FUNCTION, LOCATION, MAPPING, STRING_TABLE, type Outline } from "./outline.js";
import type { WireCursor } from "./wire.js";

const MAX_INT32 = 0x7fffffff;

export function readStrings(cursor: WireCursor, outline: Outline): StringTable {
  const count = outline.count[STRING_TABLE];
  const start = new Uint32Array(count);
  const end = new Uint32Array(count);
  eachMessage(cursor, outline, STRING_TABLE, (to, row) => {
    start[row] = cursor.at;
    end[row] = to;
  });
  if (count === 0) throw new FormatError("string-table", "the profile has no string table");
  if (end[0] !== start[0]) throw new FormatError("string-table", "the first string is not empty", start[0]);
  // The strings are copied so that the rest of the file can be freed.
  const from = outline.first[STRING_TABLE];
  const span = outline.last[STRING_TABLE] - from;
  if (span <= 2 * outline.size[STRING_TABLE] + 8 * count) {
    for (let i = 0; i < count; i++) {
      start[i] -= from;
      end[i] -= from;
    }
    return lazyStrings(cursor.bytes.slice(from, from + span), start, end);
  }
  const packed = new Uint8Array(outline.size[STRING_TABLE]);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const string = cursor.bytes.subarray(start[i], end[i]);
    packed.set(string, at);
    start[i] = at;
    at += string.length;
    end[i] = at;
  }
  return lazyStrings(packed, start, end);
}

/** A varint that is an index into the string table. */
export function readStringIndex(cursor: WireCursor, end: number, stringCount: number): number {
  const at = cursor.at;
  const index = cursor.varint(end);
  if (index >= stringCount) {
    const called = cursor.signed();
    throw new FormatError("string-index", `string ${called} of ${stringCount} is asked for`, at);
  }
  return index;
}

export interface Table<T> {
  readonly rows: T;
  readonly ids: IdIndex;
}

export function readMappings(cursor: WireCursor, outline: Outline, strings: StringTable): Table<Mapping[]> {
  const ids = newIdIndex();
  const rows: Mapping[] = [];
  eachMessage(cursor, outline, MAPPING, (end) => {
    const offset = cursor.at;
    let idLow = 0;
    let idHigh = 0;
    let start = 0n;
    let limit = 0n;
    let fileOffset = 0n;
    let filename = 0;
    let buildId = 0;
    const flags = [false, false, false, false];
    while (cursor.at < end) {
      const tag = cursor.varint(end);
      switch (tag) {
        case 0x08:
          cursor.varint(end);
          idLow = cursor.low;
          idHigh = cursor.high;
          break;
        case 0x10:
          cursor.varint(end);
          start = cursor.exact();
          break;
        case 0x18:
          cursor.varint(end);
          limit = cursor.exact();
          break;
        case 0x20:
          cursor.varint(end);
          fileOffset = cursor.exact();
          break;
        case 0x28:
          filename = readStringIndex(cursor, end, strings.length);
          break;
        case 0x30:
          buildId = readStringIndex(cursor, end, strings.length);
          break;
        case 0x38:
        case 0x40:
        case 0x48:
        case 0x50:
          flags[(tag >>> 3) - 7] = cursor.varint(end) !== 0;
          break;
        default:
          cursor.skipField(10, end);
      }
    }
    addId(ids, idLow, idHigh, "mapping", offset);
    rows.push({
      start,
      limit,
      fileOffset,
      filename: strings.at(filename),
      buildId: strings.at(buildId),
      hasFunctions: flags[0],
      hasFilenames: flags[1],
      hasLineNumbers: flags[2],
      hasInlineFrames: flags[3],
    });
  });
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
  eachMessage(cursor, outline, FUNCTION, (end, row) => {
    const offset = cursor.at;
    let idLow = 0;
    let idHigh = 0;
    while (cursor.at < end) {
      switch (cursor.varint(end)) {
        case 0x08:
          cursor.varint(end);
          idLow = cursor.low;
          idHigh = cursor.high;
          break;
        case 0x10:
          name[row] = readStringIndex(cursor, end, stringCount);
          break;
        case 0x18:
          systemName[row] = readStringIndex(cursor, end, stringCount);
          break;
        case 0x20:
          filename[row] = readStringIndex(cursor, end, stringCount);
          break;
        case 0x28:
          startLine[row] = readInt32(cursor, end);
          break;
        default:
          cursor.skipField(5, end);
      }
    }
    addId(ids, idLow, idHigh, "function", offset);
  });
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
  let lineFunction = new Uint32Array(Math.ceil(count * 1.5));
  let lineNumber = new Int32Array(lineFunction.length);
  let lineColumn = new Int32Array(lineFunction.length);
  let lines = 0;
  let lostMappings = 0;

  const readLine = (end: number) => {
    if (lines === lineFunction.length) {
      const size = Math.ceil(lines * 1.5) + 16;
      lineFunction = copyOf(new Uint32Array(size), lineFunction);
      lineNumber = copyOf(new Int32Array(size), lineNumber);
      lineColumn = copyOf(new Int32Array(size), lineColumn);
    }
    const offset = cursor.at;
    let row = NO_ROW;
    while (cursor.at < end) {
      switch (cursor.varint(end)) {
        case 0x08: {
          const id = cursor.varint(end);
          row = rowOf(functions, cursor.low, cursor.high);
          if (row === NO_ROW) {
            throw new FormatError("function-id", `a line has function ${id}, which the profile does not have`, offset);
          }
          break;
        }
        case 0x10:
          lineNumber[lines] = readInt32(cursor, end);
          break;
        case 0x18:
          lineColumn[lines] = readInt32(cursor, end);
          break;
        default:
          cursor.skipField(3, end);
      }
    }
    if (row === NO_ROW) throw new FormatError("function-id", "a line of a location names no function", offset);
    lineFunction[lines++] = row;
  };

  eachMessage(cursor, outline, LOCATION, (end, row) => {
    const offset = cursor.at;
    let idLow = 0;
    let idHigh = 0;
    while (cursor.at < end) {
      switch (cursor.varint(end)) {
        case 0x08:
          cursor.varint(end);
          idLow = cursor.low;
          idHigh = cursor.high;
          break;
        case 0x10:
          if (cursor.varint(end) !== 0) {
            mapping[row] = rowOf(mappings, cursor.low, cursor.high);
            if (mapping[row] === NO_ROW) lostMappings++;
          }
          break;
        case 0x18:
          cursor.varint(end);
          addressLow[row] = cursor.low;
          addressHigh[row] = cursor.high;
          break;
        case 0x22: {
          const to = cursor.lengthEnd(end);
          readLine(to);
          cursor.at = to;
          break;
        }
        case 0x28:
          isFolded[row] = cursor.varint(end) === 0 ? 0 : 1;
          break;
        default:
          cursor.skipField(5, end);
      }
    }
    addId(ids, idLow, idHigh, "location", offset);
    lineStart[row + 1] = lines;
  });
  sealIds(ids);
  const rows = {
    count,
    mapping,
    addressLow,
    addressHigh,
    isFolded,
    lineStart,
    lineFunction: lineFunction.slice(0, lines),
    lineNumber: lineNumber.slice(0, lines),
    lineColumn: lineColumn.slice(0, lines),
  };
  return { rows, ids, lostMappings };
}

/** Line numbers are int64 on the wire; nobody has more than 2^31 of them, so what is beyond stays at the limit. */
function readInt32(cursor: WireCursor, end: number): number {
  cursor.varint(end);
  return Math.min(Math.max(cursor.signed(), -MAX_INT32 - 1), MAX_INT32);
}

function copyOf<T extends Uint32Array | Int32Array>(to: T, from: T): T {
  to.set(from);
  return to;
}
