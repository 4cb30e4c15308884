/**
 * Filters with pprof's meaning: which samples take part, and which frames are shown.
 *
 * A pattern matches a location when it matches the name or file of any of its functions, or its binary.
 *   focus   keeps samples with a location that matches (and is not ignored)
 *   ignore  drops samples with a location that matches
 *   hide    takes matching frames out of the stacks; show takes all others out
 *   showFrom  drops the callers of the first matching frame, and stacks without one; trimTo what the last one called
 *   labels  keep samples whose labels match, all of them
 * Percentages still refer to the whole profile, as in pprof.
 */
import type { ShownLines } from "./frames.js";
import { FormatError } from "../text/format-error.js";
import { unitRatio } from "../text/format.js";
import { type Pattern, patternOf } from "../text/pattern.js";
import type { LocationIndex, Profile, Samples, StringIndex } from "./profile.js";
import { simplified } from "./prune.js";
import { showFrom, type Trimmed, trimTo } from "./trim-stacks.js";

export interface Filter {
  readonly focus?: Pattern;
  readonly ignore?: Pattern;
  readonly hide?: Pattern;
  readonly show?: Pattern;
  readonly showFrom?: Pattern;
  readonly trimTo?: Pattern;
  readonly labels?: readonly LabelFilter[];
}

export interface LabelFilter {
  readonly key: string;
  /** Of a string label's text or a number's digits; any value when undefined. */
  readonly pattern?: Pattern;
  /** Of a number label, bounds included, in the label's own unit once scaled from `unit`. */
  readonly range?: { readonly from: number; readonly to: number; readonly unit: string };
}

/** What a filter leaves. Hand `kept` to `weightsOf`, `shown` to `framesOf`, both with the profile that it leaves. */
export interface Filtered {
  /** With the same samples; their stacks are shorter where they were cut. */
  readonly profile: Profile;
  /** One per sample, 0 left out; undefined when all are kept. */
  readonly kept: Uint8Array | undefined;
  /** Undefined when all frames are shown. */
  readonly shown: ShownLines | undefined;
  /** The patterns that matched nothing, for a warning: "focus", "ignore", "hide", "show", "showFrom", "trimTo", "label". */
  readonly unmatched: readonly string[];
}

/** Applies a filter; cost: one pass over the locations and one over the stacks. */
export function applyFilter(whole: Profile, filter: Filter): Filtered {
  const unmatched: string[] = [];
  let profile = whole;
  let kept: Uint8Array | undefined;
  const byName = filter.focus ?? filter.ignore ?? filter.hide ?? filter.show;
  let shown = filter.hide || filter.show ? shownLines(profile, filter, unmatched) : undefined;
  if (byName) kept = keptByStack(profile, filter, shown, unmatched);
  const cut = (kind: "showFrom" | "trimTo", trimmed: Trimmed) => {
    if (!trimmed.isMatched) unmatched.push(kind);
    profile = { ...profile, samples: trimmed.samples };
    shown = trimmed.shown;
    kept = kept ? kept.map((one, sample) => one & trimmed.kept[sample]) : trimmed.kept;
  };
  // In pprof's order: what is hidden is no place to cut at.
  if (filter.showFrom) {
    const matches = {
      atFunction: functionMatcher(profile, filter.showFrom),
      atBinary: binaryMatcher(profile, filter.showFrom),
    };
    cut("showFrom", showFrom(profile, matches, shown));
  }
  if (filter.trimTo) cut("trimTo", trimTo(profile, simpleNameMatcher(profile, filter.trimTo), shown));
  if (filter.labels?.length) kept = keptByLabel(profile, filter.labels, kept, unmatched);
  return { profile, kept, shown, unmatched };
}

/** Reads `KEY`, `KEY=RE`, or for numbers `KEY=4mb:`, `KEY=:64kb`, `KEY=1s:2s`, `KEY=32kb`. */
export function labelFilterOf(text: string): LabelFilter {
  const equals = text.indexOf("=");
  if (equals < 0) return { key: text };
  const key = text.slice(0, equals);
  const value = text.slice(equals + 1);
  if (key === "") throw new FormatError("label", `${JSON.stringify(text)} has no label key before "="`);
  const range = rangeOf(value);
  return range ? { key, range } : { key, pattern: patternOf(value) };
}

