/**
 * One instance as the local diagnosis sees a program: a snapshot for each window of its life.
 *
 * All profiles share the tables of the fleet's stacks; they differ by their values alone.
 */
import type { Snapshot } from "../diagnosis/diagnosis.js";
import { ProfileBuilder } from "../profile/profile-builder.js";
import type { Profile, ValueType } from "../profile/profile.js";
import type { Fleet, FleetStacks } from "./fleet.js";
import type { Life } from "./lives.js";

const HEAP: readonly ValueType[] = [
  { type: "inuse_objects", unit: "count" },
  { type: "inuse_space", unit: "bytes" },
];
/** Bytes of an object where no profile of objects has the stack: small ones are the least sure. */
const UNKNOWN_SIZE = 64;
const GOROUTINE: readonly ValueType[] = [{ type: "goroutine", unit: "count" }];

export type Tables = (instance: string, at: number) => Profile | undefined;

/** Makes the heap profiles of instances in windows; undefined for an instance whose stacks were not read. */
export function heapTables(stacks: FleetStacks): Tables {
  const empty = tablesOf(stacks, HEAP, { type: "space", unit: "bytes" }, stacks.sampleRate ?? 0);
  return (instance, at) =>
    filled(empty, stacks, instance, at, (stack, bytes) => {
      const size = stacks.objectBytes?.[stack] ?? NaN;
      return [Math.max(1, Math.round(bytes / (size > 0 ? size : UNKNOWN_SIZE))), bytes];
    });
}

export function goroutineTables(stacks: FleetStacks): Tables {
  const empty = tablesOf(stacks, GOROUTINE, { type: "goroutine", unit: "count" }, 1);
  return (instance, at) => filled(empty, stacks, instance, at, (_, count) => [count]);
}

export function snapshotsOf(
  { timesMs }: Fleet,
  instance: { readonly name: string; readonly life: Life; readonly has: (at: number) => boolean },
  heap: Tables | undefined,
  goroutine: Tables | undefined,
): readonly Snapshot[] {
  const { name, life, has } = instance;
  const snapshots: Snapshot[] = [];
  for (let at = life.from; at <= life.to; at++) {
    if (!has(at)) continue;
    const ofHeap = heap?.(name, at);
    const ofGoroutines = goroutine?.(name, at);
    snapshots.push({
      atMs: timesMs[at] - timesMs[life.from],
      ...(ofHeap && { heap: ofHeap }),
      ...(ofGoroutines && { goroutine: ofGoroutines }),
    });
  }
  return snapshots;
}

function tablesOf({ stacks }: FleetStacks, sampleTypes: readonly ValueType[], periodType: ValueType, period: number) {
  const builder = new ProfileBuilder();
  const locations = new Map<string, number>();
  for (const stack of stacks) {
    const rows = stack.map(({ function: name, file, line }) => {
      const key = `${name}\0${file}\0${line}`;
      let row = locations.get(key);
      if (row === undefined) {
        row = builder.location(0, locations.size + 1, [{ function: builder.function(name, file), line }]);
        locations.set(key, row);
      }
      return row;
    });
    builder.sample(
      rows,
      sampleTypes.map(() => 0),
      [],
    );
  }
  return builder.finish({
    format: "pprof",
    sampleTypes,
    defaultSampleType: sampleTypes.length - 1,
    periodType,
    period,
    comments: [],
    mappings: [],
    warnings: [],
  });
}

function filled(
  empty: Profile,
  { stacks, values: all }: FleetStacks,
  instance: string,
  at: number,
  valuesOf: (stack: number, value: number) => readonly number[],
): Profile | undefined {
  const series = all.get(instance);
  if (series === undefined) return undefined;
  const windows = series.length / stacks.length;
  const width = empty.sampleTypes.length;
  const values = new Float64Array(stacks.length * width);
  for (let stack = 0; stack < stacks.length; stack++) {
    const value = series[stack * windows + at];
    if (value > 0) values.set(valuesOf(stack, value), stack * width);
  }
  return { ...empty, samples: { ...empty.samples, values } };
}
