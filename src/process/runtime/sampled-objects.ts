/**
 * The allocation stacks of live objects: the heap profiler notes beside each object that it samples the bucket of the
 * stack that allocated it (runtime/mprof.go).
 */
import type { AllocationSite, SampledObject } from "../../core/heap/allocation-sites.js";
import { type Address, UnreadableMemory } from "../memory/memory.js";
import type { PagedMemory } from "../memory/paged-memory.js";
import type { FuncTable } from "./func-table.js";
import { type Layout, offsetOf, sizeOf } from "./layout.js";
import type { Attached } from "./special-records.js";

/** The runtime's limit of a profiled stack. */
const MAX_STACK = 1_024;

export interface SampledAllocations {
  readonly sites: readonly AllocationSite[];
  readonly sampled: readonly SampledObject[];
}

/** `rate` is runtime.MemProfileRate: bytes between two samples. */
export function sampledAllocations(
  memory: PagedMemory,
  functions: FuncTable,
  layout: Layout,
  records: readonly Attached[],
  rate: number,
): SampledAllocations {
  const [sizeAt, depthAt] = [offsetOf(layout, "runtime.bucket.size"), offsetOf(layout, "runtime.bucket.nstk")];
  const headerBytes = sizeOf(layout, "runtime.bucket");
  const sites: AllocationSite[] = [];
  const siteOf = new Map<string, number>();
  const buckets = new Map<Address, { site: number; bytes: number } | undefined>();
  const read = (bucket: Address) => {
    try {
      const bytes = memory.word(bucket + sizeAt);
      const depth = Math.min(memory.word(bucket + depthAt), MAX_STACK);
      const site = siteIn(Array.from({ length: depth }, (_, i) => memory.word(bucket + headerBytes + i * 8)));
      return site === undefined ? undefined : { site, bytes: bytes * weightOf(bytes, rate) };
    } catch (error) {
      if (error instanceof UnreadableMemory) return undefined;
      throw error;
    }
  };
  /** The innermost call that is not the runtime's. */
  const siteIn = (stack: readonly Address[]): number | undefined => {
    for (const pc of stack) {
      for (const place of functions.places(pc - 1)) {
        if (/^(runtime|internal\/runtime\/[^.]*)\./.test(place.function)) continue;
        const key = `${place.function}\0${place.file}\0${place.line}`;
        let site = siteOf.get(key);
        if (site === undefined) siteOf.set(key, (site = sites.push(place) - 1));
        return site;
      }
    }
    return undefined;
  };
  const sampled = records.flatMap(({ object, value }) => {
    if (!buckets.has(value)) buckets.set(value, read(value));
    const bucket = buckets.get(value);
    return bucket === undefined ? [] : [{ object, ...bucket }];
  });
  return { sites, sampled };
}

/** runtime/pprof.scaleHeapSample: by the chance of an object of that size to be sampled. */
function weightOf(bytes: number, rate: number): number {
  return rate <= 1 ? 1 : 1 / (1 - Math.exp(-bytes / rate));
}
