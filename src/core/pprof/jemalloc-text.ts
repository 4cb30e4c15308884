/**
 * jemalloc's heap profiles (`prof.dump`): "heap_v2/RATE", totals, then for each stack a line of addresses and counters,
 * of all threads ("t*") and of each ("t3"). Read as its own `jeprof` does: the sum over threads, scaled up by the rate.
 *
 *   heap_v2/524288
 *     t*: 28106: 56637512 [0: 0]
 *   @ 0x5f86da8 0x5f5a1dc
 *     t*: 13: 6688 [0: 0]
 *     t3: 13: 6688 [0: 0]
 *
 *   MAPPED_LIBRARIES:
 */
import { hasAllocations, heapValues, IN_USE_AND_ALLOCATED, ONLY_IN_USE } from "./legacy-heap.js";
import type { SampleReader } from "./legacy-samples.js";
import type { Profile } from "../profile/profile.js";

export const JEMALLOC_HEADER = /^heap_v2\/(\d+)\s*$/;

/** `next` is the header line of a further profile in the same text. */
export function readJemalloc(
  reader: SampleReader,
  header: string,
  isHeader: (line: string) => boolean,
): { profile: Profile; next: string | undefined } {
  const rate = Number(JEMALLOC_HEADER.exec(header)?.[1] ?? 0);
  let hasAlloc: boolean | undefined;
  let addresses: readonly string[] = [];
  const next = reader.readLines(isHeader, (line, place) => {
    if (line.startsWith("@")) {
      addresses = line.match(/0x[0-9a-f]{1,16}/g) ?? [];
      return true;
    }
    const match = COUNTERS.exec(line);
    if (match === null) return false;
    const [, thread, objects, bytes, allObjects, allBytes] = match;
    if (thread !== "*") return true;
    if (hasAlloc === undefined) {
      hasAlloc = hasAllocations(objects, bytes, allObjects, allBytes);
      return true;
    }
    const sample = {
      objects: Number(objects),
      bytes: Number(bytes),
      allObjects: Number(allObjects),
      allBytes: Number(allBytes),
    };
    reader.add(addresses, [], heapValues(sample, hasAlloc, rate), [], place);
    return true;
  });
  const profile = reader.finish({
    format: "legacy-heap",
    sampleTypes: hasAlloc === true ? IN_USE_AND_ALLOCATED : ONLY_IN_USE,
    periodType: { type: "space", unit: "bytes" },
    period: rate,
  });
  return { profile, next };
}

const COUNTERS = /^t(\*|\d+): *(\d+): *(\d+) *\[ *(\d+): *(\d+) *\]/;
