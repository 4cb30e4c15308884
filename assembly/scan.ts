/**
 * The tables of a usual pprof profile (samples, locations, functions, strings), read at full speed from the first byte
 * on: WebAssembly, in the dialect of AssemblyScript. JavaScript takes 20 to 40 ms to warm up for work of 2 ms.
 *
 * It reads what writers usually write: ids 1, 2, 3, …, known fields, tags of one byte. For all else, broken or merely
 * odd, it gives up, and src/core/pprof/decode.ts reads the file again and finds the words for it. So nothing here
 * explains anything; but what is accepted here must give what is read there, which the tests and the fuzzer compare.
 *
 * The caller (src/core/pprof/scan.ts) puts a chunk of the file at INPUT, calls `scan`, and takes the rows away from
 * their columns. A message is read when all of it is in the chunk. Numbers are read without looking where their message
 * ends: whoever reads a message sees afterwards whether it ended where it should.
 */
import * as to from "../src/core/pprof/scan-layout";

const FAILED: i32 = -1;
/** Behind all memory: where a number ends that has no end. */
const NOWHERE: i32 = 0x7fffffff;
const MAX_SAFE: i64 = 0x1fffffffffffff;

// What ids and indexes may refer to, and how many values a sample has.
let typeCount: i32 = 0;
let mappingCount: u64 = 0;
let locationCount: i32 = 0;
let functionCount: u64 = 0;
let stringCount: u64 = 0;

// Rows of this chunk so far, and of all chunks before it.
let types: i32 = 0;
let samples: i32 = 0;
let ids: i32 = 0;
let values: i32 = 0;
let labels: i32 = 0;
let mappings: i32 = 0;
let locations: i32 = 0;
let lines: i32 = 0;
let functions: i32 = 0;
let strings: i32 = 0;
let stringBytes: i32 = 0;
let rests: i32 = 0;
/** Numbers that had to be rounded. */
let inexact: i32 = 0;
let idsBefore: i32 = 0;
let labelsBefore: i32 = 0;
let locationsBefore: i32 = 0;
let linesBefore: i32 = 0;
let functionsBefore: i32 = 0;

export function begin(types: i32, mappings: i32, locations: i32, functions: i32, strings: i32): void {
  typeCount = types;
  mappingCount = mappings;
  locationCount = locations;
  functionCount = functions;
  stringCount = strings;
  idsBefore = labelsBefore = locationsBefore = linesBefore = functionsBefore = 0;
}

/**
 * Reads the messages that begin in the chunk, or only counts their rows. Returns where it stopped, counted from the
 * chunk's first byte: at a message that is not wholly in the chunk, or after the last one, which may be behind it.
 * `base`: which byte of the file is the chunk's first.
 */
export function scan(base: i32, size: i32, isCounting: bool): i32 {
  const end = to.INPUT + size;
  const offset = base - to.INPUT;
  types = samples = ids = values = labels = mappings = 0;
  locations = lines = functions = strings = stringBytes = rests = inexact = 0;
  let at = to.INPUT;
  while (at < end) {
    const tag = load<u8>(at);
    if (tag >= 0x80) return FAILED;
    let next = varint(at + 1);
    if (next > end) break;
    if ((tag & 7) === 2) {
      if (value > 0x3fffffff) return FAILED;
      const from = next;
      next += <i32>value;
      if (tag === 0x12 || tag === 0x22 || tag === 0x2a) {
        if (next > end) break;
        let isGood: bool = true;
        if (tag === 0x12) isGood = isCounting ? countSample(from, next) : sample(from, next);
        else if (tag === 0x22) isGood = isCounting ? countLocation(from, next) : location(from, next);
        else if (isCounting) functions++;
        else isGood = func(from, next);
        if (!isGood) return FAILED;
      } else if (tag === 0x32) {
        store<i32>(to.STRING_START + 4 * strings, offset + from);
        store<i32>(to.STRING_END + 4 * strings, offset + next);
        strings++;
        stringBytes += next - from;
      } else {
        if (tag === 0x0a) types++;
        else if (tag === 0x1a) mappings++;
        rest(offset + at, offset + next);
      }
    } else if ((tag & 7) === 0) rest(offset + at, offset + next);
    else return FAILED;
    at = next;
  }
  idsBefore += ids;
  labelsBefore += labels;
  locationsBefore += locations;
  linesBefore += lines;
  functionsBefore += functions;
  store<i32>(4 * to.TYPES, types);
  store<i32>(4 * to.SAMPLES, samples);
  store<i32>(4 * to.IDS, ids);
  store<i32>(4 * to.VALUES, values);
  store<i32>(4 * to.LABELS, labels);
  store<i32>(4 * to.MAPPINGS, mappings);
  store<i32>(4 * to.LOCATIONS, locations);
  store<i32>(4 * to.LINES, lines);
  store<i32>(4 * to.FUNCTIONS, functions);
  store<i32>(4 * to.STRINGS, strings);
  store<i32>(4 * to.STRING_BYTES, stringBytes);
  store<i32>(4 * to.RESTS, rests);
  store<i32>(4 * to.INEXACT, inexact);
  return at - to.INPUT;
}

