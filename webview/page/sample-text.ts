/**
 * Sample types in plain words, and what people usually misread about them.
 */
import type { ValueType } from "../../src/core/profile/profile.js";

interface Words {
  readonly name: string;
  readonly hint: string;
}

const LEGACY_SINCE_START =
  "Counts everything since the program started, also what was freed long ago: big here is busy, not leaking.";

const WORDS: Readonly<Record<string, Words>> = {
  inuse_space: {
    name: "Live bytes now",
    hint: "What is still reachable after the last garbage collection, by who allocated it.",
  },
  inuse_objects: {
    name: "Live objects now",
    hint: "How many objects are still reachable after the last garbage collection, by who allocated them.",
  },
  alloc_space: { name: "Bytes allocated since start", hint: LEGACY_SINCE_START },
  alloc_objects: { name: "Objects allocated since start", hint: LEGACY_SINCE_START },
  goroutine: { name: "Goroutines", hint: "Where each goroutine stands right now." },
  goroutines: { name: "Goroutines", hint: "Where each goroutine stands right now." },
  threadcreate: { name: "Threads created", hint: "Which code made the runtime start operating-system threads." },
  cpu: { name: "CPU time", hint: "Time on a processor. Waiting does not show here." },
  samples: {
    name: "CPU samples",
    hint: "How often the profiler met a stack; CPU time is this times the sampling period.",
  },
  contentions: { name: "Waits", hint: "How often goroutines had to wait, since the program started." },
  delay: { name: "Time waited", hint: "Summed over all goroutines, so it may exceed the time that passed." },
  // Of an execution trace.
  start_latency: {
    name: "Waited for a processor, woken by",
    hint: "From runnable to running, summed over all goroutines; below [woken by] is the stack of the goroutine that woke.",
  },
  sched: {
    name: "Waited for a processor",
    hint: "As go tool trace counts it: by the stack that woke, without what was before a goroutine's first run.",
  },
  sync: { name: "Waited for each other", hint: "Channels, locks, wait groups and the like." },
  net: { name: "Waited for the network", hint: "Reads, writes and accepts." },
  syscall: { name: "In system calls and C", hint: "Files, sleeping devices, C code." },
};

export function sampleWords({ type, unit }: ValueType): Words {
  // Legacy heap profiles and some tools leave the prefix out.
  const key = type === "space" ? "inuse_space" : type === "objects" ? "inuse_objects" : type;
  const known = Object.hasOwn(WORDS, key) ? WORDS[key] : undefined;
  return known ?? { name: unit && unit !== "count" ? `${type} (${unit})` : type, hint: "" };
}
