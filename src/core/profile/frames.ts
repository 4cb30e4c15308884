/**
 * Frames: what a location of a stack is called, at the granularity a person asked for.
 *
 * One location expands to several frames when functions were inlined into it, so both tables here are
 * ranges. Frames are merged by what they are called (by name for functions, as `go tool pprof` does),
 * which makes their index the key of every aggregation: trees, tables and diffs compare numbers, not strings.
 *
 * Names are interned by string index first, so each string of a profile is decoded and compared once,
 * however many functions and locations use it.
 */
import type { FunctionIndex, LocationIndex, Profile, SampleIndex, Samples, StringIndex } from "./profile.js";

export type Granularity = "function" | "file" | "line" | "package";
export type FrameIndex = number;

export interface Frames {
  readonly granularity: Granularity;
  readonly count: number;
  readonly name: readonly string[];
  /** Source file as the profile writes it; "" unknown. At granularity "function" the file of its first location. */
  readonly file: readonly string[];
  /** Source line for granularity "line", else the function's start line where known; 0 unknown. */
  readonly line: Int32Array;
  /** Location `i` stands for the frames `list[start[i] .. start[i + 1])`, innermost first. Length locations + 1. */
  readonly start: Uint32Array;
  readonly list: Uint32Array; // FrameIndex
}

/** Every sample's stack as frames, root first: sample `i` has `frame[start[i] .. start[i + 1])`. */
export interface Stacks {
  readonly start: Uint32Array;
  /** FrameIndex. Narrow where it can be: trees are bound by how much memory they look at. */
  readonly frame: Uint16Array | Uint32Array;
}

/** Which rows a view keeps: see `filter.ts`. */
export interface ShownLines {
  /** One per row of the line table; 0 hides the frame. */
  readonly line: Uint8Array;
  /** One per location: 0 hides a location that has no lines. */
  readonly bare: Uint8Array;
}

/** The frames of a profile; cost: one pass over its locations. Hidden lines have no frame. */
export function framesOf(profile: Profile, granularity: Granularity, shown?: ShownLines): Frames {
  const { locations, mappings } = profile;
  const table = new FrameTable(profile, granularity);
  const start = new Uint32Array(locations.count + 1);
  const list = new Uint32Array(locations.lineFunction.length + locations.count);
  let length = 0;
  for (let location = 0; location < locations.count; location++) {
    const from = locations.lineStart[location];
    const to = locations.lineStart[location + 1];
    if (from === to && (!shown || shown.bare[location])) {
      list[length++] = table.unsymbolised(mappings[locations.mapping[location]]?.filename ?? "");
    }
    for (let row = from; row < to; row++) {
      if (shown && !shown.line[row]) continue;
      const binary = locations.mapping[location];
      list[length++] = table.frame(locations.lineFunction[row], locations.lineNumber[row], binary);
    }
    start[location + 1] = length;
  }
  const { name, file, line } = table;
  return {
    granularity,
    count: name.length,
    name,
    file,
    line: Int32Array.from(line),
    start,
    list: list.slice(0, length),
  };
}

/** All stacks of a profile, root first, inlined calls expanded; cost: one pass over all stack entries. */
export function stacksOf(profile: Profile, frames: Frames): Stacks {
  const { count, stackStart, stack } = profile.samples;
  const { start: frameStart, list } = frames;
  const only = onlyFrames(frames);
  const start = only.includes(NOT_ONE) ? expandedStarts(profile.samples, frameStart) : stackStart;
  const frame = new (frames.count <= 1 << 16 ? Uint16Array : Uint32Array)(start[count]);
  // Leaf first in the profile, root first here: the whole column is filled from its end.
  let at = start[count];
  for (let sample: SampleIndex = count - 1; sample >= 0; sample--) {
    const to = stackStart[sample + 1];
    for (let i = stackStart[sample]; i < to; i++) {
      const location: LocationIndex = stack[i];
      const single = only[location];
      if (single >= 0) {
        frame[--at] = single;
        continue;
      }
      const last = frameStart[location + 1];
      for (let row = frameStart[location]; row < last; row++) frame[--at] = list[row];
    }
  }
  return { start, frame };
}

