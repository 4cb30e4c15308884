/** The values of a heap sample in the text forms, scaled up as google/pprof does (profile/legacy_profile.go). */
import type { ValueType } from "../profile/profile.js";
import type { SampleValues } from "./legacy-samples.js";

export const ONLY_IN_USE: readonly ValueType[] = [
  { type: "objects", unit: "count" },
  { type: "space", unit: "bytes" },
];

export const IN_USE_AND_ALLOCATED: readonly ValueType[] = [
  { type: "alloc_objects", unit: "count" },
  { type: "alloc_space", unit: "bytes" },
  { type: "inuse_objects", unit: "count" },
  { type: "inuse_space", unit: "bytes" },
];

/** A profile with equal columns, or zeros in the second, has no allocations of its own to tell. Numbers as written. */
export function hasAllocations(objects: string, bytes: string, allObjects: string, allBytes: string): boolean {
  return (allObjects !== objects && allObjects !== "0") || (allBytes !== bytes && allBytes !== "0");
}

export interface HeapSample {
  readonly objects: number;
  readonly bytes: number;
  readonly allObjects: number;
  readonly allBytes: number;
}

/** `rate` in bytes, undefined for what was not sampled. Returns undefined for bytes without objects. */
export function heapValues(sample: HeapSample, hasAlloc: boolean, rate: number | undefined): SampleValues | undefined {
  const { objects, bytes, allObjects, allBytes } = sample;
  if ((objects === 0 && bytes !== 0) || (hasAlloc && allObjects === 0 && allBytes !== 0)) return undefined;
  const inUse = scaled(objects, bytes, rate);
  const [count, size] = objects !== 0 ? [objects, bytes] : hasAlloc ? [allObjects, allBytes] : [0, 0];
  return {
    values: hasAlloc ? [...scaled(allObjects, allBytes, rate), ...inUse] : inUse,
    labels: [["bytes", count === 0 ? 0 : Math.trunc(size / count), "bytes"]],
  };
}

/** What was allocated, estimated from what was sampled: a sample of that size is seen with chance 1 - e^(-size/rate). */
function scaled(count: number, bytes: number, rate: number | undefined): [number, number] {
  if (count === 0) return [0, bytes];
  if (rate === undefined) return [count, bytes];
  if (bytes === 0) return [0, 0];
  if (rate <= 1) return [count, bytes];
  const scale = 1 / (1 - Math.exp(-(bytes / count) / rate));
  return [Math.trunc(count * scale), Math.trunc(bytes * scale)];
}
