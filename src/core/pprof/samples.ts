/**
 * The samples of a profile: nearly all of its bytes, so this is where decoding is fast or slow.
 *
 * One small function per message and per kind of run: engines optimise those within a few calls, while one big
 * function has to be replaced while it runs. The usual encodings are read in place; all else goes through the cursor.
 */
import { FormatError } from "../text/format-error.js";
import type { Samples } from "../profile/profile.js";
import { resized, trimmed } from "./columns.js";
import type { IdIndex } from "./id-index.js";
import { finishLabels, newLabelColumns, readLabel, type LabelColumns } from "./labels.js";
import { nextMessage, SAMPLE, type Outline } from "./outline.js";
import { readStackIds } from "./stack-ids.js";
import type { WireCursor } from "./wire.js";

/** Fields of message Sample, as tags; locations and values may be packed or one by one. */
const LOCATION = 0x08;
const LOCATIONS = 0x0a;
const VALUE = 0x10;
const VALUES = 0x12;
const LABEL = 0x1a;
const FIELDS = 3;

interface SampleReader {
  readonly cursor: WireCursor;
  readonly bytes: Uint8Array;
  readonly locations: IdIndex;
  readonly stringCount: number;
  readonly typeCount: number;
  stack: Uint32Array;
  stackLength: number;
  readonly values: Float64Array;
  /** Where the next value goes, and where the values of the sample being read must end. */
  valueLength: number;
  valueEnd: number;
  readonly labels: LabelColumns;
  /** Of all sample messages: how much more the stack may grow. */
  bytesRead: number;
  readonly bytesTotal: number;
  inexact: number;
}

export interface SampleTable {
  readonly samples: Samples;
  /** Values and numeric labels that had to be rounded. */
  readonly inexact: number;
}

export function readSamples(
  cursor: WireCursor,
  outline: Outline,
  locations: IdIndex,
  typeCount: number,
  stringCount: number,
): SampleTable {
  const count = outline.count[SAMPLE];
  if (count > 0 && typeCount === 0) {
    throw new FormatError("sample-types", "the profile has samples but does not say what their values count");
  }
  const bytesTotal = outline.size[SAMPLE];
  const expected = probe(cursor, outline);
  const reader: SampleReader = {
    cursor,
    bytes: cursor.bytes,
    locations,
    stringCount,
    typeCount,
    stack: new Uint32Array(expected.stack),
    stackLength: 0,
    // A value takes at least a byte; a profile that claims more fails at the first sample that lacks them.
    values: new Float64Array(Math.min(count * typeCount, bytesTotal + typeCount)),
    valueLength: 0,
    valueEnd: 0,
    labels: newLabelColumns(expected.labels),
    bytesRead: 0,
    bytesTotal,
    inexact: 0,
  };
  const stackStart = new Uint32Array(count + 1);
  const labelStart = new Uint32Array(count + 1);
  cursor.at = outline.first[SAMPLE];
  for (let row = 0; row < count; row++) {
    const end = nextMessage(cursor, outline, SAMPLE);
    readSample(reader, cursor.at, end);
    cursor.at = end;
    stackStart[row + 1] = reader.stackLength;
    labelStart[row + 1] = reader.labels.count;
  }
  return {
    samples: {
      count,
      stackStart,
      stack: trimmed(reader.stack, reader.stackLength),
      values: reader.values,
      labelStart,
      labels: finishLabels(reader.labels),
    },
    inexact: reader.inexact + reader.labels.inexact,
  };
}

function readSample(reader: SampleReader, start: number, end: number): void {
  const { bytes, cursor } = reader;
  if (reader.stackLength + (end - start) > reader.stack.length) growStack(reader, end - start);
  reader.valueEnd = reader.valueLength + reader.typeCount;
  let at = start;
  while (at < end) {
    const tag = bytes[at];
    const length = bytes[at + 1];
    if (length < 0x80 && (tag === LOCATIONS || tag === VALUES || tag === LABEL)) {
      at += 2;
      const to = at + length;
      if (to > end) throw pastEnd(at);
      if (tag === LOCATIONS) readStack(reader, at, to);
      else if (tag === VALUES) readValues(reader, at, to);
      else readLabel(reader.labels, bytes, cursor, at, to, reader.stringCount);
      at = to;
    } else {
      cursor.at = at;
      readField(reader, end);
      at = cursor.at;
    }
  }
  if (reader.valueLength !== reader.valueEnd) throw wrongValueCount(reader, start);
  reader.bytesRead += end - start;
}

