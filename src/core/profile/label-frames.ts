/**
 * Labels as frames: the values of a label become the root (or the leaf) of the stacks that carry it.
 *
 * That is how cost splits by tenant, request or size class (pprof's tagroot and tagleaf). The result is an
 * ordinary profile; the new locations come after the old ones, and their function's file is the label's key.
 */
import { formatValue } from "../text/format.js";
import { type LocationIndex, NO_MAPPING, type Profile, type SampleIndex, type StringTable } from "./profile.js";

/** Every stack gets one frame per key, "" where it has no such label. The first key is the outermost frame. */
export function addLabelFrames(profile: Profile, rootKeys: readonly string[], leafKeys: readonly string[]): Profile {
  const { samples, locations, functions } = profile;
  const added = new AddedLocations(profile);
  const extra = rootKeys.length + leafKeys.length;
  const stackStart = new Uint32Array(samples.count + 1);
  const stack = new Uint32Array(samples.stack.length + extra * samples.count);
  let at = 0;
  for (let sample = 0; sample < samples.count; sample++) {
    for (const key of leafKeys.toReversed()) stack[at++] = added.locationOf(key, labelText(profile, sample, key));
    const own = samples.stack.subarray(samples.stackStart[sample], samples.stackStart[sample + 1]);
    stack.set(own, at);
    at += own.length;
    for (const key of rootKeys.toReversed()) stack[at++] = added.locationOf(key, labelText(profile, sample, key));
    stackStart[sample + 1] = at;
  }
  const { texts } = added;
  const count = added.keys.length;
  const zeros = new Array<number>(count).fill(0);
  const noMapping = new Array<number>(count).fill(NO_MAPPING);
  const rows = zeros.map((_, row) => row);
  const indexOf = new Map(texts.map((text, index) => [text, profile.strings.length + index]));
  const stringOf = (text: string) => indexOf.get(text) ?? 0;
  const lines = locations.lineFunction.length;
  return {
    ...profile,
    samples: { ...samples, stackStart, stack },
    strings: appended(profile.strings, texts),
    functions: {
      count: functions.count + count,
      name: joined(functions.name, added.values.map(stringOf)),
      systemName: joined(functions.systemName, added.values.map(stringOf)),
      filename: joined(functions.filename, added.keys.map(stringOf)),
      startLine: joined(functions.startLine, zeros),
    },
    locations: {
      count: locations.count + count,
      mapping: joined(locations.mapping, noMapping),
      addressLow: joined(locations.addressLow, zeros),
      addressHigh: joined(locations.addressHigh, zeros),
      isFolded: joined(locations.isFolded, zeros),
      lineStart: joined(
        locations.lineStart,
        rows.map((row) => lines + row + 1),
      ),
      lineFunction: joined(
        locations.lineFunction,
        rows.map((row) => functions.count + row),
      ),
      lineNumber: joined(locations.lineNumber, zeros),
      lineColumn: joined(locations.lineColumn, zeros),
    },
  };
}

class AddedLocations {
  /** By added row. */
  readonly keys: string[] = [];
  readonly values: string[] = [];
  /** All texts of keys and values, each once. */
  readonly texts: string[] = [];
  readonly #first: LocationIndex;
  readonly #indexOf = new Map<string, LocationIndex>();
  readonly #known = new Set<string>();

  constructor(profile: Profile) {
    this.#first = profile.locations.count;
  }

  locationOf(key: string, value: string): LocationIndex {
    const both = `${key}\0${value}`;
    let index = this.#indexOf.get(both);
    if (index === undefined) {
      index = this.#first + this.keys.length;
      this.#indexOf.set(both, index);
      this.keys.push(key);
      this.values.push(value);
      for (const text of [key, value]) {
        if (!this.#known.has(text)) this.texts.push(text);
        this.#known.add(text);
      }
    }
    return index;
  }
}

/** All values of one label of one sample, text first, joined by commas. */
function labelText({ samples, strings }: Profile, sample: SampleIndex, key: string): string {
  const { labels, labelStart } = samples;
  const texts: string[] = [];
  const numbers: string[] = [];
  for (let row = labelStart[sample]; row < labelStart[sample + 1]; row++) {
    if (strings.at(labels.key[row]) !== key) continue;
    if (labels.string[row] !== 0) texts.push(strings.at(labels.string[row]));
    else numbers.push(formatValue(labels.number[row], strings.at(labels.unit[row])));
  }
  return [...texts, ...numbers].join(",");
}

function appended(strings: StringTable, texts: readonly string[]): StringTable {
  return {
    length: strings.length + texts.length,
    at: (index) => (index < strings.length ? strings.at(index) : texts[index - strings.length]),
  };
}

function joined<T extends Int32Array | Uint32Array | Uint8Array>(column: T, rows: readonly number[]): T {
  const longer = new (column.constructor as new (length: number) => T)(column.length + rows.length);
  longer.set(column);
  longer.set(rows, column.length);
  return longer;
}
