/**
 * What a heap profile says of each of its samples: bytes, objects, how many of them the profiler really saw, and how far
 * the bytes may be off.
 *
 * The runtime records an object of `size` bytes with probability p = 1 - exp(-size / rate). Small objects are estimates;
 * of objects that are several times the rate none is missed, and their bytes are exact.
 */
import type { Profile } from "./profile.js";

/** Columns of `measureHeap`. */
export const BYTES = 0;
export const OBJECTS = 1;
export const SAMPLES = 2;
/** Samples ever allocated; only of stacks that are alive. */
export const ALLOCATED = 3;
/** Variance of BYTES by sampling alone, in square bytes: each of k samples stands for size / p bytes. */
export const NOISE = 4;
/** The part of BYTES that is in objects of at least `CERTAIN_RATES` sampling rates. */
export const CERTAIN = 5;
/** How many of those there ever were, alive or not. */
export const CERTAIN_EVER = 6;
/** The part of NOISE that they make. */
export const CERTAIN_NOISE = 7;

/** An object this many times the sampling rate is missed once in 7 times, one of twice that size once in 50. */
const CERTAIN_RATES = 2;

export function isHeapProfile(profile: Profile): boolean {
  return typeAt(profile, "inuse_space") >= 0 && typeAt(profile, "inuse_objects") >= 0;
}

/**
 * Bytes per sample (runtime.MemProfileRate) of a heap profile; 0 where memory profiling is off, undefined where the
 * profile does not say. A program that switches it off in an init function has a few samples of the time before.
 */
export function heapSampleRate(profile: Profile): number | undefined {
  if (profile.periodType?.type !== "space") return undefined;
  return profile.period > 0 || profile.samples.count <= MAX_SAMPLES_OF_START ? profile.period : undefined;
}

const MAX_SAMPLES_OF_START = 16;

/**
 * One column for each of the names above. The runtime scales what it sampled up by 1 / p (runtime/pprof/protomem.go,
 * scaleHeapSample); this takes it back. Each sample of a Go heap profile has objects of one size only.
 */
export function measureHeap(profile: Profile): readonly Float64Array[] {
  const { count, values } = profile.samples;
  const width = profile.sampleTypes.length;
  const space = typeAt(profile, "inuse_space");
  const object = typeAt(profile, "inuse_objects");
  const everSpace = typeAt(profile, "alloc_space");
  const everObject = typeAt(profile, "alloc_objects");
  const rate = heapSampleRate(profile) || undefined;
  const chance = (size: number) => (rate === undefined ? 1 : -Math.expm1(-size / rate));
  const sampled = (of: number, size: number) => (of > 0 ? of * chance(size / of) : 0);
  const columns = Array.from({ length: CERTAIN_NOISE + 1 }, () => new Float64Array(count));
  const [bytes, objects, samples, allocated, noise, certain, certainEver, certainNoise] = columns;
  for (let i = 0; i < count; i++) {
    bytes[i] = values[i * width + space];
    objects[i] = values[i * width + object];
    samples[i] = sampled(objects[i], bytes[i]);
    const ever = everObject < 0 ? 0 : values[i * width + everObject];
    const everBytes = everSpace < 0 ? 0 : values[i * width + everSpace];
    if (everSpace >= 0) allocated[i] = sampled(ever, everBytes);
    const size = objects[i] > 0 ? bytes[i] / objects[i] : ever > 0 ? everBytes / ever : 0;
    // Where the rate is unknown, noise is judged as if every object had been counted, and none were certain.
    if (rate === undefined) {
      noise[i] = size * bytes[i];
      continue;
    }
    const p = chance(size);
    if (p > 0) noise[i] = samples[i] * (size / p) ** 2 * (1 - p);
    if (size < CERTAIN_RATES * rate) continue;
    certain[i] = bytes[i];
    certainEver[i] = ever;
    certainNoise[i] = noise[i];
  }
  return columns;
}

function typeAt(profile: Profile, wanted: string): number {
  return profile.sampleTypes.findIndex(({ type }) => type === wanted);
}
