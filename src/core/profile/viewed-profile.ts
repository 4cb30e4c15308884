/**
 * The profile that a filter leaves, as a profile: for whoever wants to hand it on to another tool.
 *
 * Samples that were left out, and those that weigh nothing, are gone; hidden frames are cut out of the locations.
 * Tables keep rows that nothing refers to any more: the encoder writes what it is given, and readers do not mind.
 */
import { withLines } from "./kept-lines.js";
import type { Filtered } from "./filter.js";
import type { Profile, SampleIndex } from "./profile.js";

export function viewedProfile(profile: Profile, { kept, shown }: Pick<Filtered, "kept" | "shown">): Profile {
  if (!kept && !shown) return profile;
  const { samples, sampleTypes } = profile;
  const rows: SampleIndex[] = [];
  for (let sample = 0; sample < samples.count; sample++) if (!kept || kept[sample]) rows.push(sample);
  const isShown = (location: number) => !shown || locationIsShown(profile, shown, location);

  const stack: number[] = [];
  const stackStart = [0];
  const labelRows: number[] = [];
  const labelStart = [0];
  for (const sample of rows) {
    for (let i = samples.stackStart[sample]; i < samples.stackStart[sample + 1]; i++) {
      if (isShown(samples.stack[i])) stack.push(samples.stack[i]);
    }
    stackStart.push(stack.length);
    for (let row = samples.labelStart[sample]; row < samples.labelStart[sample + 1]; row++) labelRows.push(row);
    labelStart.push(labelRows.length);
  }
  const width = sampleTypes.length;
  const values = new Float64Array(rows.length * width);
  for (const [at, sample] of rows.entries()) {
    values.set(samples.values.subarray(sample * width, (sample + 1) * width), at * width);
  }
  const { key, string, number, unit } = samples.labels;
  return {
    ...profile,
    locations: shown ? withLines(profile.locations, (row) => shown.line[row] !== 0) : profile.locations,
    samples: {
      count: rows.length,
      stackStart: Uint32Array.from(stackStart),
      stack: Uint32Array.from(stack),
      values,
      labelStart: Uint32Array.from(labelStart),
      labels: {
        count: labelRows.length,
        key: Uint32Array.from(labelRows, (row) => key[row]),
        string: Uint32Array.from(labelRows, (row) => string[row]),
        number: Float64Array.from(labelRows, (row) => number[row]),
        unit: Uint32Array.from(labelRows, (row) => unit[row]),
      },
    },
  };
}

type Shown = NonNullable<Filtered["shown"]>;

function locationIsShown({ locations }: Profile, shown: Shown, location: number): boolean {
  const from = locations.lineStart[location];
  const to = locations.lineStart[location + 1];
  if (from === to) return shown.bare[location] !== 0;
  for (let row = from; row < to; row++) if (shown.line[row]) return true;
  return false;
}
