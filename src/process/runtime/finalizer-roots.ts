/**
 * What lives for finalizers and cleanups: what they were set on refers to it, they refer to it, or they wait in a queue to
 * be called (runtime/mfinal.go, mcleanup.go). The object with the finalizer itself is not held by it.
 */
import type { ObjectGraph } from "../../core/heap/object-graph.js";
import type { OwnerIndex, RootsBuilder } from "../../core/heap/roots.js";
import type { ObjectIndex } from "../../core/heap/spans.js";
import { type Address, UnreadableMemory } from "../memory/memory.js";
import type { PagedMemory } from "../memory/paged-memory.js";
import type { FuncTable } from "./func-table.js";
import { type Layout, sizeOf } from "./layout.js";
import type { SpecialRecords } from "./special-records.js";

export interface FinalizerReader {
  readonly memory: PagedMemory;
  readonly functions: FuncTable;
  readonly layout: Layout;
  readonly graph: ObjectGraph;
  readonly objectAt: (address: Address) => ObjectIndex;
}

export function addSpecialRoots(reader: FinalizerReader, specials: SpecialRecords, roots: RootsBuilder): void {
  const { graph, objectAt } = reader;
  const owners = new Map<string, OwnerIndex>();
  const ownerOf = (closure: Address) => {
    const name = calledBy(reader, closure);
    let owner = owners.get(name);
    if (owner === undefined) {
      owner = roots.owner({ kind: "finalizer", name, address: 0 });
      owners.set(name, owner);
    }
    return owner;
  };
  const addClosure = (closure: Address) => {
    const object = objectAt(closure);
    if (object >= 0) roots.add(object, ownerOf(closure), 0);
  };
  for (const { object, value } of specials.finalizers) {
    for (let edge = graph.edgeStart[object]; edge < graph.edgeStart[object + 1]; edge++) {
      roots.add(graph.edges[edge], ownerOf(value), 0);
    }
    addClosure(value);
  }
  for (const { value } of specials.cleanups) addClosure(value);
  const weak = roots.owner({ kind: "runtime", name: "weak pointers", address: 0 });
  for (const { value } of specials.weakHandles) {
    const object = objectAt(value);
    if (object >= 0) roots.add(object, weak, 0);
  }
}

const MAX_BLOCKS = 1_000_000;
const MAX_ENTRIES = 10_000;

/** Queued calls: `finalizers` is runtime.allfin, `cleanups` is runtime.gcCleanups.all. */
export function addQueueRoots(
  reader: FinalizerReader,
  { finalizers, cleanups }: { finalizers: Address | undefined; cleanups: Address | undefined },
  roots: RootsBuilder,
): void {
  const { memory, layout, objectAt } = reader;
  const owner = roots.owner({ kind: "finalizer", name: "queued finalizers", address: 0 });
  const addBlocks = (head: Address, fields: BlockFields, entryBytes: number) => {
    for (
      let block = memory.word(head), i = 0;
      block !== 0 && i < MAX_BLOCKS;
      block = memory.word(block + fields.link), i++
    ) {
      const count = Math.min(memory.u32(block + fields.count), MAX_ENTRIES);
      for (let at = block + fields.first; at < block + fields.first + count * entryBytes; at += 8) {
        const object = objectAt(memory.word(at));
        if (object >= 0) roots.add(object, owner, at);
      }
    }
  };
  const name = layout.offsets.has("runtime.finBlock.fin") ? "runtime.finBlock" : "runtime.finblock";
  const queue = blockFields(layout, `${name}.alllink`, `${name}.cnt`, `${name}.fin`);
  const block = "runtime.cleanupBlock";
  const cleaning = blockFields(
    layout,
    `${block}.cleanupBlockHeader.alllink`,
    `${block}.cleanupBlockHeader.n`,
    `${block}.cleanups`,
  );
  try {
    if (finalizers !== undefined && queue) addBlocks(finalizers, queue, sizeOf(layout, "runtime.finalizer"));
    if (cleanups !== undefined && cleaning) addBlocks(cleanups, cleaning, layout.sizes.get("runtime.cleanupFn") ?? 8);
  } catch (error) {
    if (!(error instanceof UnreadableMemory)) throw error;
  }
}

interface BlockFields {
  readonly link: number;
  readonly count: number;
  readonly first: number;
}

function blockFields(layout: Layout, link: string, count: string, first: string): BlockFields | undefined {
  const [a, b, c] = [link, count, first].map((name) => layout.offsets.get(name));
  return a === undefined || b === undefined || c === undefined ? undefined : { link: a, count: b, first: c };
}

function calledBy({ memory, functions }: FinalizerReader, closure: Address): string {
  try {
    return functions.find(memory.word(closure))?.name ?? "";
  } catch (error) {
    if (error instanceof UnreadableMemory) return "";
    throw error;
  }
}
