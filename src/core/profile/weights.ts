/**
 * Weights: what each sample counts for in one view, in the unit of its sample type.
 *
 * A sample of weight 0 takes no part, as in pprof. Choosing a sample type, filtering and subtracting a
 * base are therefore all the same thing to trees and tables: another column of weights.
 */
import type { Profile } from "./profile.js";

export type Weights = Float64Array;

/** The values of one sample type; pass `kept` (one per sample, 0 leaves it out) to apply a filter. */
export function weightsOf(profile: Profile, sampleType: number, kept?: Uint8Array): Weights {
  const { count, values } = profile.samples;
  const types = profile.sampleTypes.length;
  const weights = new Float64Array(count);
  for (let sample = 0, at = sampleType; sample < count; sample++, at += types) {
    weights[sample] = kept && !kept[sample] ? 0 : values[at];
  }
  return weights;
}

/** What percentages refer to: the sum of all samples regardless of sign, before any filter, as in pprof. */
export function totalOf(profile: Profile, sampleType: number): number {
  const { count, values } = profile.samples;
  const types = profile.sampleTypes.length;
  let total = 0;
  for (let sample = 0, at = sampleType; sample < count; sample++, at += types) total += Math.abs(values[at]);
  return total;
}

/**
 * The sample type called `name`: a type, or an index; the profile's default without a name.
 * "inuse_space" also finds "space", as in pprof. Undefined when there is none.
 */
export function sampleTypeCalled(profile: Profile, name: string | undefined): number | undefined {
  if (!name) return profile.defaultSampleType;
  if (/^\d+$/.test(name)) return Number(name) < profile.sampleTypes.length ? Number(name) : undefined;
  const short = name.replace(/^inuse_/, "");
  const index = profile.sampleTypes.findIndex(({ type }) => type === name || type === short);
  return index < 0 ? undefined : index;
}

/** The sample types of which some sample has a value, in the profile's order. */
export function typesWithData(profile: Profile): readonly number[] {
  return profile.sampleTypes.flatMap((_, type) => (totalOf(profile, type) > 0 ? [type] : []));
}

/** The default sample type; where it is zero throughout, one that has data, in the same unit if there is one. */
export function defaultTypeWithData(profile: Profile): number {
  const { sampleTypes, defaultSampleType } = profile;
  const filled = typesWithData(profile);
  if (filled.length === 0 || filled.includes(defaultSampleType)) return defaultSampleType;
  return filled.find((type) => sampleTypes[type].unit === sampleTypes[defaultSampleType].unit) ?? filled[0];
}
