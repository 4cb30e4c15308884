/**
 * Goroutines against allocations, one row per function: does memory grow because goroutines are stuck below it and hold
 * what they refer to, or because objects are retained without any?
 *
 * A function counts once per stack, however often it recurs on it.
 */
import type { FunctionBalance, Snapshot } from "./diagnosis.js";
import { isGoroutineProfile, measureGoroutines } from "./growth/goroutine-growth.js";
import { isHeapProfile, measureHeap } from "../profile/heap-measures.js";
import type { Profile } from "../profile/profile.js";
import { stackFrames, stackSeries } from "../profile/stack-series.js";

type Mutable = { -readonly [Key in keyof FunctionBalance]: FunctionBalance[Key] };

/** Functions with both goroutines and live memory first, by what grew; then the rest. */
export function goroutinesAgainstAllocations(snapshots: readonly Snapshot[]): readonly FunctionBalance[] {
  const rows = new Map<string, Mutable>();
  const rowOf = (name: string, file: string): Mutable => {
    let row = rows.get(name);
    if (row === undefined) {
      row = { function: name, file, goroutines: 0, bytes: 0, objects: 0, ...NO_GROWTH };
      rows.set(name, row);
    }
    return row;
  };
  perFunction(
    firstAndLast(snapshots.flatMap(({ heap }) => (heap && isHeapProfile(heap) ? [heap] : []))),
    measureHeap,
    (name, file, [bytes, objects], [firstBytes, firstObjects]) => {
      const row = rowOf(name, file);
      row.bytes += bytes;
      row.objects += objects;
      row.bytesGrowth += bytes - firstBytes;
      row.objectsGrowth += objects - firstObjects;
    },
  );
  perFunction(
    firstAndLast(snapshots.flatMap(({ goroutine }) => (goroutine && isGoroutineProfile(goroutine) ? [goroutine] : []))),
    measureGoroutines,
    (name, file, [count], [first]) => {
      const row = rowOf(name, file);
      row.goroutines += count;
      row.goroutinesGrowth += count - first;
    },
  );
  return [...rows.values()].sort(
    (a, b) =>
      Number(b.goroutines > 0 && b.bytes > 0) - Number(a.goroutines > 0 && a.bytes > 0) ||
      b.bytesGrowth - a.bytesGrowth ||
      b.goroutinesGrowth - a.goroutinesGrowth ||
      b.bytes - a.bytes ||
      b.goroutines - a.goroutines,
  );
}

const NO_GROWTH = { goroutinesGrowth: 0, bytesGrowth: 0, objectsGrowth: 0 };

const firstAndLast = (profiles: readonly Profile[]): readonly Profile[] =>
  profiles.length > 1 ? [profiles[0], profiles[profiles.length - 1]] : profiles;

/** Hands every function of every stack the stack's values in the last profile and in the first. */
function perFunction(
  profiles: readonly Profile[],
  measure: (profile: Profile) => readonly Float64Array[],
  add: (name: string, file: string, last: readonly number[], first: readonly number[]) => void,
): void {
  const stacks = stackSeries(profiles, measure);
  const { length, stackCount, values, frameFunction, functionName, functionFile } = stacks;
  const seenIn = new Int32Array(functionName.length).fill(-1);
  for (let stack = 0; stack < stackCount; stack++) {
    const last = values.map((column) => column[(stack + 1) * length - 1]);
    const first = values.map((column) => column[stack * length]);
    for (const frame of stackFrames(stacks, stack)) {
      const fn = frameFunction[frame];
      if (seenIn[fn] === stack) continue;
      seenIn[fn] = stack;
      add(functionName[fn], functionFile[fn], last, first);
    }
  }
}
