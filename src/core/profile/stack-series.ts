/**
 * Stacks of several profiles in one table: which stack of one profile is the same as which stack of another.
 *
 * Locations, ids and addresses differ between profiles (and between builds), names do not: frames are interned by
 * function, file and line, locations by their frames, stacks by their locations. Every stack then has a series, its
 * value in each profile. Samples whose first measure is zero (memory that is not alive) are left out, unless one of
 * the measures that the caller names tells something of them.
 */
import { type Frames, framesOf } from "./frames.js";
import type { Profile } from "./profile.js";

export type StackIndex = number;
/** Row of the frame columns: a function at a line. */
export type SeriesFrame = number;
/** Row of `functionName`. */
type SeriesFunction = number;

export interface StackSeries {
  /** How many profiles: the length of every series. */
  readonly length: number;
  readonly stackCount: number;
  /** Stack `i` has the locations `stack[stackStart[i] .. stackStart[i + 1])`, leaf first. */
  readonly stackStart: Uint32Array;
  readonly stack: Uint32Array;
  /** Location `i` has the frames `locationFrame[locationStart[i] .. locationStart[i + 1])`, innermost first. */
  readonly locationStart: readonly number[];
  readonly locationFrame: readonly SeriesFrame[];
  readonly frameFunction: readonly SeriesFunction[];
  readonly frameFile: readonly string[];
  readonly frameLine: readonly number[];
  readonly functionName: readonly string[];
  /** File of the function's first frame. */
  readonly functionFile: readonly string[];
  /** One per measure: stack `i` has the series `value[i * length .. (i + 1) * length)`. */
  readonly values: readonly Float64Array[];
}

/** Columns of numbers, one per sample, in the same order for every profile; the last ones may be missing (zeros). */
export type Measure = (profile: Profile) => readonly ArrayLike<number>[];

/**
 * `profiles` may hold gaps (undefined): their place in the series stays 0. A sample is left out when its measures
 * `keeping` are all zero.
 */
export function stackSeries(
  profiles: readonly (Profile | undefined)[],
  measure: Measure,
  keeping: readonly number[] = [0],
): StackSeries {
  const length = profiles.length;
  const names = new Names();
  const stacks = new StackInterner();
  let values: Float64Array[] = [];

  for (const [at, profile] of profiles.entries()) {
    if (profile === undefined) continue;
    const columns = measure(profile);
    const { count, stackStart, stack } = profile.samples;
    const location = names.locationsOf(profile);
    while (values.length < columns.length) values.push(new Float64Array(values[0]?.length ?? length * 256));
    const scratch = new Uint32Array(longestStack(stackStart, count));
    for (let sample = 0; sample < count; sample++) {
      if (keeping.every((column) => columns[column][sample] === 0)) continue;
      const from = stackStart[sample];
      const depth = stackStart[sample + 1] - from;
      for (let i = 0; i < depth; i++) scratch[i] = location[stack[from + i]];
      const row = stacks.indexOf(scratch, depth);
      if ((row + 1) * length > values[0].length) values = values.map(doubled);
      for (let c = 0; c < columns.length; c++) values[c][row * length + at] += columns[c][sample];
    }
  }
  return {
    length,
    stackCount: stacks.count,
    stackStart: stacks.start,
    stack: stacks.list,
    locationStart: names.locationStart,
    locationFrame: names.locationFrame,
    frameFunction: names.frameFunction,
    frameFile: names.frameFile,
    frameLine: names.frameLine,
    functionName: names.functionName,
    functionFile: names.functionFile,
    values: values.map((column) => column.subarray(0, stacks.count * length)),
  };
}

/** The frames of a stack, leaf first. */
export function stackFrames(series: StackSeries, stack: StackIndex): SeriesFrame[] {
  const frames: SeriesFrame[] = [];
  for (let i = series.stackStart[stack]; i < series.stackStart[stack + 1]; i++) {
    const location = series.stack[i];
    for (let row = series.locationStart[location]; row < series.locationStart[location + 1]; row++) {
      frames.push(series.locationFrame[row]);
    }
  }
  return frames;
}

/** The series of one stack in measure `measure`; a view, not a copy. */
export function seriesOf(series: StackSeries, measure: number, stack: StackIndex): Float64Array {
  return series.values[measure].subarray(stack * series.length, (stack + 1) * series.length);
}

function longestStack(start: Uint32Array, count: number): number {
  let longest = 0;
  for (let i = 0; i < count; i++) longest = Math.max(longest, start[i + 1] - start[i]);
  return longest;
}