const IGNORED = 1;
const FOCUSED = 2;
const HIDDEN = 4;

function keptByStack(profile: Profile, filter: Filter, shown: ShownLines | undefined, unmatched: string[]): Uint8Array {
  const { samples, locations } = profile;
  const state = new Uint8Array(locations.count);
  const ignores = filter.ignore && locationMatcher(profile, filter.ignore);
  const focuses = filter.focus && locationMatcher(profile, filter.focus);
  let anyIgnored = false;
  let anyFocused = false;
  for (let location = 0; location < locations.count; location++) {
    if (ignores?.(location)) {
      state[location] = IGNORED;
      anyIgnored = true;
    } else if (!focuses || focuses(location)) {
      state[location] = FOCUSED;
      anyFocused = true;
    }
    if (shown && isHidden(profile, shown, location)) state[location] |= HIDDEN;
  }
  if (ignores && !anyIgnored) unmatched.push("ignore");
  if (focuses && !anyFocused) unmatched.push("focus");
  return keptByState(samples, state, anyIgnored || shown ? IGNORED : IGNORED | FOCUSED);
}

/** `decisive`: the states that settle what becomes of a sample, whatever else is in its stack. */
function keptByState({ count, stackStart, stack }: Samples, state: Uint8Array, decisive: number): Uint8Array {
  const kept = new Uint8Array(count);
  for (let sample = 0; sample < count; sample++) {
    const to = stackStart[sample + 1];
    let any = 0;
    let all = HIDDEN;
    for (let i = stackStart[sample]; i < to; i++) {
      const of = state[stack[i]];
      any |= of;
      all &= of;
      if ((of & decisive) !== 0) break;
    }
    if ((any & (FOCUSED | IGNORED)) === FOCUSED && all === 0) kept[sample] = 1;
  }
  return kept;
}

function isHidden({ locations }: Profile, shown: ShownLines, location: LocationIndex): boolean {
  const from = locations.lineStart[location];
  const to = locations.lineStart[location + 1];
  if (from === to) return shown.bare[location] === 0;
  for (let row = from; row < to; row++) if (shown.line[row]) return false;
  return true;
}

function shownLines(profile: Profile, { hide, show }: Filter, unmatched: string[]): ShownLines {
  const { locations } = profile;
  const line = new Uint8Array(locations.lineFunction.length).fill(1);
  const bare = new Uint8Array(locations.count).fill(1);
  const hideFunction = hide && functionMatcher(profile, hide);
  const hideBinary = hide && binaryMatcher(profile, hide);
  const showFunction = show && functionMatcher(profile, show);
  const showBinary = show && binaryMatcher(profile, show);
  let anyHidden = false;
  let anyShown = false;
  for (let location = 0; location < locations.count; location++) {
    const hideAll = hideBinary?.(location) ?? false;
    const showAll = !showBinary || showBinary(location);
    // Without lines there is nothing that `show` could match, whatever the binary: pprof hides these.
    if (hideAll || show) bare[location] = 0;
    if (hideAll) anyHidden = true;
    for (let row = locations.lineStart[location]; row < locations.lineStart[location + 1]; row++) {
      const fn = locations.lineFunction[row];
      if (hideAll || hideFunction?.(fn)) {
        line[row] = 0;
        anyHidden = true;
      } else if (showAll || showFunction?.(fn)) {
        anyShown = true;
      } else {
        line[row] = 0;
      }
    }
  }
  if (hide && !anyHidden) unmatched.push("hide");
  if (show && !anyShown) unmatched.push("show");
  return { line, bare };
}

