/**
 * The samples of a profile: nearly all of its bytes, so this is where decoding is fast or slow.
 *
 * One small function per kind of run: engines optimise those within a few calls, while one big function has to be
 * replaced while it runs. Numbers of up to four bytes are read in place; longer ones go through the cursor.
 */
import { FormatError } from "../format-error.js";
import type { Samples } from "../profile.js";
import { NO_ROW, rowOf, type IdIndex } from "./id-index.js";
import { SAMPLE, type Outline } from "./outline.js";
import { BYTES, type WireCursor } from "./wire.js";

const SAMPLE_TAG = (SAMPLE << 3) | BYTES;

/** Fields of message Sample and of message Label, as tags. */
const LOCATION_ID = 0x08;
const LOCATION_IDS = 0x0a;
const VALUE = 0x10;
const VALUES = 0x12;
const LABEL = 0x1a;
const SAMPLE_FIELDS = 3;
const LABEL_KEY = 0x08;
const LABEL_STRING = 0x10;
const LABEL_NUMBER = 0x18;
const LABEL_UNIT = 0x20;
const LABEL_FIELDS = 4;

const MAX_EXACT = Number.MAX_SAFE_INTEGER;

interface SampleReader {
  readonly cursor: WireCursor;
  readonly bytes: Uint8Array;
  readonly locations: IdIndex;
  readonly stringCount: number;
  readonly typeCount: number;
  readonly values: Float64Array;
  /** Where the next value goes, and where the values of the sample being read end. */
  valueLength: number;
  valueEnd: number;
  stack: Uint32Array;
  stackLength: number;
  labelKey: Uint32Array;
  labelString: Uint32Array;
  labelNumber: Float64Array;
  labelUnit: Uint32Array;
  labelLength: number;
  /** Sample payloads not read yet, in bytes: how much more the columns will grow. */
  bytesRead: number;
  readonly bytesTotal: number;
  inexact: number;
}

export interface SampleTable {
  readonly samples: Samples;
  /** Values and numeric labels that had to be rounded. */
  readonly inexact: number;
}

/** Reads all samples; the cursor must stand on a profile whose other tables are known. */
export function readSamples(
  cursor: WireCursor,
  outline: Outline,
  locations: IdIndex,
  typeCount: number,
  stringCount: number,
): SampleTable {
  const count = outline.count[SAMPLE];
  if (count > 0 && typeCount === 0) {
    throw new FormatError("sample-types", "the profile has samples but does not say of what type their values are");
  }
  const bytesTotal = outline.size[SAMPLE];
  const reader: SampleReader = {
    cursor,
    bytes: cursor.bytes,
    locations,
    stringCount,
    typeCount,
    // A value takes at least a byte; claims of more fail at the first sample that lacks them.
    values: new Float64Array(Math.min(count * typeCount, bytesTotal + typeCount)),
    valueLength: 0,
    valueEnd: 0,
    stack: new Uint32Array(Math.ceil(bytesTotal / 3) + 16),
    stackLength: 0,
    labelKey: new Uint32Array(0),
    labelString: new Uint32Array(0),
    labelNumber: new Float64Array(0),
    labelUnit: new Uint32Array(0),
    labelLength: 0,
    bytesRead: 0,
    bytesTotal,
    inexact: 0,
  };
  const stackStart = new Uint32Array(count + 1);
  const labelStart = new Uint32Array(count + 1);
  const end = outline.last[SAMPLE];
  let row = 0;
  cursor.at = outline.first[SAMPLE];
  while (cursor.at < end) {
    const tag = cursor.varint(end);
    if (tag !== SAMPLE_TAG) {
      cursor.skip(cursor.low & 7, end);
      continue;
    }
    const to = cursor.lengthEnd(end);
    reader.valueEnd = reader.valueLength + typeCount;
    readSample(reader, cursor.at, to);
    row++;
    stackStart[row] = reader.stackLength;
    labelStart[row] = reader.labelLength;
    cursor.at = to;
  }
  const labelCount = reader.labelLength;
  return {
    samples: {
      count,
      stackStart,
      stack: trimmed(reader.stack, reader.stackLength),
      values: reader.values,
      labelStart,
      labels: {
        count: labelCount,
        key: trimmed(reader.labelKey, labelCount),
        string: trimmed(reader.labelString, labelCount),
        number: trimmed(reader.labelNumber, labelCount),
        unit: trimmed(reader.labelUnit, labelCount),
      },
    },
    inexact: reader.inexact,
  };
}

