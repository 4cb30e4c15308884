/** What a diagnosis says beside its findings: what was left out, what explains growth, what was not enough. */
import { blameIndex } from "../profile/allocation-blame.js";
import { amount } from "./report/diagnosis-text.js";
import type { Note, Snapshot } from "./diagnosis.js";
import { MIN_SNAPSHOTS } from "./growth/growth-judgement.js";
import { type Grown, type HeapGrowth, leadingStacks } from "./growth/growth.js";
import { namedStack } from "../profile/named-stack.js";
import { growthOf } from "./growth/trend.js";

/** What the profiler allocates for itself is told of from here on, in bytes. */
const TELL_PROFILERS_OWN = 1024 * 1024;
const CANDIDATES_TOLD = 3;

export function restartNote(all: readonly Snapshot[], restart: number): readonly Note[] {
  if (restart === 0) return [];
  return [
    {
      code: "restarted",
      message: `The program was started anew before snapshot ${restart + 1} of ${all.length} (what was ever allocated fell): only the snapshots from there on are judged.`,
    },
  ];
}

export function copiesNote(copies: number): readonly Note[] {
  if (copies === 0) return [];
  return [
    { code: "equal-snapshots", message: `${copies} of the profiles are copies of another one and were left out.` },
  ];
}

export function fewSnapshotsNote(judged: number, heap: HeapGrowth | undefined): readonly Note[] {
  if (judged >= MIN_SNAPSHOTS) return [];
  const leading = heap === undefined || heap.stacks.length < 2 ? [] : leadingStacks(heap.stacks, CANDIDATES_TOLD);
  const names = leading.map((frames) => {
    const stack = namedStack((heap as HeapGrowth).stacks, frames);
    const { function: name, file, line } = stack[blameIndex(stack)];
    return `${name} (${file}:${line})`;
  });
  const candidates = names.length > 0 ? ` So far most growth is at ${[...new Set(names)].join("; ")}.` : "";
  return [
    {
      code: "few-snapshots",
      message: `${judged} snapshot${judged === 1 ? "" : "s"} cannot show a trend: take at least ${MIN_SNAPSHOTS}, better 8, some 5 to 60 seconds apart.${candidates}`,
    },
  ];
}

export function profilersOwnNote(heap: HeapGrowth | undefined): readonly Note[] {
  if (heap === undefined || heap.profilersOwn < TELL_PROFILERS_OWN) return [];
  return [
    {
      code: "profilers-own",
      message: `Profiling and tracing themselves grew by ${amount(heap.profilersOwn, "bytes")} (runtime/pprof, runtime/trace); this is not counted.`,
    },
  ];
}

/** They belong to the goroutines and threads, whose numbers are told. */
export function descriptorsNote(heap: HeapGrowth | undefined): readonly Note[] {
  if (heap === undefined || heap.descriptors < TELL_PROFILERS_OWN) return [];
  return [
    {
      code: "descriptors",
      message: `Descriptors of goroutines and threads (runtime.malg, runtime.allocm) grew by ${amount(heap.descriptors, "bytes")}: more of them lived at one time than before. The runtime keeps descriptors for new ones, so they are no leak of their own.`,
    },
  ];
}

export function steppedNote(heap: HeapGrowth | undefined): readonly Note[] {
  if (heap === undefined || heap.stepped.length === 0) return [];
  const told = heap.stepped.slice(0, CANDIDATES_TOLD).map(({ frames, first, last }) => {
    const stack = namedStack(heap.stacks, frames);
    const { function: name, file, line } = stack[blameIndex(stack)];
    return `${name} (${file}:${line}) from ${amount(first, "bytes")} to ${amount(last, "bytes")}`;
  });
  return [
    {
      code: "stepped",
      message: `This rose in one step, as a map or slice does that doubles when it is full: ${told.join("; ")}. One step is no trend: sample for several times as long to see whether it goes on.`,
    },
  ];
}

export function cacheNotes(grown: readonly Grown[], heap: HeapGrowth | undefined): readonly Note[] {
  if (heap === undefined) return [];
  return grown.map(({ cache, frames, functionAt, bytes }) => {
    const stack = namedStack(heap.stacks, frames);
    const { function: name } = stack[functionAt ?? blameIndex(stack)];
    const end =
      cache?.bounded === true
        ? "it has a limit, so this is likely not a leak."
        : "its entries expire, or it has a limit only where one was set.";
    return {
      code: "known-cache",
      message: `${name} grew by ${amount(growthOf(bytes), "bytes")} through ${cache?.name ?? "a cache"}: ${end}`,
    };
  });
}
