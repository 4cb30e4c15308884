/** One reading of a Go program's heap from outside: who holds what. */
import { retentionOf, type Retention } from "../core/heap/retention.js";
import type { AboutReading } from "../core/heap/holders-json.js";
import { asProblem, type GoProgram, variableWord } from "./go-program.js";
import { type HeapOptions, type HeapReading, readHeap } from "./heap-reading.js";
import { PagedMemory } from "./memory/paged-memory.js";
import { sampledAllocations } from "./runtime/sampled-objects.js";
import { typedMemory } from "./typed-memory.js";

export interface ReadRetention {
  readonly retention: Retention;
  readonly about: AboutReading;
}

/** Throws a `ProcessProblem` that says what keeps it from being read. */
export function readRetention(program: GoProgram, options?: HeapOptions): ReadRetention {
  try {
    const reading = readHeap(program, options);
    const { graph, roots, memory, specials, pausedMs, runtimeBytes } = reading;
    const { executable, functions } = program;
    const rate = variableWord(program, "runtime.MemProfileRate") ?? 0;
    const buckets = new PagedMemory(memory);
    const allocations = sampledAllocations(buckets, functions, executable.layout, specials.sampled, rate);
    const retention = retentionOf({ graph, roots, memory: typedMemory(program, memory, graph.spans), ...allocations });
    const about = { target: program.name, goVersion: executable.version, pauseMs: pausedMs, runtimeBytes };
    const warnings = [...unread(reading, retention), ...notesOf(program, retention, about)];
    return { retention, about: { ...about, warnings } };
  } catch (error) {
    throw asProblem(error);
  }
}

/** Reachable memory is never more than the runtime has given out, save for what was allocated in between. */
const SURPLUS = 1.02;

/** A free slot may hold the remains of anything; one that is in use holds something. */
function unread({ untyped, unreadBytes }: HeapReading, { view }: Retention): string[] {
  const warnings: string[] = [];
  const count = untyped.filter((object) => view.tree.nodeOf[object] >= 0).length;
  if (count > 0) warnings.push(`What ${count} of its objects refer to could not be read: it may be missing.`);
  if (unreadBytes > 0) warnings.push(`${unreadBytes} bytes of its heap could not be read: what they hold is missing.`);
  return warnings;
}

function notesOf(
  program: GoProgram,
  { bytes, sites }: Retention,
  { runtimeBytes }: Pick<AboutReading, "runtimeBytes">,
): string[] {
  const notes: string[] = [];
  if (!program.executable.dwarf().hasInfo) {
    notes.push("It was built without debug information (-w): fields of variables and names of locals are not known.");
  }
  if (program.missingBytes !== undefined && program.missingBytes > 0) {
    notes.push(`The core file is cut off: ${program.missingBytes} bytes of its memory are missing.`);
  }
  if (runtimeBytes !== undefined && bytes > runtimeBytes * SURPLUS) {
    notes.push(`More is reachable (${bytes} bytes) than the runtime counts (${runtimeBytes}): sizes may be too large.`);
  }
  if (sites.length === 0) {
    notes.push("No sampled allocation was found: the program does not profile its heap, so birthplaces are not known.");
  }
  return notes;
}