/** Where stacks start once each location takes as many places as it has frames. */
function expandedStarts({ count, stackStart, stack }: Samples, frameStart: Uint32Array): Uint32Array {
  const more = new Int32Array(frameStart.length - 1);
  for (let location = 0; location < more.length; location++) {
    more[location] = frameStart[location + 1] - frameStart[location] - 1;
  }
  const start = new Uint32Array(count + 1);
  let added = 0;
  for (let sample: SampleIndex = 0; sample < count; sample++) {
    const to = stackStart[sample + 1];
    for (let i = stackStart[sample]; i < to; i++) added += more[stack[i]];
    start[sample + 1] = to + added;
  }
  return start;
}

/**
 * The frame of each location that stands for exactly one, NOT_ONE for the others. Most stand for one, and
 * scans over all stacks are bound by memory: one look-up instead of three.
 */
export function onlyFrames({ start, list }: Frames): Int32Array {
  const only = new Int32Array(start.length - 1);
  for (let location = 0; location < only.length; location++) {
    only[location] = start[location + 1] - start[location] === 1 ? list[start[location]] : NOT_ONE;
  }
  return only;
}

const NOT_ONE = -1;

/** Import path of the package that a Go symbol belongs to: "net/http" of "net/http.(*Server).Serve". */
export function packageOf(functionName: string): string {
  // Type arguments may hold slashes and dots of their own: "slices.SortFunc[go.shape.[]a/b.T]".
  const bracket = functionName.indexOf("[");
  const plain = bracket < 0 ? functionName : functionName.slice(0, bracket);
  const dot = plain.indexOf(".", plain.lastIndexOf("/") + 1);
  // The linker writes dots after the last slash as %2e, "gopkg.in/yaml%2ev3".
  return (dot < 0 ? plain : plain.slice(0, dot)).replaceAll("%2e", ".");
}

/** Grows while locations are read: hands out one index per distinct frame. */
class FrameTable {
  readonly name: string[] = [];
  readonly file: string[] = [];
  readonly line: number[] = [];
  readonly #profile: Profile;
  readonly #granularity: Granularity;
  readonly #texts: Texts;
  /** What `frame` found for a function: a frame; at granularity "line" a row of `#linesOf`. UNSEEN before. */
  readonly #ofFunction: Int32Array;
  /** The same by name or file, whichever frames are merged by. */
  readonly #ofText: Int32Array; // by StringIndex
  readonly #ofKey = new Map<string, number>();
  readonly #linesOf: Map<number, FrameIndex>[] = [];

  constructor(profile: Profile, granularity: Granularity) {
    this.#profile = profile;
    this.#granularity = granularity;
    this.#texts = new Texts(profile);
    this.#ofFunction = new Int32Array(profile.functions.count).fill(UNSEEN);
    this.#ofText = new Int32Array(profile.strings.length).fill(UNSEEN);
  }

  frame(fn: FunctionIndex, lineNumber: number, mapping: number): FrameIndex {
    let index = this.#ofFunction[fn];
    if (index === UNSEEN) {
      index = this.#granularity === "line" ? this.#linesOfFunction(fn) : this.#frameOfFunction(fn);
      this.#ofFunction[fn] = index;
    }
    // Without a name pprof falls back to the binary, which the location knows, not the function.
    if (index === NAMELESS) return this.unsymbolised(this.#profile.mappings[mapping]?.filename ?? "");
    return this.#granularity === "line" ? this.#frameOfLine(fn, index, lineNumber, mapping) : index;
  }

  /** A location without functions, or a function without a name: only the binary is known. */
  unsymbolised(binary: string): FrameIndex {
    return this.#keyed(`@${binary}`, () => this.#add(binaryName(binary), "", 0));
  }

  #frameOfFunction(fn: FunctionIndex): FrameIndex {
    const { functions } = this.#profile;
    const by = this.#granularity === "file" ? functions.filename[fn] : functions.name[fn];
    const text = this.#texts.first(by);
    if (text === 0) return NAMELESS;
    let index = this.#ofText[text];
    if (index === UNSEEN) {
      index = this.#newFrame(fn, this.#profile.strings.at(text));
      this.#ofText[text] = index;
    }
    return index;
  }

