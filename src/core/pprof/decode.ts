/**
 * Reads a pprof profile (profile.proto, already gunzipped) into tables.
 *
 * What is an error here is an error in Go's own reader, with better words; what Go passes over in silence becomes a
 * warning where a person should know. The bytes are not kept: what the tables need of them is copied.
 */
import { FormatError, type Warning } from "../text/format-error.js";
import type { Mapping, Profile, StringTable, ValueType } from "../profile/profile.js";
import { describeForeign } from "./foreign.js";
import * as field from "./outline.js";
import { NO_MESSAGE, nextMessage, outlineOf, type Outline } from "./outline.js";
import { readSamples } from "./samples.js";
import { scanTables } from "./scan.js";
import {
  readFunctions,
  readLocations,
  readMappings,
  readStringIndex,
  readStrings,
  stringsOf,
  type Table,
} from "./tables.js";
import { BYTES, WireCursor } from "./wire.js";

/** Throws FormatError; what was odd but readable is in the profile's `warnings`. */
export function decodeProfile(bytes: Uint8Array): Profile {
  return decodeScanned(bytes) ?? decodeCarefully(bytes);
}

/** As `decodeProfile`, for usual profiles and where there is WebAssembly; undefined for all else. */
export function decodeScanned(bytes: Uint8Array): Profile | undefined {
  const scanned = scanTables(bytes);
  if (scanned === undefined) return undefined;
  try {
    const cursor = new WireCursor(scanned.rest);
    const outline = outlineOf(cursor);
    const strings = stringsOf(bytes, scanned.stringStart, scanned.stringEnd, scanned.stringBytes);
    const head = readHead(cursor, outline, strings);
    if (head.mappings.ids.rows !== undefined) return undefined;
    return profileOf(head, { ...scanned, strings, lostMappings: 0 });
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** As `decodeProfile`, without WebAssembly: every profile that can be read, and the reason for all others. */
export function decodeCarefully(bytes: Uint8Array): Profile {
  if (bytes.length === 0) throw new FormatError("empty", "there is nothing in it: 0 bytes", 0);
  try {
    const cursor = new WireCursor(bytes);
    const outline = outlineOf(cursor);
    const strings = readStrings(cursor, outline);
    const head = readHead(cursor, outline, strings);
    const functions = readFunctions(cursor, outline, strings.length);
    const locations = readLocations(cursor, outline, head.mappings.ids, functions.ids);
    const samples = readSamples(cursor, outline, locations.ids, head.sampleTypes.length, strings.length);
    const { lostMappings } = locations;
    return profileOf(head, { ...samples, functions: functions.rows, locations: locations.rows, strings, lostMappings });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw describeForeign(bytes) ?? error;
  }
}

/** What a profile says about itself, and its mappings. */
interface Head extends Header {
  sampleTypes: ValueType[];
  periodType: ValueType | undefined;
  mappings: Table<Mapping[]>;
}

function readHead(cursor: WireCursor, outline: Outline, strings: StringTable): Head {
  const sampleTypes = readValueTypes(cursor, outline, field.SAMPLE_TYPE, strings);
  const header = readHeader(cursor, outline, strings);
  const mappings = readMappings(cursor, outline, strings);
  const periodType = readValueTypes(cursor, outline, field.PERIOD_TYPE, strings).at(-1);
  return { ...header, sampleTypes, mappings, periodType };
}

interface Tables extends Pick<Profile, "samples" | "locations" | "functions" | "strings"> {
  readonly inexact: number;
  readonly lostMappings: number;
}

function profileOf(head: Head, tables: Tables): Profile {
  const { sampleTypes, mappings, periodType, ...header } = head;
  const { inexact, lostMappings, samples, locations, functions, strings } = tables;
  const warnings: Warning[] = [];
  if (inexact > 0) {
    warnings.push({
      code: "inexact",
      message: `${inexact === 1 ? "A value is" : `${inexact} values are`} beyond 2^53 and had to be rounded.`,
    });
  }
  if (lostMappings > 0) {
    warnings.push({
      code: "mapping-id",
      message: `${lostMappings} locations name a mapping that the profile does not have.`,
    });
  }
  const named = sampleTypes.findIndex(
    ({ type }) => header.defaultSampleType !== "" && type === header.defaultSampleType,
  );
  return {
    ...header,
    format: "pprof",
    sampleTypes,
    defaultSampleType: named >= 0 ? named : Math.max(0, sampleTypes.length - 1),
    samples,
    locations,
    functions,
    mappings: mappings.rows,
    strings,
    periodType: periodType === undefined || periodType.type + periodType.unit === "" ? undefined : periodType,
    warnings,
  };
}

function readValueTypes(cursor: WireCursor, outline: Outline, number: number, strings: StringTable): ValueType[] {
  const types: ValueType[] = [];
  cursor.at = outline.first[number];
  for (;;) {
    const end = nextMessage(cursor, outline, number);
    if (end === NO_MESSAGE) break;
    let type = 0;
    let unit = 0;
    while (cursor.at < end) {
      const tag = cursor.varint(end);
      if (tag === 0x08) type = readStringIndex(cursor, end, strings.length);
      else if (tag === 0x10) unit = readStringIndex(cursor, end, strings.length);
      else cursor.skipField(tag, 2, end);
    }
    types.push({ type: strings.at(type), unit: strings.at(unit) });
  }
  return types;
}

interface Header {
  dropFrames: string;
  keepFrames: string;
  defaultSampleType: string;
  docUrl: string;
  timeNanos: bigint;
  durationNanos: number;
  period: number;
  comments: string[];
}

function readHeader(cursor: WireCursor, outline: Outline, strings: StringTable): Header {
  const header: Header = {
    dropFrames: "",
    keepFrames: "",
    defaultSampleType: "",
    docUrl: "",
    timeNanos: 0n,
    durationNanos: 0,
    period: 0,
    comments: [],
  };
  const scalars = [7, 8, 9, 10, 12, 13, 14, 15].filter((number) => outline.count[number] > 0);
  const end = Math.max(0, ...scalars.map((number) => outline.last[number]));
  cursor.at = Math.min(end, ...scalars.map((number) => outline.first[number]));
  const string = () => strings.at(readStringIndex(cursor, end, strings.length));
  while (cursor.at < end) {
    const start = cursor.at;
    const tag = cursor.varint(end);
    switch (tag >= 8 && tag < 128 ? tag >>> 3 : 0) {
      case field.DROP_FRAMES:
        header.dropFrames = string();
        break;
      case field.KEEP_FRAMES:
        header.keepFrames = string();
        break;
      case field.TIME_NANOS:
        if (header.timeNanos !== 0n) {
          throw new FormatError("concatenated", "two profiles were written into one file, one after the other", start);
        }
        header.timeNanos = BigInt.asIntN(64, cursor.uint64(end));
        break;
      case field.DURATION_NANOS:
        header.durationNanos = cursor.int64(end);
        break;
      case field.PERIOD:
        header.period = cursor.int64(end);
        break;
      case field.COMMENT:
        if (cursor.wireType(tag) === BYTES) {
          const to = cursor.lengthEnd(end);
          while (cursor.at < to) header.comments.push(strings.at(readStringIndex(cursor, to, strings.length)));
        } else header.comments.push(string());
        break;
      case field.DEFAULT_SAMPLE_TYPE:
        header.defaultSampleType = string();
        break;
      case field.DOC_URL:
        header.docUrl = string();
        break;
      default:
        cursor.skip(tag, end);
    }
  }
  return header;
}
