/**
 * Two profiles as one: the profile minus its base, with pprof's meaning of `-base` and `-diff_base`.
 *
 * The result is an ordinary profile over one set of tables: first the profile's samples, then the base's with
 * their values negated. Trees, tables and filters need not know; frames with the same name meet, and whatever
 * is the same on both sides cancels. Who wants the sides apart asks for the weights of one side.
 */
import { FormatError } from "../text/format-error.js";
import { unitRatio } from "../text/format.js";
import type { Labels, Locations, Profile, SampleIndex, ValueType } from "./profile.js";
import type { Weights } from "./weights.js";

export interface Difference {
  /** The profile's samples, then the base's, negated, from `baseFrom` on. */
  readonly profile: Profile;
  readonly baseFrom: SampleIndex;
  /**
   * What percentages refer to. "difference" (pprof -base): the sum of all changes regardless of sign.
   * "base" (pprof -diff_base): the base's total.
   */
  total(sampleType: number, of: "difference" | "base"): number;
}

export interface SubtractOptions {
  /** Scale the profile first so that each sample type has the base's total: compares shapes, not amounts. */
  readonly normalize: boolean;
}

/** The profile minus the base. Only sample types that both have are kept; throws FormatError if none is. */
export function subtract(profile: Profile, base: Profile, options: SubtractOptions): Difference {
  const types = commonTypes(profile, base);
  const values = signedValues(profile, base, types, options.normalize);
  const sampleTypes = types.map(({ type }) => type);
  const preferred = sampleTypes.findIndex(({ type }) => type === profile.sampleTypes[profile.defaultSampleType]?.type);
  const joint: Profile = {
    ...profile,
    ...concatenated(profile, base),
    sampleTypes,
    defaultSampleType: preferred < 0 ? sampleTypes.length - 1 : preferred,
    samples: concatenatedSamples(profile, base, values),
    comments: [...profile.comments, ...base.comments],
    warnings: [...profile.warnings, ...base.warnings],
  };
  const baseFrom = profile.samples.count;
  let identity: Uint32Array | undefined;
  return {
    profile: joint,
    baseFrom,
    total: (sampleType, of) => {
      identity ??= sampleIdentity(joint);
      const all = changes(joint, identity, sampleType, 0);
      if (of === "difference") return all;
      return changes(joint, identity, sampleType, baseFrom) || all;
    },
  };
}

/** The weights of the base alone, positive; the profile's own samples weigh 0. */
export function baseWeights({ baseFrom }: Difference, weights: Weights): Weights {
  return weights.map((weight, sample) => (sample < baseFrom || weight === 0 ? 0 : -weight));
}

/** The weights of the profile alone. */
export function ownWeights({ baseFrom }: Difference, weights: Weights): Weights {
  return weights.map((weight, sample) => (sample < baseFrom ? weight : 0));
}

interface CommonType {
  readonly type: ValueType;
  readonly own: number;
  readonly base: number;
  readonly ownRatio: number;
  readonly baseRatio: number;
}

function commonTypes(profile: Profile, base: Profile): CommonType[] {
  const types: CommonType[] = [];
  for (const [own, type] of profile.sampleTypes.entries()) {
    const other = base.sampleTypes.findIndex((candidate) => candidate.type === type.type);
    if (other < 0) continue;
    const ratio = unitRatio(base.sampleTypes[other].unit, type.unit);
    if (ratio === undefined) {
      const units = `${type.unit} and ${base.sampleTypes[other].unit}`;
      throw new FormatError("incompatible", `${type.type} is counted in ${units}, which cannot be compared`);
    }
    // The finer unit of the two, so that nothing is rounded away.
    const finer = ratio < 1 ? base.sampleTypes[other] : type;
    types.push({
      type: finer,
      own,
      base: other,
      ownRatio: ratio < 1 ? 1 / ratio : 1,
      baseRatio: ratio < 1 ? 1 : ratio,
    });
  }
  if (types.length > 0) return types;
  const names = (of: Profile) => of.sampleTypes.map(({ type }) => type).join(", ") || "nothing";
  throw new FormatError(
    "incompatible",
    `the profile has ${names(profile)}, the base ${names(base)}: nothing in common`,
  );
}