function keptByLabel(
  profile: Profile,
  filters: readonly LabelFilter[],
  before: Uint8Array | undefined,
  unmatched: string[],
): Uint8Array {
  const { samples } = profile;
  const kept = before ?? new Uint8Array(samples.count).fill(1);
  for (const filter of filters) {
    const matches = labelMatcher(profile, filter);
    let any = false;
    for (let sample = 0; sample < samples.count; sample++) {
      let found = false;
      for (let row = samples.labelStart[sample]; row < samples.labelStart[sample + 1] && !found; row++) {
        found = matches(row);
      }
      if (found) any = true;
      else kept[sample] = 0;
    }
    if (!any) unmatched.push("label");
  }
  return kept;
}

function labelMatcher({ samples: { labels }, strings }: Profile, { key, pattern, range }: LabelFilter) {
  const isKey = cachedByString((index) => strings.at(index) === key, strings.length);
  const isText = cachedByString((index) => pattern?.test(strings.at(index)) ?? true, strings.length);
  return (row: number): boolean => {
    if (!isKey(labels.key[row])) return false;
    const isNumber = labels.string[row] === 0;
    if (range) {
      if (!isNumber) return false;
      const unit = strings.at(labels.unit[row]) || (key === "bytes" ? "bytes" : "");
      const ratio = unitRatio(unit, range.unit);
      const value = labels.number[row] * (ratio ?? NaN);
      return value >= range.from && value <= range.to;
    }
    if (!pattern) return true;
    return isNumber ? pattern.test(String(labels.number[row])) : isText(labels.string[row]);
  };
}

function rangeOf(text: string): LabelFilter["range"] {
  const match = /^(?:([+-]?\d+)([a-z]*))?(:?)(?:([+-]?\d+)([a-z]*))?$/i.exec(text);
  if (!match) return undefined;
  const [, low, lowUnit = "", colon, high, highUnit = ""] = match;
  if (low === undefined && high === undefined) return undefined;
  if (low !== undefined && high !== undefined && colon === "") return undefined;
  const unit = low === undefined ? highUnit : lowUnit;
  const ratio = low === undefined || high === undefined ? 1 : unitRatio(highUnit, unit);
  if (ratio === undefined) return undefined;
  const from = low === undefined ? -Infinity : Number(low);
  const to = high !== undefined ? Number(high) * ratio : colon === "" ? from : Infinity;
  return { from, to, unit };
}

function locationMatcher(profile: Profile, pattern: Pattern): (location: LocationIndex) => boolean {
  const { locations } = profile;
  const ofFunction = functionMatcher(profile, pattern);
  const ofBinary = binaryMatcher(profile, pattern);
  return (location) => {
    for (let row = locations.lineStart[location]; row < locations.lineStart[location + 1]; row++) {
      if (ofFunction(locations.lineFunction[row])) return true;
    }
    return ofBinary(location);
  };
}

function functionMatcher({ functions, strings }: Profile, pattern: Pattern): (fn: number) => boolean {
  const matches = cachedByString((index) => pattern.test(strings.at(index)), strings.length);
  // By function, since locations ask for the same ones over and over.
  const known = new Uint8Array(functions.count);
  for (let fn = 0; fn < functions.count; fn++) {
    if (matches(functions.name[fn]) || matches(functions.filename[fn])) known[fn] = 1;
  }
  return (fn) => known[fn] === 1;
}

/** By names alone, and without their arguments, as `prune_from` of pprof does. */
function simpleNameMatcher({ functions, strings }: Profile, pattern: Pattern): (fn: number) => boolean {
  const matches = cachedByString((index) => {
    const name = strings.at(index);
    return name !== "" && pattern.test(simplified(name));
  }, strings.length);
  return (fn) => matches(functions.name[fn]);
}

function binaryMatcher({ locations, mappings }: Profile, pattern: Pattern): (location: LocationIndex) => boolean {
  const matches = mappings.map(({ filename }) => pattern.test(filename));
  return (location) => matches[locations.mapping[location]] ?? false;
}

/** Asks once per string, however many functions share it. */
function cachedByString(test: (index: StringIndex) => boolean, length: number): (index: StringIndex) => boolean {
  const known = new Int8Array(length);
  return (index) => {
    if (known[index] === 0) known[index] = test(index) ? 1 : -1;
    return known[index] > 0;
  };
}
