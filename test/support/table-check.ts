/** Whether a profile's tables keep what src/core/profile/profile.ts promises: every index points at something. */
import type { Profile } from "../../src/core/profile/profile.js";

/** The first promise that is broken; undefined when all are kept. */
export function brokenPromise(profile: Profile): string | undefined {
  const { samples, locations, functions, mappings, strings, sampleTypes } = profile;
  const { labels } = samples;
  const rows = (name: string, column: ArrayLike<number>, length: number, below: number, from = 0) => {
    if (column.length !== length) return `${name} has ${column.length} rows, not ${length}`;
    for (let i = 0; i < length; i++) {
      if (!(column[i] >= from && column[i] < below)) return `${name}[${i}] is ${column[i]}, not below ${below}`;
    }
    return undefined;
  };
  const ranges = (name: string, start: Uint32Array, count: number, total: number) => {
    if (start.length !== count + 1 || start[0] !== 0) return `${name} has ${start.length} rows from ${start[0]}`;
    for (let i = 0; i < count; i++) if (start[i] > start[i + 1]) return `${name}[${i}] is after the next`;
    return start[count] === total ? undefined : `${name} ends at ${start[count]}, not ${total}`;
  };
  const column = (name: string, length: number, expected: number) =>
    length === expected ? undefined : `${name} has ${length} rows, not ${expected}`;
  if (strings.length < 1 || strings.at(0) !== "") return "the first string is not empty";
  for (let i = 0; i < strings.length; i++) if (typeof strings.at(i) !== "string") return `string ${i} is missing`;
  return (
    ranges("stackStart", samples.stackStart, samples.count, samples.stack.length) ??
    rows("stack", samples.stack, samples.stack.length, locations.count) ??
    column("values", samples.values.length, samples.count * sampleTypes.length) ??
    ranges("labelStart", samples.labelStart, samples.count, labels.count) ??
    rows("labels.key", labels.key, labels.count, strings.length) ??
    rows("labels.string", labels.string, labels.count, strings.length) ??
    rows("labels.unit", labels.unit, labels.count, strings.length) ??
    column("labels.number", labels.number.length, labels.count) ??
    rows("mapping", locations.mapping, locations.count, mappings.length, -1) ??
    column("addressLow", locations.addressLow.length, locations.count) ??
    column("addressHigh", locations.addressHigh.length, locations.count) ??
    ranges("lineStart", locations.lineStart, locations.count, locations.lineFunction.length) ??
    rows("lineFunction", locations.lineFunction, locations.lineNumber.length, functions.count) ??
    rows("name", functions.name, functions.count, strings.length) ??
    rows("systemName", functions.systemName, functions.count, strings.length) ??
    rows("filename", functions.filename, functions.count, strings.length) ??
    (profile.defaultSampleType < Math.max(1, sampleTypes.length) ? undefined : "defaultSampleType") ??
    (samples.values.every(Number.isFinite) ? undefined : "a value is not a number")
  );
}