function signedValues(profile: Profile, base: Profile, types: readonly CommonType[], normalize: boolean): Float64Array {
  const own = profile.samples.count;
  const width = types.length;
  const values = new Float64Array((own + base.samples.count) * width);
  for (const [column, { own: ownType, base: baseType, ownRatio, baseRatio }] of types.entries()) {
    let baseSum = 0;
    for (let sample = 0; sample < base.samples.count; sample++) {
      const value = scaled(base.samples.values[sample * base.sampleTypes.length + baseType], baseRatio);
      baseSum += value;
      values[(own + sample) * width + column] = -value;
    }
    let ownSum = 0;
    for (let sample = 0; sample < own; sample++) {
      const value = scaled(profile.samples.values[sample * profile.sampleTypes.length + ownType], ownRatio);
      ownSum += value;
      values[sample * width + column] = value;
    }
    if (!normalize) continue;
    const ratio = ownSum === 0 ? 0 : baseSum / ownSum;
    for (let at = column; at < own * width; at += width) values[at] = scaled(values[at], ratio);
  }
  return values;
}

/** pprof's values are whole numbers, also after scaling; halves are rounded away from zero. */
function scaled(value: number, ratio: number): number {
  if (ratio === 1) return value;
  const exact = value * ratio;
  return Math.sign(exact) * Math.round(Math.abs(exact));
}

function concatenated(a: Profile, b: Profile): Pick<Profile, "strings" | "functions" | "locations" | "mappings"> {
  const strings = a.strings.length;
  return {
    strings: {
      length: strings + b.strings.length,
      at: (index) => (index < strings ? a.strings.at(index) : b.strings.at(index - strings)),
    },
    mappings: [...a.mappings, ...b.mappings],
    functions: {
      count: a.functions.count + b.functions.count,
      name: appended(a.functions.name, b.functions.name, strings),
      systemName: appended(a.functions.systemName, b.functions.systemName, strings),
      filename: appended(a.functions.filename, b.functions.filename, strings),
      startLine: appended(a.functions.startLine, b.functions.startLine, 0),
    },
    locations: concatenatedLocations(a, b),
  };
}

function concatenatedLocations({ locations: a, functions, mappings }: Profile, { locations: b }: Profile): Locations {
  const mapping = appended(a.mapping, b.mapping, mappings.length);
  for (let location = 0; location < b.count; location++) {
    if (b.mapping[location] < 0) mapping[a.count + location] = b.mapping[location];
  }
  return {
    count: a.count + b.count,
    mapping,
    addressLow: appended(a.addressLow, b.addressLow, 0),
    addressHigh: appended(a.addressHigh, b.addressHigh, 0),
    isFolded: appended(a.isFolded, b.isFolded, 0),
    lineStart: appended(a.lineStart, b.lineStart.subarray(1), a.lineFunction.length),
    lineFunction: appended(a.lineFunction, b.lineFunction, functions.count),
    lineNumber: appended(a.lineNumber, b.lineNumber, 0),
    lineColumn: appended(a.lineColumn, b.lineColumn, 0),
  };
}

function concatenatedSamples(profile: Profile, base: Profile, values: Float64Array): Profile["samples"] {
  const { samples: a, strings, locations } = profile;
  const { samples: b } = base;
  return {
    count: a.count + b.count,
    stackStart: appended(a.stackStart, b.stackStart.subarray(1), a.stack.length),
    stack: appended(a.stack, b.stack, locations.count),
    values,
    labelStart: appended(a.labelStart, b.labelStart.subarray(1), a.labels.count),
    labels: concatenatedLabels(a.labels, b.labels, strings.length),
  };
}

function concatenatedLabels(a: Labels, b: Labels, strings: number): Labels {
  const string = appended(a.string, b.string, strings);
  const unit = appended(a.unit, b.unit, strings);
  // Index 0 says "none" and has to stay 0.
  for (let row = 0; row < b.count; row++) {
    if (b.string[row] === 0) string[a.count + row] = 0;
    if (b.unit[row] === 0) unit[a.count + row] = 0;
  }
  const number = new Float64Array(a.count + b.count);
  number.set(a.number);
  number.set(b.number, a.count);
  return { count: a.count + b.count, key: appended(a.key, b.key, strings), string, number, unit };
}

