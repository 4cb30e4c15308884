/** What a heap profile says of each of its samples: bytes, objects, and how many of them the profiler really saw. */
import type { Profile } from "./profile.js";

/** Columns of `measureHeap`. */
export const BYTES = 0;
export const OBJECTS = 1;
export const SAMPLES = 2;
/** Samples ever allocated; only of stacks that are alive. */
export const ALLOCATED = 3;

export function isHeapProfile(profile: Profile): boolean {
  return typeAt(profile, "inuse_space") >= 0 && typeAt(profile, "inuse_objects") >= 0;
}

/** Bytes per sample (runtime.MemProfileRate) of a heap profile; undefined where it does not say. */
export function heapSampleRate(profile: Profile): number | undefined {
  return profile.periodType?.type === "space" && profile.period > 0 ? profile.period : undefined;
}

/**
 * Live bytes, live objects, how many samples stand behind them, and how many samples there ever were. The runtime
 * scales what it sampled up by 1 / (1 - exp(-size / rate)) (runtime/pprof/protomem.go, scaleHeapSample); this takes it
 * back.
 */
export function measureHeap(profile: Profile): readonly Float64Array[] {
  const { count, values } = profile.samples;
  const width = profile.sampleTypes.length;
  const space = typeAt(profile, "inuse_space");
  const object = typeAt(profile, "inuse_objects");
  const everSpace = typeAt(profile, "alloc_space");
  const everObject = typeAt(profile, "alloc_objects");
  const rate = heapSampleRate(profile);
  const sampled = (of: number, size: number) =>
    of > 0 ? of * (rate === undefined ? 1 : -Math.expm1(-size / of / rate)) : 0;
  const bytes = new Float64Array(count);
  const objects = new Float64Array(count);
  const samples = new Float64Array(count);
  const allocated = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    bytes[i] = values[i * width + space];
    objects[i] = values[i * width + object];
    samples[i] = sampled(objects[i], bytes[i]);
    if (everSpace >= 0 && everObject >= 0) {
      allocated[i] = sampled(values[i * width + everObject], values[i * width + everSpace]);
    }
  }
  return [bytes, objects, samples, allocated];
}

function typeAt(profile: Profile, wanted: string): number {
  return profile.sampleTypes.findIndex(({ type }) => type === wanted);
}
