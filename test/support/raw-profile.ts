/**
 * A profile as `go tool pprof -raw` prints it, reduced to what can be compared: samples by addresses, and the mapping of
 * each address. Samples that cost nothing are left out, and equal ones added up, as pprof does.
 */
import { NO_MAPPING, type Profile } from "../../src/core/profile/profile.js";

export interface RawProfile {
  readonly types: string;
  readonly period: number;
  /** "address address … bytes:[16]" → values */
  readonly samples: Readonly<Record<string, string>>;
  /** Address → path of its mapping, "" where it has none. */
  readonly mappings: Readonly<Record<string, string>>;
}

export function rawOfText(text: string): RawProfile {
  const [head, rest = ""] = text.split(/^Samples:\n/m);
  const [samples, tables = ""] = rest.split(/^Locations\n/m);
  const [locations, mappings = ""] = tables.split(/^Mappings\n/m);
  const paths = new Map([...mappings.matchAll(/^(\d+): \S+ (\S*)/gm)].map(([, id, path]) => [id, path]));
  const addresses = new Map<string, string>();
  const mappingOf: Record<string, string> = {};
  for (const [, id, address, mapping] of locations.matchAll(/^ *(\d+): 0x([0-9a-f]+)(?: M=(\d+))?/gm)) {
    addresses.set(id, address);
    mappingOf[address] = paths.get(mapping) ?? "";
  }
  const [types, ...lines] = samples.split("\n");
  const found = new Map<string, number[]>();
  for (let i = 0; i < lines.length; i++) {
    const match = /^ *([-\d ]+): ([\d ]*)$/.exec(lines[i]);
    if (match === null) continue;
    const label = /^ +(bytes:\[-?\d+\])/.exec(lines[i + 1] ?? "")?.[1] ?? "";
    const stack = match[2].trim().split(" ");
    add(
      found,
      keyOf(
        stack.flatMap((id) => addresses.get(id) ?? []),
        label,
      ),
      match[1].trim().split(/ +/).map(Number),
    );
  }
  return {
    types: types.replace(/\[dflt\]/, "").trim(),
    period: Number(/^Period: (\d+)$/m.exec(head)?.[1]),
    samples: shown(found),
    mappings: mappingOf,
  };
}

export function rawOfProfile(profile: Profile): RawProfile {
  const { samples, locations, mappings, sampleTypes, strings } = profile;
  const address = (location: number) =>
    ((BigInt(locations.addressHigh[location]) << 32n) | BigInt(locations.addressLow[location])).toString(16);
  const found = new Map<string, number[]>();
  const mappingOf: Record<string, string> = {};
  const width = sampleTypes.length;
  for (let sample = 0; sample < samples.count; sample++) {
    const stack = [...samples.stack.subarray(samples.stackStart[sample], samples.stackStart[sample + 1])];
    const values = [...samples.values.subarray(sample * width, sample * width + width)];
    const label = samples.labelStart[sample];
    const hasLabel = samples.labelStart[sample + 1] > label;
    const bytes = hasLabel ? `${strings.at(samples.labels.key[label])}:[${samples.labels.number[label]}]` : "";
    if (values.every((value) => value === 0)) continue;
    add(found, keyOf(stack.map(address), bytes), values);
    for (const location of stack) {
      const mapping = locations.mapping[location];
      mappingOf[address(location)] = mapping === NO_MAPPING ? "" : mappings[mapping].filename;
    }
  }
  return {
    types: sampleTypes.map(({ type, unit }) => `${type}/${unit}`).join(" "),
    period: profile.period,
    samples: shown(found),
    mappings: mappingOf,
  };
}

function keyOf(stack: readonly string[], label: string): string {
  return `${stack.join(" ")} ${label}`;
}

function add(found: Map<string, number[]>, stack: string, values: readonly number[]): void {
  const known = found.get(stack);
  if (known === undefined) found.set(stack, [...values]);
  else values.forEach((value, i) => (known[i] += value));
}

function shown(found: ReadonlyMap<string, readonly number[]>): Record<string, string> {
  return Object.fromEntries([...found].map(([stack, values]) => [stack, values.join(" ")]));
}
