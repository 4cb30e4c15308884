/**
 * A history as a file, `*.golive`: what docs/live.md describes. This is its content; on the disk it is compressed with gzip.
 *
 *   8 bytes          "golive1\n"
 *   4 bytes          length of the header, little-endian, as all numbers
 *   header           JSON in UTF-8: program, version of Go, rows, measures, marks
 *   0 to 7 bytes     zeros, up to a multiple of 8
 *   8 bytes a row    the axis in ms, then when in ms since 1970, then each measure in turn (NaN: not known)
 *   160 bytes a row  pauses by powers of two of ns, 40 counts of 4 bytes; then scheduler latencies in the same way
 *   1 byte a row     1 where a gap is before the row
 */
import { FormatError } from "../text/format-error.js";
import { decodeUtf8, encodeUtf8 } from "../text/utf8.js";
import { LiveHistory, type Mark, type MarkKind, MAX_MARKS, MAX_MEASURES } from "./live-history.js";
import type { LiveUnit, Measure } from "./live-measures.js";
import { HEAT_ROWS } from "./live-row.js";

export interface LiveRun {
  /** For people. */
  readonly program: string;
  /** "go1.26.8"; "" where it is not known. */
  readonly goVersion: string;
  readonly history: LiveHistory;
}

const MAGIC = "golive1\n";
const MAX_HEADER_BYTES = 4 * 1_048_576;
/** A day of one a second. */
const MAX_FILE_ROWS = 86_400;
const HEATS = ["pauses", "latencies"] as const;

