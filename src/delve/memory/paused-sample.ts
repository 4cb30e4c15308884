/**
 * One moment of a program that runs under Delve, as a series of snapshots needs it; and what makes such a series better:
 * a runtime that collects garbage in time, and that samples allocations at all.
 *
 * A heap profile shows the heap as of the last finished collection. None can be asked for (Delve cannot call into the
 * runtime), but the runtime makes one by itself after `forcegcperiod`, two minutes, and reads that variable each time.
 */
import type { Assign, Setting } from "../dlv/assign.js";
import type { GoroutineReader, ScanOptions } from "./goroutine-scan.js";
import { optionalNumber } from "./memory.js";
import { sampleFromNow, sampleNoMore } from "./memory-profiling.js";
import { type MemoryTotals, memoryTotals } from "./memory-totals.js";
import { pausedProfile } from "./paused-profile.js";
import type { PausedProgram } from "../../process/paused-program.js";

export interface PausedSample {
  /** Gzipped pprof protobuf profiles. */
  readonly heap: Uint8Array;
  readonly goroutines: Uint8Array;
  readonly totals: MemoryTotals;
}

/** Rejects with a `MemoryProblem` when the program cannot be read. */
export async function pausedSample(
  program: PausedProgram,
  reader: GoroutineReader,
  scan: ScanOptions = {},
): Promise<PausedSample> {
  const totals = await memoryTotals(program, scan.signal);
  const heap = await pausedProfile(program, reader, "heap", scan);
  const goroutines = await pausedProfile(program, reader, "goroutine", scan);
  return { heap: heap.bytes, goroutines: goroutines.bytes, totals };
}

/** What a series changes in the program, to be put back at its end. */
export class SeriesSettings {
  #periodBefore: number | undefined;
  #hasSwitchedOn = false;

  /** Whether allocations were not recorded before the series. */
  get recordsLate(): boolean {
    return this.#hasSwitchedOn;
  }

  /** At a stop, before the first sample. `onChange` is told what to put back before it is changed. Answers what a person should know, one sentence each. */
  async begin(
    program: PausedProgram,
    assign: Assign,
    collectEveryMs: number,
    signal?: AbortSignal,
    onChange: (before: readonly Setting[]) => void = () => {},
  ): Promise<readonly string[]> {
    const notes: string[] = [];
    const period = await optionalNumber(program, PERIOD, signal);
    if (period !== undefined) {
      this.#periodBefore ??= period;
      const shorter = Math.round(Math.min(collectEveryMs * 1e6, this.#periodBefore));
      onChange(this.#before());
      await assign(PERIOD, shorter, signal);
      notes.push(`Garbage is collected at least every ${shorter / 1e9} s while it is sampled (runtime.forcegcperiod).`);
    }
    if (await sampleFromNow(program, assign, signal, () => onChange(this.#before({ hasSwitchedOn: true })))) {
      this.#hasSwitchedOn = true;
      notes.push(
        "Memory profiling was off (the linker switches it off in programs that never read the profile) and is on from now: what was allocated before is not in it.",
      );
    }
    return notes;
  }

  /** What is to be put back, of earlier attempts as well. */
  #before({ hasSwitchedOn = this.#hasSwitchedOn } = {}): readonly Setting[] {
    const period = this.#periodBefore;
    return [
      ...(period === undefined ? [] : [{ variable: PERIOD, value: period } as const]),
      ...(hasSwitchedOn ? [{ variable: "runtime.MemProfileRate", value: 0 } as const] : []),
    ];
  }

  /** At a stop, after the last one. */
  async end(assign: Assign, signal?: AbortSignal): Promise<void> {
    const period = this.#periodBefore;
    this.#periodBefore = undefined;
    if (period !== undefined) await assign(PERIOD, period, signal);
    if (this.#hasSwitchedOn) await sampleNoMore(assign, signal);
    this.#hasSwitchedOn = false;
  }
}

const PERIOD = "runtime.forcegcperiod";