function readSample(reader: SampleReader, start: number, end: number): void {
  const { bytes, cursor } = reader;
  let at = start;
  if (reader.stackLength + (end - start) > reader.stack.length) growStack(reader, end - start);
  while (at < end) {
    const tag = bytes[at++];
    if (tag === LOCATION_IDS || tag === VALUES || tag === LABEL) {
      let to = bytes[at++];
      if (to >= 0x80) {
        cursor.at = at - 1;
        to = cursor.lengthEnd(end);
        at = cursor.at;
      } else to += at;
      if (to > end || at > end) throw pastEnd(end, at);
      if (tag === LOCATION_IDS) {
        if (reader.locations.rows === undefined) readStack(reader, at, to);
        else readSparseStack(reader, at, to);
      } else if (tag === VALUES) readValues(reader, at, to);
      else readLabel(reader, at, to);
      at = to;
    } else {
      cursor.at = at - 1;
      readRareField(reader, end);
      at = cursor.at;
    }
  }
  if (reader.valueLength !== reader.valueEnd) throw valueCount(reader, start);
  reader.bytesRead += end - start;
}

/** Unpacked ids and values, unknown fields, tags of several bytes. */
function readRareField(reader: SampleReader, end: number): void {
  const { cursor } = reader;
  switch (cursor.varint(end)) {
    case LOCATION_ID: {
      const from = cursor.at;
      cursor.varint(end);
      if (reader.locations.rows === undefined) readStack(reader, from, cursor.at);
      else readSparseStack(reader, from, cursor.at);
      break;
    }
    case VALUE: {
      const from = cursor.at;
      cursor.varint(end);
      const to = cursor.at;
      readValues(reader, from, to);
      cursor.at = to;
      break;
    }
    case LOCATION_IDS: {
      const to = cursor.lengthEnd(end);
      if (reader.locations.rows === undefined) readStack(reader, cursor.at, to);
      else readSparseStack(reader, cursor.at, to);
      cursor.at = to;
      break;
    }
    case VALUES: {
      const to = cursor.lengthEnd(end);
      readValues(reader, cursor.at, to);
      cursor.at = to;
      break;
    }
    case LABEL: {
      const to = cursor.lengthEnd(end);
      readLabel(reader, cursor.at, to);
      cursor.at = to;
      break;
    }
    default:
      cursor.skipField(SAMPLE_FIELDS, end);
  }
}

/** A run of location ids that count from 1 without gaps. */
function readStack(reader: SampleReader, start: number, end: number): void {
  const { bytes, stack } = reader;
  const count = reader.locations.count;
  let length = reader.stackLength;
  let at = start;
  while (at < end) {
    let id = bytes[at++];
    if (id >= 0x80) {
      const second = bytes[at++];
      id += (second << 7) - 0x80;
      if (second >= 0x80) {
        const third = bytes[at++];
        id += (third << 14) - 0x4000;
        if (third >= 0x80) {
          reader.cursor.at = at - 3;
          id = reader.cursor.varint(end);
          at = reader.cursor.at;
        }
      }
    }
    if (id === 0 || id > count) throw noLocation(id, at);
    stack[length++] = id - 1;
  }
  if (at > end) throw pastEnd(end, at);
  reader.stackLength = length;
}

function readSparseStack(reader: SampleReader, start: number, end: number): void {
  const { cursor, locations, stack } = reader;
  const { table } = locations;
  cursor.at = start;
  while (cursor.at < end) {
    const id = cursor.varint(end);
    let row: number;
    if (table !== undefined) row = id < table.length ? table[id] - 1 : NO_ROW;
    else row = rowOf(locations, cursor.low, cursor.high);
    if (row === NO_ROW) throw noLocation(id, cursor.at);
    stack[reader.stackLength++] = row;
  }
}