export function encodeRun({ program, goVersion, history }: LiveRun): Uint8Array<ArrayBuffer> {
  const { length: rows, measures, marks } = history;
  const header = encodeUtf8(JSON.stringify({ program, goVersion, rows, measures, marks }));
  const begin = columnsAt(header.length);
  const bytes = new Uint8Array(begin + bytesOf(rows, measures.length));
  bytes.set(encodeUtf8(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, header.length, true);
  bytes.set(header, MAGIC.length + 4);
  const words = new Float64Array(bytes.buffer, begin, (2 + measures.length) * rows);
  for (let row = 0; row < rows; row++) {
    words[row] = history.axisMs(row);
    words[rows + row] = history.atMs(row);
    for (let m = 0; m < measures.length; m++) words[(2 + m) * rows + row] = history.value(m, row);
  }
  const heatsBegin = begin + words.byteLength;
  const counts = new Uint32Array(bytes.buffer, heatsBegin, HEATS.length * rows * HEAT_ROWS);
  HEATS.forEach((heat, h) => {
    for (let row = 0; row < rows; row++) counts.set(history.heat(heat, row), (h * rows + row) * HEAT_ROWS);
  });
  const gaps = bytes.subarray(heatsBegin + counts.byteLength);
  for (let row = 0; row < rows; row++) gaps[row] = history.hasGap(row) ? 1 : 0;
  return bytes;
}

/**
 * Throws a `FormatError`. `room` is for rows that come on top. Names of what is kept are taken from our own host only: a
 * file of others would name files of this machine.
 */
export function decodeRun(bytes: Uint8Array, room = 0, { trusted = false } = {}): LiveRun {
  const magic = decodeUtf8(bytes, 0, Math.min(bytes.length, MAGIC.length));
  if (magic !== MAGIC) throw new FormatError("not-a-profile", "this is no history of live numbers", 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = bytes.length < MAGIC.length + 4 ? Infinity : view.getUint32(MAGIC.length, true);
  if (headerLength > MAX_HEADER_BYTES || MAGIC.length + 4 + headerLength > bytes.length) {
    throw new FormatError("truncated", "the header of live numbers is cut off", MAGIC.length);
  }
  const { program, goVersion, rows, measures, marks } = headerOf(
    bytes.subarray(MAGIC.length + 4, MAGIC.length + 4 + headerLength),
  );
  const begin = columnsAt(headerLength);
  if (bytes.length !== begin + bytesOf(rows, measures.length)) {
    const expected = begin + bytesOf(rows, measures.length);
    throw new FormatError("truncated", `live numbers of ${expected} bytes have ${bytes.length}`, begin);
  }
  // A copy is aligned, whatever the bytes were a part of.
  const body = bytes.slice(begin).buffer;
  const words = new Float64Array(body, 0, (2 + measures.length) * rows);
  const counts = new Uint32Array(body, words.byteLength, HEATS.length * rows * HEAT_ROWS);
  const gaps = new Uint8Array(body, words.byteLength + counts.byteLength);
  const history = new LiveHistory(measures, Math.max(1, rows, room));
  const values = new Float64Array(measures.length);
  const heatAt = (h: number, row: number) =>
    counts.subarray((h * rows + row) * HEAT_ROWS, (h * rows + row + 1) * HEAT_ROWS);
  for (let row = 0; row < rows; row++) {
    const axisMs = words[row];
    if (!(
      axisMs >= (row === 0 ? 0 : words[row - 1]) &&
      axisMs <= MAX_TIME &&
      Math.abs(words[rows + row]) <= MAX_TIME
    )) {
      throw new FormatError("malformed", `the times of live numbers are not in order at row ${row}`, begin + row * 8);
    }
    for (let m = 0; m < measures.length; m++) values[m] = words[(2 + m) * rows + row];
    history.add({
      axisMs,
      atMs: words[rows + row],
      hasGap: gaps[row] === 1,
      values,
      heats: { pauses: heatAt(0, row), latencies: heatAt(1, row) },
    });
  }
  for (const { kept, ...mark } of marks) history.addMark({ ...mark, ...(trusted && kept !== undefined && { kept }) });
  return { program, goVersion, history };
}

/** What a Date can hold, in ms. */
const MAX_TIME = 8.64e15;

function columnsAt(headerLength: number): number {
  return Math.ceil((MAGIC.length + 4 + headerLength) / 8) * 8;
}

function bytesOf(rows: number, measures: number): number {
  return rows * (8 * (2 + measures) + HEATS.length * HEAT_ROWS * 4 + 1);
}

interface Header {
  readonly program: string;
  readonly goVersion: string;
  readonly rows: number;
  readonly measures: readonly Measure[];
  readonly marks: readonly Mark[];
}

const UNITS: readonly string[] = [
  "bytes",
  "bytes/s",
  "count",
  "1/s",
  "nanoseconds",
  "percent",
  "",
] satisfies LiveUnit[];
const KINDS: readonly string[] = ["capture", "stop", "finding", "collection"] satisfies MarkKind[];
const MAX_TEXT = 500;
const MAX_KEPT_TEXT = 8_192;

function headerOf(bytes: Uint8Array): Header {
  const broken = (what: string) =>
    new FormatError("malformed", `the header of live numbers has ${what}`, MAGIC.length + 4);
  const header = parsed(bytes);
  if (!isRecord(header)) throw broken("no fields");
  const { program, goVersion, rows, measures, marks } = header;
  if (!isText(program) || !isText(goVersion)) throw broken("no name of a program");
  if (typeof rows !== "number" || !Number.isInteger(rows) || rows < 0 || rows > MAX_FILE_ROWS)
    throw broken("no count of rows");
  if (!Array.isArray(measures) || measures.length > MAX_MEASURES || !measures.every(isMeasure))
    throw broken("no measures");
  if (!Array.isArray(marks) || marks.length > MAX_MARKS || !marks.every(isMark)) throw broken("no marks");
  return { program, goVersion, rows, measures, marks };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

const isText = (value: unknown): value is string => typeof value === "string" && value.length <= MAX_TEXT;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isMeasure(value: unknown): value is Measure {
  if (!isRecord(value)) return false;
  return [value["id"], value["name"], value["chart"]].every(isText) && UNITS.includes(String(value["unit"]));
}

function isMark(value: unknown): value is Mark {
  if (!isRecord(value) || !KINDS.includes(String(value["kind"])) || !isText(value["label"])) return false;
  const { kept } = value;
  if (kept !== undefined && !(typeof kept === "string" && kept.length <= MAX_KEPT_TEXT)) return false;
  return Number.isFinite(value["axisMs"]) && Number.isFinite(value["atMs"]);
}
