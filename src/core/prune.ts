/**
 * Cuts off the frames that a profile itself calls uninteresting (`drop_frames`, `keep_frames`): the insides of memory
 * allocators, of locks, of the profiler. `go tool pprof` does so whenever it opens a profile, and the rules are its own
 * (profile/prune.go): whole names, C++ argument lists left out, nothing cut before the first frame that stays.
 */
import type { Warning } from "./format-error.js";
import { wholeMatcher } from "./linear-regexp.js";
import type { Profile } from "./profile.js";

const KEEP = 0;
/** The location's innermost lines go, and all that it called. */
const CUT_INSIDE = 1;
/** The location goes, too. */
const CUT_WHOLE = 2;

/** The same profile where it names no frames to drop, or where nothing matches. */
export function withoutUninteresting(profile: Profile): Profile {
  if (profile.dropFrames === "") return profile;
  const drop = wholeMatcher(profile.dropFrames);
  const keep = profile.keepFrames === "" ? () => false : wholeMatcher(profile.keepFrames);
  if (drop === undefined || keep === undefined) return { ...profile, warnings: [...profile.warnings, NOT_UNDERSTOOD] };

  const { locations, functions, strings } = profile;
  const dropped = new Map<number, boolean>(); // by name
  const isDropped = (name: number) => {
    let result = dropped.get(name);
    if (result === undefined) {
      const simple = simpleName(strings.at(name));
      result = name !== 0 && drop(simple) && !keep(simple);
      dropped.set(name, result);
    }
    return result;
  };

  const cut = new Uint8Array(locations.count);
  const lineStart = new Uint32Array(locations.count + 1);
  const keptLines: number[] = [];
  for (let location = 0; location < locations.count; location++) {
    const from = locations.lineStart[location];
    const to = locations.lineStart[location + 1];
    let line = to - 1;
    while (line >= from && !isDropped(functions.name[locations.lineFunction[line]])) line--;
    if (line >= from) cut[location] = line === to - 1 ? CUT_WHOLE : CUT_INSIDE;
    for (let kept = cut[location] === CUT_INSIDE ? line + 1 : from; kept < to; kept++) keptLines.push(kept);
    lineStart[location + 1] = keptLines.length;
  }
  if (cut.every((kind) => kind === KEEP)) return profile;

  return {
    ...profile,
    samples: { ...profile.samples, ...cutStacks(profile, cut) },
    locations: {
      ...locations,
      lineStart,
      lineFunction: Uint32Array.from(keptLines, (line) => locations.lineFunction[line]),
      lineNumber: Int32Array.from(keptLines, (line) => locations.lineNumber[line]),
      lineColumn: Int32Array.from(keptLines, (line) => locations.lineColumn[line]),
    },
  };
}

const NOT_UNDERSTOOD: Warning = {
  code: "drop-frames",
  message: "The profile's own expression for frames to leave out is not understood; nothing was left out.",
};

/** From the root down, the first location to cut after one that stays ends the stack. */
function cutStacks({ samples }: Profile, cut: Uint8Array) {
  const stackStart = new Uint32Array(samples.count + 1);
  const stack = new Uint32Array(samples.stack.length);
  let length = 0;
  for (let sample = 0; sample < samples.count; sample++) {
    const leaf = samples.stackStart[sample];
    const end = samples.stackStart[sample + 1];
    let from = leaf;
    let stayed = false;
    for (let i = end - 1; i >= leaf; i--) {
      const kind = cut[samples.stack[i]];
      if (kind === KEEP) stayed = true;
      else if (stayed) {
        from = kind === CUT_WHOLE ? i + 1 : i;
        break;
      }
    }
    for (let i = from; i < end; i++) stack[length++] = samples.stack[i];
    stackStart[sample + 1] = length;
  }
  return { stackStart, stack: stack.slice(0, length) };
}

/** Without a leading dot and without a C++ argument list; some names have parentheses of their own. */
function simpleName(name: string): string {
  const plain = name.startsWith(".") ? name.slice(1) : name;
  for (const { 0: found, index } of plain.matchAll(/\(anonymous namespace\)|operator\(\)|\(/g)) {
    if (found === "(") return plain.slice(0, index);
  }
  return plain;
}