function appended<T extends Int32Array | Uint32Array | Uint8Array>(a: T, b: T, offset: number): T {
  const both = new (a.constructor as new (length: number) => T)(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  if (offset !== 0) for (let i = a.length; i < both.length; i++) both[i] += offset;
  return both;
}

/** Sum of the sizes of the changes, samples with equal stacks and labels taken together, from a sample on. */
function changes({ samples, sampleTypes }: Profile, identity: Uint32Array, sampleType: number, from: number): number {
  const sums = new Float64Array(samples.count);
  for (let sample = from; sample < samples.count; sample++) {
    sums[identity[sample]] += samples.values[sample * sampleTypes.length + sampleType];
  }
  let total = 0;
  for (const sum of sums) total += Math.abs(sum);
  return total;
}

/** For each sample the first one with the same stack and labels; as pprof merges samples. */
function sampleIdentity(profile: Profile): Uint32Array {
  const { samples, strings } = profile;
  const sameLocation = locationIdentity(profile);
  const identity = new Uint32Array(samples.count);
  const firstWithHash = new Map<number, SampleIndex[]>();
  const labelText = (sample: SampleIndex): string => {
    const { labels, labelStart } = samples;
    const texts: string[] = [];
    for (let row = labelStart[sample]; row < labelStart[sample + 1]; row++) {
      const value = labels.string[row] ? `=${strings.at(labels.string[row])}` : `#${labels.number[row]}`;
      texts.push(`${strings.at(labels.key[row])}${value}\0${strings.at(labels.unit[row])}`);
    }
    return texts.sort().join("\0\0");
  };
  const same = (a: SampleIndex, b: SampleIndex): boolean => {
    const length = samples.stackStart[a + 1] - samples.stackStart[a];
    if (samples.stackStart[b + 1] - samples.stackStart[b] !== length) return false;
    for (let i = 0; i < length; i++) {
      const left = sameLocation[samples.stack[samples.stackStart[a] + i]];
      if (left !== sameLocation[samples.stack[samples.stackStart[b] + i]]) return false;
    }
    return labelText(a) === labelText(b);
  };
  for (let sample = 0; sample < samples.count; sample++) {
    let hash = 0x811c9dc5;
    for (let i = samples.stackStart[sample]; i < samples.stackStart[sample + 1]; i++) {
      hash = Math.imul(hash ^ sameLocation[samples.stack[i]], 0x01000193) ^ (hash >>> 15);
    }
    const known = firstWithHash.get(hash);
    const first = known?.find((other) => same(other, sample));
    identity[sample] = first ?? sample;
    if (first !== undefined) continue;
    if (known) known.push(sample);
    else firstWithHash.set(hash, [sample]);
  }
  return identity;
}

/** For each location the first one that is the same place in the same code. */
function locationIdentity({ locations, functions, strings, mappings }: Profile): Uint32Array {
  const identity = new Uint32Array(locations.count);
  const first = new Map<string, number>();
  const binaries = mappings.map(({ start, limit, fileOffset, buildId, filename }) => ({
    start,
    key: `${(limit - start + 0xfffn) / 0x1000n} ${fileOffset} ${buildId || filename}`,
  }));
  const functionKey = Array.from({ length: functions.count }, (_, fn) =>
    [functions.name, functions.systemName, functions.filename].map((column) => strings.at(column[fn])).join("\0"),
  );
  for (let location = 0; location < locations.count; location++) {
    const binary = binaries[locations.mapping[location]];
    const address = (BigInt(locations.addressHigh[location]) << 32n) | BigInt(locations.addressLow[location]);
    let key = binary ? `${binary.key} ${address - binary.start}` : `${address}`;
    for (let row = locations.lineStart[location]; row < locations.lineStart[location + 1]; row++) {
      const fn = locations.lineFunction[row];
      key += `\0\0${functionKey[fn]} ${functions.startLine[fn]} ${locations.lineNumber[row]} ${locations.lineColumn[row]}`;
    }
    const known = first.get(key);
    identity[location] = known ?? location;
    if (known === undefined) first.set(key, location);
  }
  return identity;
}
