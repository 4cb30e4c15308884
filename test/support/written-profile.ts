/** Profiles with names of the test's choice, written by another library than ours. */
import { Function, Line, Location, Profile, Sample, StringTable, ValueType } from "pprof-format";

/** Bytes of a profile of one stack per entry, root first, as a program would write it; each stack holds 1 kB. */
export function writtenProfile(stacks: readonly (readonly string[])[]): Uint8Array {
  const strings = new StringTable();
  const functions = new Map<string, Function>();
  const locations: Location[] = [];
  const locationOf = (name: string) => {
    let fn = functions.get(name);
    if (!fn) {
      fn = new Function({ id: functions.size + 1, name: strings.dedup(name), filename: strings.dedup(`${name}.go`) });
      functions.set(name, fn);
      locations.push(new Location({ id: fn.id, line: [new Line({ functionId: fn.id, line: 7 })] }));
    }
    return fn.id;
  };
  const sample = stacks.map((stack) => new Sample({ locationId: [...stack].reverse().map(locationOf), value: [1024] }));
  return new Profile({
    sampleType: [new ValueType({ type: strings.dedup("inuse_space"), unit: strings.dedup("bytes") })],
    sample,
    location: locations,
    function: [...functions.values()],
    stringTable: strings,
  }).encode();
}
