/**
 * The tables of a usual profile through WebAssembly (assembly/scan.ts), which is fast from the first call on.
 *
 * The file goes through a fixed piece of memory in chunks; twice, because the first time counts the rows, so that every
 * column is made in its final size. Fields that the scan leaves alone (sample types, mappings, single values) are a
 * small profile of their own, the rest, which is read without WebAssembly.
 */
import type { Functions, Locations, Samples } from "../profile/profile.js";
import { trimmed } from "./columns.js";
import * as at from "./scan-layout.js";
import { SCAN_MODULE } from "./scan-module.js";

export interface ScannedTables {
  readonly samples: Samples;
  /** Values and numeric labels that had to be rounded. */
  readonly inexact: number;
  readonly functions: Functions;
  /** They name mappings by id - 1: by row, when the mappings turn out to have the ids 1, 2, 3, … */
  readonly locations: Locations;
  /** String `i` is the file's bytes `stringStart[i] .. stringEnd[i]`. */
  readonly stringStart: Uint32Array;
  readonly stringEnd: Uint32Array;
  /** Bytes of all strings together. */
  readonly stringBytes: number;
  /** All other fields, one after the other. */
  readonly rest: Uint8Array;
}

/** Undefined when the profile is broken or merely unusual, and where there is no WebAssembly. */
export function scanTables(bytes: Uint8Array): ScannedTables | undefined {
  scanner ??= newScanner();
  // Positions are signed 32-bit numbers, and may be a little behind the end.
  if (scanner === NONE || bytes.length > 0x7fff0000) return undefined;
  const total = scanInChunks(scanner, bytes, true);
  if (total === undefined || total[at.TYPES] === 0) return undefined;
  total[at.VALUES] = total[at.TYPES] * total[at.SAMPLES];
  if (total[at.VALUES] > bytes.length) return undefined; // each takes a byte or more

  const { buffer } = scanner.memory;
  const columns: Column[] = [];
  const column = <T extends Rows>(Kind: RowsOf<T>, table: number, offset: number, first = 0): T => {
    const rows = new Kind(first + total[table]);
    columns.push({ rows, table, first, from: offset / rows.BYTES_PER_ELEMENT, memory: new Kind(buffer) });
    return rows;
  };
  const samples = {
    count: total[at.SAMPLES],
    stackStart: column(Uint32Array, at.SAMPLES, at.STACK_END, 1),
    stack: column(Uint32Array, at.IDS, at.STACK),
    values: column(Float64Array, at.VALUES, at.COSTS),
    labelStart: column(Uint32Array, at.SAMPLES, at.LABEL_END, 1),
  };
  const key = column(Uint32Array, at.LABELS, at.LABEL_KEY);
  const string = column(Uint32Array, at.LABELS, at.LABEL_STRING);
  const number = column(Float64Array, at.LABELS, at.LABEL_NUMBER);
  const unit = column(Uint32Array, at.LABELS, at.LABEL_UNIT);
  const locations = {
    count: total[at.LOCATIONS],
    mapping: column(Int32Array, at.LOCATIONS, at.MAPPING),
    addressLow: column(Uint32Array, at.LOCATIONS, at.ADDRESS_LOW),
    addressHigh: column(Uint32Array, at.LOCATIONS, at.ADDRESS_HIGH),
    isFolded: column(Uint8Array, at.LOCATIONS, at.IS_FOLDED),
    lineStart: column(Uint32Array, at.LOCATIONS, at.LINE_END, 1),
    lineFunction: column(Uint32Array, at.LINES, at.LINE_FUNCTION),
    lineNumber: column(Int32Array, at.LINES, at.LINE_NUMBER),
    lineColumn: column(Int32Array, at.LINES, at.LINE_COLUMN),
  };
  const functions = {
    count: total[at.FUNCTIONS],
    name: column(Uint32Array, at.FUNCTIONS, at.NAME),
    systemName: column(Uint32Array, at.FUNCTIONS, at.SYSTEM_NAME),
    filename: column(Uint32Array, at.FUNCTIONS, at.FILENAME),
    startLine: column(Int32Array, at.FUNCTIONS, at.START_LINE),
  };
  const stringStart = column(Uint32Array, at.STRINGS, at.STRING_START);
  const stringEnd = column(Uint32Array, at.STRINGS, at.STRING_END);
  const restStart = column(Uint32Array, at.RESTS, at.REST_START);
  const restEnd = column(Uint32Array, at.RESTS, at.REST_END);

  scanner.begin(total[at.TYPES], total[at.MAPPINGS], locations.count, functions.count, total[at.STRINGS]);
  const done = scanInChunks(scanner, bytes, false, columns);
  if (done === undefined) return undefined;
  // Labels that say nothing were counted, but are not there.
  const count = done[at.LABELS];
  const labels = {
    count,
    key: trimmed(key, count),
    string: trimmed(string, count),
    number: trimmed(number, count),
    unit: trimmed(unit, count),
  };
  return {
    samples: { ...samples, labels },
    inexact: done[at.INEXACT],
    functions,
    locations,
    stringStart,
    stringEnd,
    stringBytes: total[at.STRING_BYTES],
    rest: joined(bytes, restStart, restEnd),
  };
}

