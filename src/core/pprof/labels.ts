/**
 * The labels of samples, as growing columns.
 */
import { FormatError } from "../text/format-error.js";
import type { Labels } from "../profile/profile.js";
import { resized, trimmed } from "./columns.js";
import type { WireCursor } from "./wire.js";

/** Fields of message Label, as tags. */
const KEY = 0x08;
const STRING = 0x10;
const NUMBER = 0x18;
const UNIT = 0x20;
const FIELDS = 4;

export interface LabelColumns {
  count: number;
  key: Uint32Array;
  string: Uint32Array;
  number: Float64Array;
  unit: Uint32Array;
  /** Numbers that had to be rounded. */
  inexact: number;
}

export function newLabelColumns(capacity: number): LabelColumns {
  return {
    count: 0,
    key: new Uint32Array(capacity),
    string: new Uint32Array(capacity),
    number: new Float64Array(capacity),
    unit: new Uint32Array(capacity),
    inexact: 0,
  };
}

export function finishLabels({ count, key, string, number, unit }: LabelColumns): Labels {
  return {
    count,
    key: trimmed(key, count),
    string: trimmed(string, count),
    number: trimmed(number, count),
    unit: trimmed(unit, count),
  };
}

/** Reads one label; numbers of up to three bytes here, all else in `readAnyLabel`. */
export function readLabel(
  labels: LabelColumns,
  bytes: Uint8Array,
  cursor: WireCursor,
  start: number,
  end: number,
  stringCount: number,
): void {
  let key = 0;
  let string = 0;
  let number = 0;
  let unit = 0;
  let at = start;
  while (at < end) {
    const tag = bytes[at];
    let value = bytes[at + 1];
    at += 2;
    if (value >= 0x80) {
      const second = bytes[at++];
      value += (second << 7) - 0x80;
      if (second >= 0x80) {
        const third = bytes[at++];
        value += (third << 14) - 0x4000;
        if (third >= 0x80) {
          readAnyLabel(labels, cursor, start, end, stringCount);
          return;
        }
      }
    }
    if (tag === KEY) key = value;
    else if (tag === STRING) string = value;
    else if (tag === NUMBER) number = value;
    else if (tag === UNIT) unit = value;
    else {
      readAnyLabel(labels, cursor, start, end, stringCount);
      return;
    }
  }
  if (at > end || key >= stringCount || string >= stringCount || unit >= stringCount) {
    readAnyLabel(labels, cursor, start, end, stringCount);
  } else addLabel(labels, key, string, number, unit);
}

function readAnyLabel(labels: LabelColumns, cursor: WireCursor, start: number, end: number, stringCount: number): void {
  let key = 0;
  let string = 0;
  let number = 0;
  let unit = 0;
  cursor.at = start;
  const stringIndex = () => {
    const at = cursor.at;
    const index = cursor.varint(end);
    if (index < stringCount) return index;
    throw new FormatError("string-index", `a label has string ${index}, but there are only ${stringCount}`, at);
  };
  while (cursor.at < end) {
    const tag = cursor.varint(end);
    if (tag === KEY) key = stringIndex();
    else if (tag === STRING) string = stringIndex();
    else if (tag === NUMBER) {
      number = cursor.int64(end);
      if (!Number.isSafeInteger(number)) labels.inexact++;
    } else if (tag === UNIT) unit = stringIndex();
    else cursor.skipField(tag, FIELDS, end);
  }
  addLabel(labels, key, string, number, unit);
}

function addLabel(labels: LabelColumns, key: number, string: number, number: number, unit: number): void {
  const row = labels.count;
  if (string !== 0) {
    number = 0;
    unit = 0;
  } else if (number === 0 && unit === 0) return; // neither string nor number: Go's reader drops it too
  if (row === labels.key.length) grow(labels);
  labels.key[row] = key;
  labels.string[row] = string;
  labels.number[row] = number;
  labels.unit[row] = unit;
  labels.count = row + 1;
}

function grow(labels: LabelColumns): void {
  const size = Math.ceil(labels.count * 1.5) + 16;
  labels.key = resized(labels.key, size);
  labels.string = resized(labels.string, size);
  labels.number = resized(labels.number, size);
  labels.unit = resized(labels.unit, size);
}
