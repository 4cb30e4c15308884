/** One program, judged in every way: from a dump, from two, from its memory at a stop, and with the runtime's proof. */
import { findLeaks, type LeakFinding } from "../../src/core/goroutines/leak.js";
import { runtimesReading } from "../../src/core/goroutines/memory-reading.js";
import type { Kernel } from "./kernel-programs.js";
import { lookAtLeak } from "./kernel-pause.js";
import type { Moments } from "./kernel-run.js";
import { readPaused } from "./read-paused.js";

export const WAYS = ["dump", "dumps", "memory", "runtime"] as const;
export type Way = (typeof WAYS)[number];

export interface Judged {
  readonly moments: Moments;
  readonly findings: Readonly<Record<Way, readonly LeakFinding[]>>;
}

export async function judged(program: string, name: string, kernel?: Kernel): Promise<Judged> {
  const { moments, seen } = await lookAtLeak(program, name, kernel, readPaused);
  return {
    moments,
    findings: {
      dump: findLeaks(moments.now),
      dumps: findLeaks(moments.now, moments.earlier),
      memory: findLeaks(seen.goroutines, undefined, seen.memory),
      runtime: findLeaks(moments.proof, undefined, runtimesReading(moments.proof)),
    },
  };
}