/** Long runs, ids and values that are not packed, unknown fields, tags of several bytes. */
function readField(reader: SampleReader, end: number): void {
  const { cursor } = reader;
  const tag = cursor.varint(end);
  if (tag === LOCATION || tag === VALUE) {
    const from = cursor.at;
    cursor.varint(end);
    const to = cursor.at;
    if (tag === LOCATION) readStack(reader, from, to);
    else readValues(reader, from, to);
    cursor.at = to;
  } else if (tag === LOCATIONS || tag === VALUES || tag === LABEL) {
    const to = cursor.lengthEnd(end);
    if (tag === LOCATIONS) readStack(reader, cursor.at, to);
    else if (tag === VALUES) readValues(reader, cursor.at, to);
    else readLabel(reader.labels, reader.bytes, cursor, cursor.at, to, reader.stringCount);
    cursor.at = to;
  } else cursor.skipField(tag, FIELDS, end);
}

function readStack(reader: SampleReader, start: number, end: number): void {
  reader.cursor.at = start;
  reader.stackLength = readStackIds(reader.cursor, end, reader.locations, reader.stack, reader.stackLength);
}

/** Values of up to four bytes are read here, longer and negative ones by the cursor. */
function readValues(reader: SampleReader, start: number, end: number): void {
  const { bytes, values, cursor, valueEnd } = reader;
  let length = reader.valueLength;
  let at = start;
  while (at < end) {
    if (length === valueEnd) throw wrongValueCount(reader, start);
    let value = bytes[at++];
    if (value >= 0x80) {
      const second = bytes[at++];
      value += (second << 7) - 0x80;
      if (second >= 0x80) {
        const third = bytes[at++];
        value += (third << 14) - 0x4000;
        if (third >= 0x80) {
          const fourth = bytes[at++];
          value += (fourth << 21) - 0x200000;
          if (fourth >= 0x80) {
            cursor.at = at - 4;
            const long = cursor.int64(end);
            at = cursor.at;
            if (!Number.isSafeInteger(long)) reader.inexact++;
            values[length++] = long;
            continue;
          }
        }
      }
    }
    values[length++] = value;
  }
  if (at > end) throw pastEnd(start);
  reader.valueLength = length;
}

/**
 * How long the columns will be, judged by the first samples and some from the middle: growing them, or cutting off
 * what was too much, would mean to copy them. Counts without checking; the reader checks.
 */
function probe(cursor: WireCursor, outline: Outline): { stack: number; labels: number } {
  const count = outline.count[SAMPLE];
  const bytesTotal = outline.size[SAMPLE];
  // An id takes at least a byte, a label four. For little the most will do, and labels grow.
  if (bytesTotal < 1 << 17) return { stack: bytesTotal, labels: 0 };
  const every = 64;
  let probedBytes = 0;
  let ids = 0;
  let labels = 0;
  cursor.at = outline.first[SAMPLE];
  for (let row = 0; row < count; row++) {
    const end = nextMessage(cursor, outline, SAMPLE);
    if (row % every === 0) {
      probedBytes += end - cursor.at;
      while (cursor.at < end) {
        const tag = cursor.varint(end);
        if (tag === LOCATIONS) {
          const to = cursor.lengthEnd(end);
          for (let at = cursor.at; at < to; at++) if (cursor.bytes[at] < 0x80) ids++;
          cursor.at = to;
        } else {
          if (tag === LOCATION) ids++;
          else if (tag === LABEL) labels++;
          cursor.skip(tag, end);
        }
      }
    }
    cursor.at = end;
  }
  const scale = (bytesTotal / probedBytes) * 1.04;
  return {
    stack: Math.min(bytesTotal, Math.ceil(ids * scale)) + 256,
    labels: Math.min(bytesTotal >> 2, Math.ceil(labels * scale)),
  };
}

function growStack(reader: SampleReader, room: number): void {
  const { stack, stackLength, bytesRead, bytesTotal } = reader;
  const least = stackLength + room;
  const most = stackLength + (bytesTotal - bytesRead);
  const expected = bytesRead === 0 ? 0 : (stackLength / bytesRead) * bytesTotal * 1.05;
  const size = Math.ceil(Math.max(expected, stack.length * 1.25));
  reader.stack = resized(stack, Math.max(least, Math.min(size, most)));
}

function pastEnd(at: number): FormatError {
  return new FormatError("length", "a field of a sample runs past the sample's end", at);
}

function wrongValueCount({ typeCount, valueLength, valueEnd }: SampleReader, at: number): FormatError {
  const missing = valueEnd - valueLength;
  const found = missing === 0 ? `more than ${typeCount}` : `${typeCount - missing}`;
  return new FormatError(
    "value-count",
    `a sample has ${found} values, but the profile has ${typeCount} sample types`,
    at,
  );
}
