/**
 * A profile of a paused program as a file: what `goDiagnostics/profile` and `godiag capture` of a program under Delve
 * hand out. It opens in any viewer of pprof profiles.
 */
import { gzipSync } from "node:zlib";
import { formatValue } from "../../core/text/format.js";
import { profileOfGoroutines, WAITING_FRAMES } from "../../core/goroutines/goroutine-profile.js";
import { encodeProfile } from "../../core/pprof/encode.js";
import type { GoroutineReader, ScanOptions } from "./goroutine-scan.js";
import { contentionProfile, heapProfile, type PausedProfile } from "./heap-scan.js";
import { type MemoryTotals, memoryTotals } from "./memory-totals.js";
import type { PausedProgram } from "../../process/paused-program.js";

export type PausedProfileKind = "heap" | "goroutine" | "block" | "mutex";

export interface ProfileFile {
  /** A gzipped pprof protobuf profile. */
  readonly bytes: Uint8Array;
  /** What a reader of the profile should know, one sentence each. */
  readonly notes: readonly string[];
}

/** Rejects with a `MemoryProblem` when the program cannot be read; `scan` is for the goroutine profile. */
export async function pausedProfile(
  program: PausedProgram,
  reader: GoroutineReader,
  kind: PausedProfileKind,
  scan: ScanOptions = {},
): Promise<ProfileFile> {
  const { profile, notes } = await profileOf(program, reader, kind, scan);
  const timeNanos = BigInt(Date.now()) * 1_000_000n;
  return { bytes: gzipSync(encodeProfile({ ...profile, timeNanos })), notes };
}

async function profileOf(
  program: PausedProgram,
  reader: GoroutineReader,
  kind: PausedProfileKind,
  scan: ScanOptions,
): Promise<PausedProfile> {
  switch (kind) {
    case "heap": {
      const [totals, { profile, notes }] = await Promise.all([
        memoryTotals(program, scan.signal),
        heapProfile(program, reader.symbols, scan),
      ]);
      return { profile: { ...profile, comments: commentsOf(totals) }, notes: [...notes, ...totalsNote(totals)] };
    }
    case "block":
    case "mutex":
      return contentionProfile(program, reader.symbols, kind, scan.signal);
    case "goroutine": {
      const { goroutines } = await reader.scan(scan);
      const notes = goroutines.warnings.map(({ message }) => `${message[0].toUpperCase()}${message.slice(1)}.`);
      return { profile: { ...profileOfGoroutines(goroutines), dropFrames: WAITING_FRAMES }, notes };
    }
  }
}

const COMMENTS: Readonly<Record<keyof MemoryTotals, string>> = {
  heapAlloc: "HeapAlloc",
  heapInuse: "HeapInuse",
  heapIdle: "HeapIdle",
  heapReleased: "HeapReleased",
  stackInuse: "StackInuse",
  sys: "Sys",
  gcCycles: "NumGC",
};

/** The totals in the words of a heap profile as text. */
function commentsOf(totals: MemoryTotals): string[] {
  return Object.entries(totals).map(([name, value]) => `${COMMENTS[name as keyof MemoryTotals]} = ${value}`);
}

function totalsNote({ heapInuse, stackInuse, sys }: MemoryTotals): string[] {
  if (heapInuse === undefined || stackInuse === undefined || sys === undefined) return [];
  const [heap, stacks, whole] = [heapInuse, stackInuse, sys].map((bytes) => formatValue(bytes, "bytes"));
  return [`Of ${whole} that the runtime has from the system, the heap uses ${heap} and goroutine stacks ${stacks}.`];
}