type Rows = Uint8Array | Uint32Array | Int32Array | Float64Array;

interface RowsOf<T> {
  new (size: number): T;
  new (buffer: ArrayBuffer): T;
}

/** A column of the profile, and where the scan puts those of its rows that a chunk holds. */
interface Column {
  readonly rows: Rows;
  readonly table: number;
  /** How many rows stand before the first one that is scanned. */
  readonly first: number;
  readonly memory: Rows;
  readonly from: number;
}

/** Returns how many rows each table has. */
function scanInChunks(
  { memory, scan }: Scanner,
  bytes: Uint8Array,
  isCounting: boolean,
  columns: readonly Column[] = [],
): number[] | undefined {
  const input = new Uint8Array(memory.buffer, at.INPUT, at.CHUNK);
  const added = new Uint32Array(memory.buffer, 0, at.TABLES);
  const rows = new Array<number>(at.TABLES).fill(0);
  for (let start = 0; start < bytes.length;) {
    const chunk = bytes.subarray(start, start + at.CHUNK);
    input.set(chunk);
    const read = scan(start, chunk.length, isCounting);
    start += read;
    if (read <= 0 || start > bytes.length) return undefined;
    for (const { rows: column, table, first, memory, from } of columns) {
      if (added[table] > 0) column.set(memory.subarray(from, from + added[table]), first + rows[table]);
    }
    for (let table = 0; table < at.TABLES; table++) rows[table] += added[table];
  }
  return rows;
}

function joined(bytes: Uint8Array, start: Uint32Array, end: Uint32Array): Uint8Array {
  let size = 0;
  for (let i = 0; i < start.length; i++) size += end[i] - start[i];
  const parts = new Uint8Array(size);
  size = 0;
  for (let i = 0; i < start.length; i++) {
    parts.set(bytes.subarray(start[i], end[i]), size);
    size += end[i] - start[i];
  }
  return parts;
}

interface Scanner {
  readonly memory: Memory;
  readonly begin: (types: number, mappings: number, locations: number, functions: number, strings: number) => void;
  readonly scan: (base: number, size: number, isCounting: boolean) => number;
}

interface Memory {
  readonly buffer: ArrayBuffer;
}

// The same in Node, in workers and in browsers.
declare const WebAssembly: {
  Memory: new (pages: { initial: number }) => Memory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: { env: { memory: Memory } }) => { readonly exports: Omit<Scanner, "memory"> };
};
declare function atob(base64: string): string;

/** One for all profiles: a scan leaves nothing behind that the next one needs. */
let scanner: Scanner | typeof NONE | undefined;
const NONE = 0;

function newScanner(): Scanner | typeof NONE {
  try {
    const text = atob(SCAN_MODULE);
    const code = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) code[i] = text.charCodeAt(i);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(at.END / 65536) });
    const { begin, scan } = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } }).exports;
    return { memory, begin, scan };
  } catch {
    return NONE; // there is none here, or a page's policy forbids it
  }
}
