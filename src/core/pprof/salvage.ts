/**
 * What is whole in a damaged profile, written anew as a profile that decodes: the messages before the damage, without
 * those that are broken in themselves. Names usually come last in a file and are lost first: where functions have none,
 * the address of the code is the name, and values are counted; all other lost texts read "(lost)".
 */
import { FormatError } from "../text/format-error.js";
import { FUNCTION, LOCATION, MAPPING, PERIOD_TYPE, SAMPLE, SAMPLE_TYPE, STRING_TABLE } from "./outline.js";
import { BYTES, VARINT, WireCursor } from "./wire.js";
import { WireWriter } from "./wire-writer.js";

export interface Salvaged {
  /** A profile, for `decodeProfile`. */
  readonly bytes: Uint8Array;
  readonly samples: number;
  /** Functions whose names are lost. */
  readonly lostNames: number;
}

/** A field of a message: `bytes[start .. to)` with its tag, `bytes[from .. to)` without it and its length. */
interface Field {
  readonly number: number;
  readonly start: number;
  readonly from: number;
  readonly to: number;
  /** Undefined for what has a length. */
  readonly value: number | undefined;
}

/** Undefined when no sample is whole. */
export function salvage(bytes: Uint8Array): Salvaged | undefined {
  const cursor = new WireCursor(bytes);
  const parts = fieldsUpToDamage(cursor, 0, bytes.length).filter(({ value }) => value === undefined);
  const of = (number: number) => parts.filter((part) => part.number === number);
  const [types, strings, allFunctions] = [SAMPLE_TYPE, STRING_TABLE, FUNCTION].map(of);
  const functions = allFunctions.filter((part) => lastString(cursor, part, [2, 3, 4]) < strings.length);
  const known = new Set(functions.map((part) => idOf(cursor, part)));
  const mappings = new Set(of(MAPPING).map((part) => idOf(cursor, part)));
  const locations = of(LOCATION);
  const places = new Set(locations.map((part) => idOf(cursor, part)));
  const samples = of(SAMPLE).filter((part) => isWhole(cursor, part, types.length, places));
  if (types.length === 0 || samples.length === 0) return undefined;
  const about = [...of(MAPPING), ...of(PERIOD_TYPE).slice(-1)];
  let asked = 0;
  for (const part of about) asked = Math.max(asked, lastString(cursor, part, STRINGS_IN[part.number]));
  for (const part of samples) asked = Math.max(asked, lastLabelString(cursor, part));
  const whole = ({ start, to }: Field) => bytes.subarray(start, to);
  const out = new WireWriter();
  const texts = new WireWriter();
  let textCount = 0;
  /** Returns its number. */
  const addText = (text: string) => {
    texts.string(STRING_TABLE, text);
    return textCount++;
  };
  for (const part of strings) texts.raw(whole(part));
  textCount = strings.length;
  if (textCount === 0) addText("");
  while (textCount <= asked) addText("(lost)");
  for (const [at, part] of types.entries()) {
    if (lastString(cursor, part, [1, 2]) < strings.length) out.raw(whole(part));
    else {
      const type = out.begin(SAMPLE_TYPE);
      out.number(1, addText(`value ${at + 1} (name lost)`));
      out.end(type);
    }
  }
  for (const part of [...samples, ...functions, ...about]) out.raw(whole(part));
  let nextId = 1 + allFunctions.reduce((most, part) => Math.max(most, idOf(cursor, part)), 0);
  for (const part of locations) {
    const fields = within(cursor, part);
    const kept = fields.filter((field) => {
      if (field.number === MAPPED_BY) return mappings.has(field.value ?? 0);
      return field.number !== LINE || known.has(idOf(cursor, field));
    });
    const isNameless = !kept.some(({ number }) => number === LINE);
    if (isNameless) {
      // A function of its own, called by its address.
      const address = fields.find(({ number }) => number === ADDRESS)?.value ?? 0;
      const own = out.begin(FUNCTION);
      out.number(1, nextId);
      out.number(2, addText(`0x${address.toString(16)}`));
      out.end(own);
    }
    const location = out.begin(LOCATION);
    for (const field of kept) out.raw(whole(field));
    if (isNameless) {
      const line = out.begin(LINE);
      out.number(1, nextId++);
      out.end(line);
    }
    out.end(location);
  }
  out.raw(texts.finish());
  return {
    bytes: out.finish(),
    samples: samples.length,
    lostNames: allFunctions.length - functions.length,
  };
}

/** Fields of a location. */
const MAPPED_BY = 2;
const ADDRESS = 3;
const LINE = 4;

/** Fields that are indexes of texts, by the message's number in the profile. */
const STRINGS_IN: Readonly<Record<number, readonly number[]>> = {
  [PERIOD_TYPE]: [1, 2],
  [MAPPING]: [5, 6],
};

function fieldsUpToDamage(cursor: WireCursor, from: number, to: number): Field[] {
  const fields: Field[] = [];
  cursor.at = from;
  try {
    while (cursor.at < to) fields.push(nextField(cursor, to));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
  return fields;
}

function nextField(cursor: WireCursor, end: number): Field {
  const start = cursor.at;
  const tag = cursor.tag(end);
  const type = cursor.wireType(tag);
  const number = Math.floor(tag / 8);
  if (type === BYTES) {
    const to = cursor.lengthEnd(end);
    const from = cursor.at;
    cursor.at = to;
    return { number, start, from, to, value: undefined };
  }
  const from = cursor.at;
  let value = 0;
  if (type === VARINT) value = cursor.varint(end);
  else cursor.skip(tag, end);
  return { number, start, from, to: cursor.at, value };
}

function within(cursor: WireCursor, { from, to }: Field): Field[] {
  return fieldsUpToDamage(cursor, from, to);
}

function idOf(cursor: WireCursor, part: Field): number {
  return within(cursor, part).find(({ number }) => number === 1)?.value ?? 0;
}

/** The numbers of a repeated field, packed or one by one. */
function numbers(cursor: WireCursor, fields: readonly Field[], wanted: number): number[] {
  const list: number[] = [];
  for (const { number, from, to, value } of fields) {
    if (number !== wanted) continue;
    if (value !== undefined) list.push(value);
    else for (cursor.at = from; cursor.at < to;) list.push(cursor.varint(to));
  }
  return list;
}

/** A sample whose locations are all there and whose values are as many as the profile has sample types. */
function isWhole(cursor: WireCursor, part: Field, typeCount: number, places: ReadonlySet<number>): boolean {
  try {
    const fields = within(cursor, part);
    if ((fields.at(-1)?.to ?? part.from) !== part.to) return false;
    return numbers(cursor, fields, 2).length === typeCount && numbers(cursor, fields, 1).every((id) => places.has(id));
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** The highest text that a message asks for in these fields. */
function lastString(cursor: WireCursor, part: Field, fields: readonly number[]): number {
  return within(cursor, part).reduce(
    (last, { number, value }) => (fields.includes(number) ? Math.max(last, value ?? 0) : last),
    0,
  );
}

function lastLabelString(cursor: WireCursor, sample: Field): number {
  const labels = within(cursor, sample).filter(({ number, value }) => number === 3 && value === undefined);
  return labels.reduce((last, label) => Math.max(last, lastString(cursor, label, [1, 2, 4])), 0);
}
