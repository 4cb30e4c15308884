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
import type { FunctionIndex, LocationIndex, Profile, SampleIndex, StringIndex } from "./profile.js";

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
  readonly frame: Uint32Array; // FrameIndex
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
  const start = new Uint32Array(count + 1);
  let total = 0;
  for (let sample: SampleIndex = 0; sample < count; sample++) {
    const to = stackStart[sample + 1];
    for (let i = stackStart[sample]; i < to; i++) {
      const location = stack[i];
      total += frameStart[location + 1] - frameStart[location];
    }
    start[sample + 1] = total;
  }
  const frame = new Uint32Array(total);
  // Leaf first in the profile, root first here: the whole column is filled from its end.
  let at = total;
  for (let sample: SampleIndex = count - 1; sample >= 0; sample--) {
    const to = stackStart[sample + 1];
    for (let i = stackStart[sample]; i < to; i++) {
      const location: LocationIndex = stack[i];
      const last = frameStart[location + 1];
      for (let row = frameStart[location]; row < last; row++) frame[--at] = list[row];
    }
  }
  return { start, frame };
}

/** Import path of the package that a Go symbol belongs to: "net/http" of "net/http.(*Server).Serve". */
export function packageOf(functionName: string): string {
  // Type arguments may hold slashes and dots of their own: "slices.SortFunc[go.shape.[]a/b.T]".
  const bracket = functionName.indexOf("[");
  const plain = bracket < 0 ? functionName : functionName.slice(0, bracket);
  const dot = plain.indexOf(".", plain.lastIndexOf("/") + 1);
  // The linker writes dots after the last slash as %2e, "gopkg.in/yaml%2ev3".
  return (dot < 0 ? plain : plain.slice(0, dot)).replaceAll("%2e", ".");
}

const UNSEEN = -1;

/** Grows while locations are read: hands out one index per distinct frame. */
class FrameTable {
  readonly name: string[] = [];
  readonly file: string[] = [];
  readonly line: number[] = [];
  readonly #profile: Profile;
  readonly #granularity: Granularity;
  /** Strings may be stored twice; equal strings get the index of the first. */
  readonly #sameString: Int32Array; // StringIndex or UNSEEN
  readonly #firstIndexOf = new Map<string, StringIndex>();
  /** The frame of a function; at granularity "line" the group that its lines are looked up in. */
  readonly #ofFunction: Int32Array; // FrameIndex or group, or UNSEEN
  readonly #indexOf = new Map<string, number>();
  readonly #linesOfGroup: Map<number, FrameIndex>[] = [];

  constructor(profile: Profile, granularity: Granularity) {
    this.#profile = profile;
    this.#granularity = granularity;
    this.#sameString = new Int32Array(profile.strings.length).fill(UNSEEN);
    this.#ofFunction = new Int32Array(profile.functions.count).fill(UNSEEN);
  }

  frame(fn: FunctionIndex, lineNumber: number, mapping: number): FrameIndex {
    const { functions, strings, mappings } = this.#profile;
    let index = this.#ofFunction[fn];
    if (index === UNSEEN) {
      const name = this.#same(functions.name[fn]);
      const file = this.#same(functions.filename[fn]);
      const named = this.#granularity === "file" ? file : name;
      // Without a name pprof falls back to the binary, which the location knows, not the function.
      if (named === 0 && this.#granularity !== "line") return this.unsymbolised(mappings[mapping]?.filename ?? "");
      index = this.#intern(fn, name, file, strings.at(name), cleanPath(strings.at(file)));
      this.#ofFunction[fn] = index;
    }
    if (this.#granularity !== "line") return index;
    const lines = this.#linesOfGroup[index];
    let frame = lines.get(lineNumber);
    if (frame === undefined) {
      const name = strings.at(functions.name[fn]);
      const file = cleanPath(strings.at(functions.filename[fn]));
      frame = this.#add(name || (file ? "" : binaryName(mappings[mapping]?.filename ?? "")), file, lineNumber);
      lines.set(lineNumber, frame);
    }
    return frame;
  }

  /** A location without functions, or a function without a name: only the binary is known. */
  unsymbolised(binary: string): FrameIndex {
    const key = `@${binary}`;
    let index = this.#indexOf.get(key);
    if (index === undefined) {
      index = this.#add(binaryName(binary), "", 0);
      this.#indexOf.set(key, index);
    }
    return index;
  }

  #intern(fn: FunctionIndex, name: StringIndex, file: StringIndex, nameText: string, fileText: string): number {
    const granularity = this.#granularity;
    const path = granularity === "package" ? packageOf(nameText) : "";
    const key =
      granularity === "function"
        ? `n${name}`
        : granularity === "file"
          ? `f${fileText}`
          : granularity === "package"
            ? `p${path}`
            : `${name} ${fileText}`;
    let index = this.#indexOf.get(key);
    if (index !== undefined) return index;
    if (granularity === "line") {
      index = this.#linesOfGroup.length;
      this.#linesOfGroup.push(new Map());
    } else if (granularity === "function") {
      index = this.#add(nameText, fileText, this.#profile.functions.startLine[fn]);
    } else if (granularity === "file") {
      index = this.#add(fileText, fileText, 0);
    } else {
      index = this.#add(path, "", 0);
    }
    this.#indexOf.set(key, index);
    return index;
  }

  #add(name: string, file: string, line: number): FrameIndex {
    this.name.push(name);
    this.file.push(file);
    this.line.push(line);
    return this.name.length - 1;
  }

  #same(string: StringIndex): StringIndex {
    let same = this.#sameString[string];
    if (same === UNSEEN) {
      const text = this.#profile.strings.at(string);
      same = text === "" ? 0 : (this.#firstIndexOf.get(text) ?? string);
      this.#firstIndexOf.set(text, same);
      this.#sameString[string] = same;
    }
    return same;
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