function readValues(reader: SampleReader, start: number, end: number): void {
  const { bytes, values, cursor } = reader;
  let length = reader.valueLength;
  let at = start;
  while (at < end) {
    let value = bytes[at++];
    if (value >= 0x80) {
      const second = bytes[at++];
      value += (second << 7) - 0x80;
      if (second >= 0x80) {
        const third = bytes[at++];
        value += (third << 14) - 0x4000;
        if (third >= 0x80) {
          cursor.at = at - 3;
          cursor.varint(end);
          value = cursor.signed();
          at = cursor.at;
          if (value > MAX_EXACT || value < -MAX_EXACT) reader.inexact++;
        }
      }
    }
    if (length === reader.valueEnd) throw valueCount(reader, start);
    values[length++] = value;
  }
  if (at > end) throw pastEnd(end, at);
  reader.valueLength = length;
}

function readLabel(reader: SampleReader, start: number, end: number): void {
  const { cursor, stringCount } = reader;
  let key = 0;
  let string = 0;
  let number = 0;
  let unit = 0;
  cursor.at = start;
  while (cursor.at < end) {
    switch (cursor.varint(end)) {
      case LABEL_KEY:
        key = cursor.varint(end);
        if (key >= stringCount) throw noString(key, cursor.at);
        break;
      case LABEL_STRING:
        string = cursor.varint(end);
        if (string >= stringCount) throw noString(string, cursor.at);
        break;
      case LABEL_NUMBER:
        cursor.varint(end);
        number = cursor.signed();
        if (number > MAX_EXACT || number < -MAX_EXACT) reader.inexact++;
        break;
      case LABEL_UNIT:
        unit = cursor.varint(end);
        if (unit >= stringCount) throw noString(unit, cursor.at);
        break;
      default:
        cursor.skipField(LABEL_FIELDS, end);
    }
  }
  // A label with neither string nor number says nothing; Go's reader drops it too.
  if (string === 0 && number === 0 && unit === 0) return;
  const row = reader.labelLength++;
  if (row === reader.labelKey.length) growLabels(reader);
  reader.labelKey[row] = key;
  reader.labelString[row] = string;
  reader.labelNumber[row] = string === 0 ? number : 0;
  reader.labelUnit[row] = string === 0 ? unit : 0;
}

/** A column's size when all samples are read, judged by those read so far, with some room. */
function expectedLength(reader: SampleReader, length: number): number {
  if (reader.bytesRead === 0) return 0;
  return Math.ceil((length / reader.bytesRead) * reader.bytesTotal * 1.05);
}

function growStack(reader: SampleReader, room: number): void {
  const least = reader.stackLength + room;
  const expected = Math.max(expectedLength(reader, reader.stackLength), Math.ceil(reader.stack.length * 1.25));
  // An id takes a byte at least, so what is left to read bounds the rest.
  const most = reader.stackLength + (reader.bytesTotal - reader.bytesRead);
  reader.stack = resized(reader.stack, Math.max(least, Math.min(expected, most)));
}

function growLabels(reader: SampleReader): void {
  const length = reader.labelKey.length;
  const size = Math.max(16, Math.ceil(length * 1.5), length < 4096 ? 0 : expectedLength(reader, length));
  reader.labelKey = resized(reader.labelKey, size);
  reader.labelString = resized(reader.labelString, size);
  reader.labelNumber = resized(reader.labelNumber, size);
  reader.labelUnit = resized(reader.labelUnit, size);
}

function resized<T extends Uint32Array | Float64Array>(column: T, size: number): T {
  const larger = new (column.constructor as new (size: number) => T)(size);
  larger.set(column);
  return larger;
}

/** Copies a column that was made far too large; a little slack costs less than the copy. */
function trimmed<T extends Uint32Array | Float64Array>(column: T, length: number): T {
  return (column.length > length * 1.1 ? column.slice(0, length) : column.subarray(0, length)) as T;
}

function pastEnd(end: number, at: number): FormatError {
  return new FormatError("length", `a field of a sample runs past its end at byte ${end}`, at);
}

function noLocation(id: number, at: number): FormatError {
  return new FormatError("location-id", `a sample's stack has location ${id}, which the profile does not have`, at);
}

function noString(index: number, at: number): FormatError {
  return new FormatError("string-index", `a label has string ${index}, which the string table does not have`, at);
}

function valueCount(reader: SampleReader, at: number): FormatError {
  const { typeCount, valueLength, valueEnd } = reader;
  const found = typeCount - (valueEnd - valueLength);
  return new FormatError(
    "value-count",
    `a sample has ${found < typeCount ? `${found}` : "more"} values, but the profile has ${typeCount} sample types`,
    at,
  );
}