function doubled(column: Float64Array): Float64Array {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}

/** Grows while profiles are added: frames, functions and locations by what they are called. */
class Names {
  readonly frameFunction: SeriesFunction[] = [];
  readonly frameFile: string[] = [];
  readonly frameLine: number[] = [];
  readonly functionName: string[] = [];
  readonly functionFile: string[] = [];
  readonly locationStart: number[] = [0];
  readonly locationFrame: SeriesFrame[] = [];
  readonly #frames = new Map<string, SeriesFrame>();
  readonly #functions = new Map<string, SeriesFunction>();
  readonly #locations = new Map<string, number>();

  /** For each location of the profile, its row here. */
  locationsOf(profile: Profile): Uint32Array {
    const frames = framesOf(profile, "line");
    const frameRow = new Uint32Array(frames.count);
    for (let i = 0; i < frames.count; i++) frameRow[i] = this.#frame(frames, i);
    const rows = new Uint32Array(profile.locations.count);
    for (let location = 0; location < rows.length; location++) {
      const list = frames.list.subarray(frames.start[location], frames.start[location + 1]).map((i) => frameRow[i]);
      const key = list.join();
      let row = this.#locations.get(key);
      if (row === undefined) {
        row = this.#locations.size;
        this.#locations.set(key, row);
        this.locationFrame.push(...list);
        this.locationStart.push(this.locationFrame.length);
      }
      rows[location] = row;
    }
    return rows;
  }

  #frame(frames: Frames, i: number): SeriesFrame {
    const name = frames.name[i];
    const file = frames.file[i];
    const key = `${name}\0${file}\0${frames.line[i]}`;
    let frame = this.#frames.get(key);
    if (frame === undefined) {
      frame = this.frameFile.length;
      this.#frames.set(key, frame);
      let fn = this.#functions.get(name);
      if (fn === undefined) {
        fn = this.functionName.length;
        this.#functions.set(name, fn);
        this.functionName.push(name);
        this.functionFile.push(file);
      }
      this.frameFunction.push(fn);
      this.frameFile.push(file);
      this.frameLine.push(frames.line[i]);
    }
    return frame;
  }
}

/** Lists of numbers by content: a hash table with open addressing, no string or object per stack. */
class StackInterner {
  count = 0;
  start = new Uint32Array(1024);
  list = new Uint32Array(16_384);
  #slots = new Int32Array(2048).fill(-1);
  #hashes = new Uint32Array(1024);

  indexOf(stack: Uint32Array, depth: number): StackIndex {
    let hash = depth;
    for (let i = 0; i < depth; i++) hash = Math.imul(hash ^ stack[i], 0x9e3779b1) ^ (hash >>> 15);
    hash = (hash ^ (hash >>> 16)) >>> 0;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (; this.#slots[slot] >= 0; slot = (slot + 1) & mask) {
      const known = this.#slots[slot];
      if (this.#hashes[known] === hash && this.#equals(known, stack, depth)) return known;
    }
    this.#slots[slot] = this.count;
    return this.#add(stack, depth, hash);
  }

  #equals(known: StackIndex, stack: Uint32Array, depth: number): boolean {
    const from = this.start[known];
    if (this.start[known + 1] - from !== depth) return false;
    for (let i = 0; i < depth; i++) if (this.list[from + i] !== stack[i]) return false;
    return true;
  }

  #add(stack: Uint32Array, depth: number, hash: number): StackIndex {
    const index = this.count++;
    const from = this.start[index];
    if (from + depth > this.list.length) this.list = larger(this.list, from + depth);
    if (index + 2 > this.start.length) this.start = larger(this.start, index + 2);
    if (index + 1 > this.#hashes.length) this.#hashes = larger(this.#hashes, index + 1);
    this.list.set(stack.subarray(0, depth), from);
    this.start[index + 1] = from + depth;
    this.#hashes[index] = hash;
    if (this.count * 2 > this.#slots.length) this.#rehash();
    return index;
  }

  #rehash(): void {
    const mask = this.#slots.length * 2 - 1;
    this.#slots = new Int32Array(mask + 1).fill(-1);
    for (let i = 0; i < this.count; i++) {
      let slot = this.#hashes[i] & mask;
      while (this.#slots[slot] >= 0) slot = (slot + 1) & mask;
      this.#slots[slot] = i;
    }
  }
}

function larger(column: Uint32Array<ArrayBuffer>, needed: number): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(Math.max(column.length * 2, needed));
  grown.set(column);
  return grown;
}
