/**
 * Frames: what a location of a stack is called, at the granularity a person asked for.
 *
 * One location expands to several frames when functions were inlined into it, so both tables here are
 * ranges. Frames are merged by what they are called (by name for functions, as `go tool pprof` does),
 * which makes their index the key of every aggregation: trees, tables and diffs compare numbers, not strings.
 */
import type { LocationIndex, Profile, SampleIndex } from "./profile.js";

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

/** The frames of a profile; cost: one pass over its locations. */
export function framesOf(profile: Profile, granularity: Granularity): Frames {
  const { locations, functions, strings, mappings } = profile;
  const name: string[] = [];
  const file: string[] = [];
  const line: number[] = [];
  const indexOf = new Map<string, FrameIndex>();
  const intern = (key: string, frameName: string, frameFile: string, frameLine: number): FrameIndex => {
    let index = indexOf.get(key);
    if (index === undefined) {
      index = name.length;
      indexOf.set(key, index);
      name.push(frameName);
      file.push(frameFile);
      line.push(frameLine);
    }
    return index;
  };

  const start = new Uint32Array(locations.count + 1);
  const list: number[] = [];
  for (let location = 0; location < locations.count; location++) {
    const from = locations.lineStart[location];
    const to = locations.lineStart[location + 1];
    if (from === to) {
      const called = unsymbolisedName(profile, location);
      const binary = mappings[locations.mapping[location]]?.filename ?? "";
      list.push(intern(`@${called}`, called, granularity === "file" ? binary : "", 0));
    }
    for (let row = from; row < to; row++) {
      const fn = locations.lineFunction[row];
      const functionName = strings.at(functions.name[fn]);
      const filename = strings.at(functions.filename[fn]);
      switch (granularity) {
        case "function":
          list.push(intern(functionName, functionName, filename, functions.startLine[fn]));
          break;
        case "file":
          list.push(intern(filename, filename, filename, 0));
          break;
        case "package": {
          const path = packageOf(functionName);
          list.push(intern(path, path, "", 0));
          break;
        }
        case "line": {
          const at = locations.lineNumber[row];
          list.push(intern(`${functionName}\0${filename}\0${at}`, functionName, filename, at));
          break;
        }
      }
    }
    start[location + 1] = list.length;
  }
  return {
    granularity,
    count: name.length,
    name,
    file,
    line: Int32Array.from(line),
    start,
    list: Uint32Array.from(list),
  };
}

/** All stacks of a profile, root first, inlined calls expanded; cost: one pass over all stack entries. */
export function stacksOf(profile: Profile, frames: Frames): Stacks {
  const { count, stackStart, stack } = profile.samples;
  const start = new Uint32Array(count + 1);
  let total = 0;
  for (let sample: SampleIndex = 0; sample < count; sample++) {
    for (let i = stackStart[sample]; i < stackStart[sample + 1]; i++) {
      total += frames.start[stack[i] + 1] - frames.start[stack[i]];
    }
    start[sample + 1] = total;
  }
  const frame = new Uint32Array(total);
  let at = 0;
  for (let sample: SampleIndex = 0; sample < count; sample++) {
    for (let i = stackStart[sample + 1] - 1; i >= stackStart[sample]; i--) {
      const location: LocationIndex = stack[i];
      for (let row = frames.start[location + 1] - 1; row >= frames.start[location]; row--)
        frame[at++] = frames.list[row];
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

function unsymbolisedName(profile: Profile, location: LocationIndex): string {
  const { addressLow, addressHigh } = profile.locations;
  const hex = (word: number) => word.toString(16).padStart(8, "0");
  return hex(addressHigh[location]) + hex(addressLow[location]);
}
