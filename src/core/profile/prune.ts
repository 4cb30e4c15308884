/**
 * Cuts off frames that the profile itself declares uninteresting (`drop_frames`, `keep_frames`), as pprof does.
 *
 * A frame that matches is removed with everything below it, so that an allocator's inside counts for its caller.
 * Frames at the root stay until the first one that does not match, or nothing would be left.
 *
 * The patterns come from the file and are hostile: what could take the regular expression engine long is not run.
 */
import { FormatError } from "../text/format-error.js";
import { withLines } from "./kept-lines.js";
import { type Pattern, patternOf } from "../text/pattern.js";
import type { Locations, Profile } from "./profile.js";

/** The profile without the frames that it wants dropped; the same profile when it wants none. */
export function withoutUninteresting(profile: Profile): Profile {
  if (profile.dropFrames === "") return profile;
  const drop = safePattern(profile.dropFrames);
  const keep = profile.keepFrames === "" ? undefined : safePattern(profile.keepFrames);
  if (drop === undefined || (keep === undefined && profile.keepFrames !== "")) {
    const message =
      "the profile's own pattern of frames to drop is invalid or too costly to apply: all frames are shown";
    return { ...profile, warnings: [...profile.warnings, { code: "drop-frames", message }] };
  }
  const cuts = cutsOf(profile, drop, keep);
  return cuts === undefined ? profile : { ...profile, ...cut(profile, cuts) };
}

const WHOLE = 0;
const NOWHERE = -1;

/**
 * For each location how many of its lines stay, counted from the outermost: WHOLE drops the location itself,
 * NOWHERE leaves it alone. Undefined when no location is cut.
 */
function cutsOf({ locations, functions, strings }: Profile, drop: Pattern, keep: Pattern | undefined) {
  const dropsName = new Int8Array(strings.length);
  const drops = (fn: number): boolean => {
    const name = functions.name[fn];
    if (dropsName[name] === 0) {
      const text = simplified(strings.at(name));
      const matches = text !== "" && text.length <= MAX_NAME_LENGTH && drop.test(text) && !keep?.test(text);
      dropsName[name] = matches ? 1 : -1;
    }
    return dropsName[name] > 0;
  };
  const cuts = new Int32Array(locations.count).fill(NOWHERE);
  let any = false;
  for (let location = 0; location < locations.count; location++) {
    const to = locations.lineStart[location + 1];
    for (let row = to - 1; row >= locations.lineStart[location]; row--) {
      if (!drops(locations.lineFunction[row])) continue;
      cuts[location] = to - 1 - row;
      any = true;
      break;
    }
  }
  return any ? cuts : undefined;
}

function cut({ samples, locations }: Profile, cuts: Int32Array): Pick<Profile, "samples" | "locations"> {
  const stackStart = new Uint32Array(samples.count + 1);
  const stack = new Uint32Array(samples.stack.length);
  let length = 0;
  for (let sample = 0; sample < samples.count; sample++) {
    let from = samples.stackStart[sample];
    let foundUser = false;
    for (let i = samples.stackStart[sample + 1] - 1; i >= from; i--) {
      const kept = cuts[samples.stack[i]];
      if (kept === NOWHERE) foundUser = true;
      else if (foundUser) from = kept === WHOLE ? i + 1 : i;
    }
    const left = samples.stack.subarray(from, samples.stackStart[sample + 1]);
    stack.set(left, length);
    length += left.length;
    stackStart[sample + 1] = length;
  }
  return { samples: { ...samples, stackStart, stack: stack.slice(0, length) }, locations: cutLines(locations, cuts) };
}

function cutLines(locations: Locations, cuts: Int32Array): Locations {
  // A location that is dropped whole keeps its lines for the stacks that it roots.
  return withLines(
    locations,
    (row, location) => cuts[location] <= WHOLE || row >= locations.lineStart[location + 1] - cuts[location],
  );
}

/** pprof matches names without a leading dot and without arguments, which it takes to begin at the first "(". */
export function simplified(name: string): string {
  const plain = name.replace(/^\./, "");
  const argument = /\(anonymous namespace\)|operator\(\)|\(/g;
  for (const match of plain.matchAll(argument)) if (match[0] === "(") return plain.slice(0, match.index);
  return plain;
}

const MAX_PATTERN_LENGTH = 10_000;
const MAX_NAME_LENGTH = 4096;

/**
 * The anchored pattern, unless it could take long: a repeated group may take exponential time, and each further
 * repetition in one alternative multiplies it by the name's length. Real patterns are lists of names with a ".*" or two.
 */
function safePattern(source: string): Pattern | undefined {
  const plain = source.replace(/\\[\s\S]/g, "a").replace(/\[\^?\]?[^\]]*\]/g, "a");
  if (source.length > MAX_PATTERN_LENGTH || /\)(?:[*+]|\{)/.test(plain)) return undefined;
  const repetitions = alternatives(plain).map((part) => part.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0);
  if (Math.max(...repetitions) > 2) return undefined;
  try {
    return patternOf(`^(?:${source})$`);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** The parts between the bars that are in no group. */
function alternatives(pattern: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of pattern) {
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (character === "|" && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}
