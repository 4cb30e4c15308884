/**
 * The leaking programs of test/fixtures/leaks, run and diagnosed as a person would: by the id of the process alone.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BuiltProgram, buildProgram, startProgram } from "../../src/capture/go-program.js";
import { findPprof } from "../../src/capture/find-pprof.js";
import { withOutsideCallers } from "../../src/capture/outside-callers.js";
import { sampledOverHttp } from "../../src/capture/sampled.js";
import { takeSeries } from "../../src/capture/series.js";
import type { Captured } from "../../src/capture/capture-problem.js";
import { diagnose, isUndecided } from "../../src/core/diagnosis/diagnose.js";
import type { Diagnosis } from "../../src/core/diagnosis/diagnosis.js";
import type { StackFrame } from "../../src/core/profile/named-stack.js";

const LEAKS_FOLDER = "test/fixtures/leaks";

/** What leaks, by the folder of the program, in the words of the table in docs/diagnosis.md. */
export const LEAKING_PROGRAMS: Readonly<Record<string, string>> = {
  cache: "A cache without a limit",
  subslice: "A slice kept alive by a sub-slice",
  growmap: "A map that only grows",
  stacks: "Goroutine stacks",
  finalizer: "A cycle with finalizers",
  timer: "Timers that are never stopped",
  pool: "A sync.Pool that is only taken from",
  intern: "Strings interned for ever",
  cgo: "C memory that is never freed",
  channel: "A buffered channel that fills",
  mmap: "Memory maps that are never unmapped",
  append: "A slice that is only appended to",
  buffer: "A buffer that is never reset",
  unique: "Canonical values whose handles are kept",
  senders: "Goroutines that nobody receives from",
  stuckfinalizer: "A finalizer that is blocked",
};

export interface Marked {
  readonly file: string;
  readonly line: number;
}

/** The line that leaks. */
export function markedLine(program: string): Marked {
  const folder = join(LEAKS_FOLDER, program);
  for (const name of readdirSync(folder)) {
    const lines = readFileSync(join(folder, name), "utf8").split("\n");
    const line = lines.findIndex((text) => text.includes("// #leak")) + 1;
    if (line > 0) return { file: `${program}/${name}`, line };
  }
  throw new Error(`no line in ${folder} is marked with // #leak`);
}

/** Some time for caches that have a limit to fill, as everybody should take who samples a program that just started. */
const WARM_UP_MS = 4000;

export async function diagnoseLeak(
  program: string,
  { samples, intervalMs }: { samples: number; intervalMs: number },
): Promise<Diagnosis> {
  const never = new AbortController().signal;
  const built: BuiltProgram = taken(await buildProgram(LEAKS_FOLDER, `./${program}`, process.env, never));
  const running = taken(await startProgram(built.binary, [], { env: process.env }));
  try {
    await sleep(WARM_UP_MS);
    const sampled = sampledOverHttp(taken(await findPprof(running.pid)).target);
    // As in the editor: a map that doubles now and then needs more than a few snapshots to be told from one that did once.
    const wantsMore = (some: Parameters<typeof diagnose>[1]) => isUndecided(diagnose(sampled.name, some));
    const { taken: snapshots, partial } = await takeSeries(sampled, { samples, intervalMs, wantsMore });
    if (partial !== undefined) throw new Error(`${partial.what}: ${partial.why}`);
    const diagnosis = diagnose(
      sampled.name,
      snapshots.map(({ snapshot }) => snapshot),
    );
    return await withOutsideCallers(diagnosis, sampled, {});
  } finally {
    await running.stop();
    built.remove();
  }
}

function taken<T>(result: Captured<T>): T {
  if (result.ok) return result.value;
  const { what, why, todo } = result.problem;
  throw new Error(`${what}: ${why}. ${todo}`);
}

/** The places that a diagnosis names, the surest first. */
export function placesOf({ findings, outside }: Diagnosis): readonly StackFrame[] {
  return [...findings, ...(outside?.callers ?? [])];
}