  #newFrame(fn: FunctionIndex, text: string): FrameIndex {
    const { functions } = this.#profile;
    switch (this.#granularity) {
      case "file": {
        // Two spellings of a path are one file.
        const path = this.#texts.path(functions.filename[fn]);
        return this.#keyed(path, () => this.#add(path, path, 0));
      }
      case "package": {
        const path = packageOf(text);
        return this.#keyed(path, () => this.#add(path, "", 0));
      }
      default:
        return this.#add(text, this.#texts.path(functions.filename[fn]), functions.startLine[fn]);
    }
  }

  /** Functions of one name in one file share their lines. */
  #linesOfFunction(fn: FunctionIndex): number {
    const { functions } = this.#profile;
    const key = `${this.#texts.first(functions.name[fn])} ${this.#texts.path(functions.filename[fn])}`;
    return this.#keyed(key, () => this.#linesOf.push(new Map()) - 1);
  }

  #frameOfLine(fn: FunctionIndex, group: number, lineNumber: number, mapping: number): FrameIndex {
    const lines = this.#linesOf[group];
    let frame = lines.get(lineNumber);
    if (frame === undefined) {
      const { functions, strings, mappings } = this.#profile;
      const name = strings.at(functions.name[fn]);
      const file = this.#texts.path(functions.filename[fn]);
      frame = this.#add(name || (file ? "" : binaryName(mappings[mapping]?.filename ?? "")), file, lineNumber);
      lines.set(lineNumber, frame);
    }
    return frame;
  }

  #keyed(key: string, make: () => number): number {
    let index = this.#ofKey.get(key);
    if (index === undefined) {
      index = make();
      this.#ofKey.set(key, index);
    }
    return index;
  }

  #add(name: string, file: string, line: number): FrameIndex {
    this.name.push(name);
    this.file.push(file);
    this.line.push(line);
    return this.name.length - 1;
  }
}

const UNSEEN = -1;
const NAMELESS = -2;

/** The strings of a profile, each looked at once. */
class Texts {
  readonly #profile: Profile;
  readonly #first: Int32Array; // StringIndex or UNSEEN
  readonly #indexOf = new Map<string, StringIndex>();
  readonly #paths: (string | undefined)[] = [];

  constructor(profile: Profile) {
    this.#profile = profile;
    this.#first = new Int32Array(profile.strings.length).fill(UNSEEN);
  }

  /** Strings may be stored twice: the index of the first one that is equal; 0 for the empty string. */
  first(string: StringIndex): StringIndex {
    let first = this.#first[string];
    if (first === UNSEEN) {
      const text = this.#profile.strings.at(string);
      first = text === "" ? 0 : (this.#indexOf.get(text) ?? string);
      this.#indexOf.set(text, first);
      this.#first[string] = first;
    }
    return first;
  }

  path(string: StringIndex): string {
    return (this.#paths[string] ??= cleanPath(this.#profile.strings.at(string)));
  }
}

/** pprof's name for code that it knows only the binary of. */
function binaryName(binary: string): string {
  const base = binary.replace(/\/+$/, "").split("/").at(-1);
  return base ? `[${base}]` : "<unknown>";
}

/** `path/filepath.Clean`, so that two spellings of a file are one, as in pprof. */
function cleanPath(path: string): string {
  if (path === "" || !/\/\/|\/$|(?:^|\/)\.\.?(?:\/|$)/.test(path)) return path;
  const rooted = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!rooted) parts.push("..");
  }
  return (rooted ? "/" : "") + parts.join("/") || ".";
}