/** Fields that are left to the caller. */
function rest(from: i32, next: i32): void {
  store<i32>(to.REST_START + 4 * rests, from);
  store<i32>(to.REST_END + 4 * rests, next);
  rests++;
}

function countSample(start: i32, end: i32): bool {
  samples++;
  let at = start;
  while (at < end) {
    const tag = load<u8>(at);
    at = varint(at + 1);
    if (tag === 0x08) ids++;
    else if (tag !== 0x10) {
      if ((tag & 7) !== 2 || at > end || value > <u64>(end - at)) return false;
      const from = at;
      at += <i32>value;
      if (tag === 0x0a) ids += numbersIn(from, at);
      else if (tag === 0x1a) labels++;
    }
  }
  return at === end;
}

/** The last byte of a number is the one below 0x80. */
function numbersIn(start: i32, end: i32): i32 {
  let count = 0;
  let at = start;
  for (; at + 8 <= end; at += 8) count += <i32>popcnt(~load<u64>(at) & 0x8080808080808080);
  for (; at < end; at++) if (load<u8>(at) < 0x80) count++;
  return count;
}

function countLocation(start: i32, end: i32): bool {
  locations++;
  let at = start;
  while (at < end) {
    const tag = load<u8>(at);
    at = varint(at + 1);
    if (tag === 0x22) {
      if (at > end || value > <u64>(end - at)) return false;
      at += <i32>value;
      lines++;
    } else if ((tag & 7) !== 0) return false;
  }
  return at === end;
}

function sample(start: i32, end: i32): bool {
  const valueEnd = values + typeCount;
  let at = start;
  while (at < end) {
    const tag = load<u8>(at);
    let from = at + 1;
    let next = varint(from);
    if (tag === 0x0a || tag === 0x12 || tag === 0x1a) {
      from = next;
      if (from > end || value > <u64>(end - from)) return false;
      next = from + <i32>value;
    } else if (tag !== 0x08 && tag !== 0x10) return false;
    const isGood = tag <= 0x0a ? stack(from, next) : tag <= 0x12 ? costs(from, next, valueEnd) : label(from, next);
    if (!isGood) return false;
    at = next;
  }
  if (at !== end || values !== valueEnd) return false;
  store<i32>(to.STACK_END + 4 * samples, idsBefore + ids);
  store<i32>(to.LABEL_END + 4 * samples, labelsBefore + labels);
  samples++;
  return true;
}

/**
 * Location ids are most of a profile's bytes. They have one or two of them in an order that no processor guesses, so
 * two ids are taken out of four bytes without branches, and the sign bit of `bad` gathers what is wrong.
 */
function stack(start: i32, end: i32): bool {
  const last = locationCount - 1;
  let out: i32 = to.STACK + 4 * ids;
  let at = start;
  let bad: i32 = 0;
  while (at + 3 < end) {
    const word = load<i32>(at);
    if ((word & 0x80808080) === 0) {
      const a = (word & 0x7f) - 1;
      const b = ((word >> 8) & 0x7f) - 1;
      const c = ((word >> 16) & 0x7f) - 1;
      const d = (word >> 24) - 1;
      bad |= a | b | c | d | (last - a) | (last - b) | (last - c) | (last - d);
      store<i32>(out, a);
      store<i32>(out, b, 4);
      store<i32>(out, c, 8);
      store<i32>(out, d, 12);
      out += 16;
      at += 4;
      continue;
    }
    const aMore = (word >> 7) & 1;
    const rest = word >> (8 + (aMore << 3));
    const bMore = (rest >> 7) & 1;
    if ((((word >> 15) & aMore) | ((rest >> 15) & bMore)) !== 0) break; // three bytes
    const a = ((word & 0x7f) | ((word >> 1) & 0x3f80 & -aMore)) - 1;
    const b = ((rest & 0x7f) | ((rest >> 1) & 0x3f80 & -bMore)) - 1;
    bad |= a | b | (last - a) | (last - b);
    store<i32>(out, a);
    store<i32>(out, b, 4);
    out += 8;
    at += 2 + aMore + bMore;
  }
  while (at < end) {
    at = varint(at);
    if (value - 1 >= <u64>locationCount) return false;
    store<i32>(out, <i32>value - 1);
    out += 4;
  }
  ids = (out - to.STACK) >> 2;
  return bad >= 0 && at === end;
}

function costs(start: i32, end: i32, valueEnd: i32): bool {
  let at = start;
  while (at < end) {
    if (values === valueEnd) return false;
    at = varint(at);
    store<f64>(to.COSTS + 8 * values, rounded());
    values++;
  }
  return at === end;
}

