/**
 * What the runtime notes beside single objects (`mspan.specials`): finalizers, cleanups, weak pointers, and the allocation
 * stacks of objects that the heap profiler sampled.
 */
import type { ObjectIndex } from "../../core/heap/spans.js";
import { type Address, UnreadableMemory } from "../memory/memory.js";
import type { PagedMemory } from "../memory/paged-memory.js";
import type { ReadSpans } from "./heap-spans.js";
import { type Layout, offsetOf } from "./layout.js";

export interface SpecialRecords {
  /** Objects with a finalizer, and the closure that it is. */
  readonly finalizers: readonly Attached[];
  readonly cleanups: readonly Attached[];
  /** The word that weak pointers to an object share; `value` is its address. */
  readonly weakHandles: readonly Attached[];
  /** Sampled objects; `value` is the bucket of their allocation stack. */
  readonly sampled: readonly Attached[];
}

export interface Attached {
  readonly object: ObjectIndex;
  readonly value: Address;
}

/** internal to runtime/mheap.go: they moved by one in Go 1.25. */
const KINDS_OF_GO_1_24 = { finalizer: 1, weakHandle: 2, profile: 3, cleanup: 6 };
const KINDS = { finalizer: 2, weakHandle: 3, profile: 4, cleanup: 7 };
const MAX_PER_SPAN = 100_000;

export function readSpecials(paged: PagedMemory, read: ReadSpans, layout: Layout, version: string): SpecialRecords {
  const kinds = version.startsWith("go1.24") ? KINDS_OF_GO_1_24 : KINDS;
  const records = {
    finalizers: [] as Attached[],
    cleanups: [] as Attached[],
    weakHandles: [] as Attached[],
    sampled: [] as Attached[],
  };
  const lists: readonly (readonly [kind: number, list: Attached[], field: string])[] = [
    [kinds.finalizer, records.finalizers, "runtime.specialfinalizer.fn"],
    [
      kinds.cleanup,
      records.cleanups,
      layout.offsets.has("runtime.specialCleanup.fn")
        ? "runtime.specialCleanup.fn"
        : "runtime.specialCleanup.cleanup.fn",
    ],
    [kinds.weakHandle, records.weakHandles, "runtime.specialWeakHandle.handle"],
    [kinds.profile, records.sampled, "runtime.specialprofile.b"],
  ];
  const byKind = new Map(lists.map(([kind, list, field]) => [kind, { list, at: offsetOf(layout, field) }]));
  const [next, offset, kindAt] = [
    offsetOf(layout, "runtime.special.next"),
    offsetOf(layout, "runtime.special.offset"),
    offsetOf(layout, "runtime.special.kind"),
  ];
  const { columns, firstObject } = read.spans;
  for (let span = 0; span < columns.count; span++) {
    try {
      for (let at = read.specials[span], i = 0; at !== 0 && i < MAX_PER_SPAN; at = paged.word(at + next), i++) {
        const about = byKind.get(paged.u8(at + kindAt));
        if (about === undefined) continue;
        const slot = Math.floor(paged.word(at + offset) / columns.elementSize[span]);
        if (slot >= columns.elementCount[span]) continue;
        about.list.push({ object: firstObject[span] + slot, value: paged.word(at + about.at) });
      }
    } catch (error) {
      if (!(error instanceof UnreadableMemory)) throw error;
    }
  }
  return records;
}