function label(start: i32, end: i32): bool {
  let key: u64 = 0;
  let string: u64 = 0;
  let number: f64 = 0;
  let unit: u64 = 0;
  let at = start;
  while (at < end) {
    const tag = load<u8>(at);
    at = varint(at + 1);
    if (tag === 0x08) key = value;
    else if (tag === 0x10) string = value;
    else if (tag === 0x18) number = rounded();
    else if (tag === 0x20) unit = value;
    else return false;
  }
  if (at !== end || key >= stringCount || string >= stringCount || unit >= stringCount) return false;
  if (string !== 0) {
    number = 0;
    unit = 0;
  } else if (number === 0 && unit === 0) return true; // neither string nor number: it is dropped
  store<i32>(to.LABEL_KEY + 4 * labels, <i32>key);
  store<i32>(to.LABEL_STRING + 4 * labels, <i32>string);
  store<i32>(to.LABEL_UNIT + 4 * labels, <i32>unit);
  store<f64>(to.LABEL_NUMBER + 8 * labels, number);
  labels++;
  return true;
}

function location(start: i32, end: i32): bool {
  let id: u64 = 0;
  let mapping: u64 = 0;
  let address: u64 = 0;
  let isFolded: u64 = 0;
  let at = start;
  while (at < end) {
    const tag = load<u8>(at);
    at = varint(at + 1);
    if (tag === 0x22) {
      if (at > end || value > <u64>(end - at)) return false;
      const next = at + <i32>value;
      if (!line(at, next)) return false;
      at = next;
    } else if (tag === 0x08) id = value;
    else if (tag === 0x10) mapping = value;
    else if (tag === 0x18) address = value;
    else if (tag === 0x28) isFolded = value;
    else return false;
  }
  if (at !== end || id !== <u64>(locationsBefore + locations + 1) || mapping > mappingCount) return false;
  store<i32>(to.MAPPING + 4 * locations, <i32>mapping - 1);
  store<i32>(to.ADDRESS_LOW + 4 * locations, <i32>address);
  store<i32>(to.ADDRESS_HIGH + 4 * locations, <i32>(address >> 32));
  store<u8>(to.IS_FOLDED + locations, isFolded === 0 ? 0 : 1);
  store<i32>(to.LINE_END + 4 * locations, linesBefore + lines);
  locations++;
  return true;
}

function line(start: i32, end: i32): bool {
  let id: u64 = 0;
  let number: i64 = 0;
  let column: i64 = 0;
  let at = start;
  while (at < end) {
    const tag = load<u8>(at);
    at = varint(at + 1);
    if (tag === 0x08) id = value;
    else if (tag === 0x10) number = <i64>value;
    else if (tag === 0x18) column = <i64>value;
    else return false;
  }
  if (at !== end || id - 1 >= functionCount || !isInt32(number) || !isInt32(column)) return false;
  store<i32>(to.LINE_FUNCTION + 4 * lines, <i32>id - 1);
  store<i32>(to.LINE_NUMBER + 4 * lines, <i32>number);
  store<i32>(to.LINE_COLUMN + 4 * lines, <i32>column);
  lines++;
  return true;
}

function func(start: i32, end: i32): bool {
  let id: u64 = 0;
  let name: u64 = 0;
  let systemName: u64 = 0;
  let filename: u64 = 0;
  let startLine: i64 = 0;
  let at = start;
  while (at < end) {
    const tag = load<u8>(at);
    at = varint(at + 1);
    if (tag === 0x08) id = value;
    else if (tag === 0x10) name = value;
    else if (tag === 0x18) systemName = value;
    else if (tag === 0x20) filename = value;
    else if (tag === 0x28) startLine = <i64>value;
    else return false;
  }
  if (at !== end || id !== <u64>(functionsBefore + functions + 1) || !isInt32(startLine)) return false;
  if (name >= stringCount || systemName >= stringCount || filename >= stringCount) return false;
  store<i32>(to.NAME + 4 * functions, <i32>name);
  store<i32>(to.SYSTEM_NAME + 4 * functions, <i32>systemName);
  store<i32>(to.FILENAME + 4 * functions, <i32>filename);
  store<i32>(to.START_LINE + 4 * functions, <i32>startLine);
  functions++;
  return true;
}

/** What `varint` read last. */
let value: u64 = 0;

/** Returns where the number ends that begins at `at`. */
function varint(at: i32): i32 {
  value = load<u8>(at);
  return value < 0x80 ? at + 1 : longVarint(at);
}

function longVarint(start: i32): i32 {
  let at = start;
  let bits: u64 = 0;
  for (let shift: u64 = 0; shift < 70; shift += 7) {
    const byte: u64 = load<u8>(at++);
    bits |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      value = bits;
      return at;
    }
  }
  return NOWHERE;
}

/** The number that was read last, when it is signed. */
function rounded(): f64 {
  const number = <i64>value;
  if (number > MAX_SAFE || number < -MAX_SAFE) inexact++;
  return <f64>number;
}

function isInt32(number: i64): bool {
  return number >= -0x7fffffff && number <= 0x7fffffff;
}
