/**
 * A running program's runtime, sample after sample. Each reading is checked (`core/live/reading-checks.ts`); what fails
 * again and again is not told: the source is given up with a sentence.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { heapGoal } from "../../core/live/heap-goal.js";
import type { RuntimeDetails } from "../../core/live/live-row.js";
import type { RuntimeNumbers } from "../../core/live/live-sample.js";
import {
  contradiction,
  contradictionSince,
  goalContradiction,
  imbalance,
  isCountOf,
  type ListedGoroutines,
} from "../../core/live/reading-checks.js";
import { goroutinesOf, type RuntimeReading } from "../../core/live/runtime-reading.js";
import { countsSince, quantilesOf } from "../../core/live/time-histogram.js";
import type { GoProgram } from "../go-program.js";
import { PagedMemory } from "../memory/paged-memory.js";
import { type GoroutineTable, readGoroutines } from "../runtime/goroutine-table.js";
import { type Layout, UnknownLayout } from "../runtime/layout.js";
import { RuntimeMemory } from "./runtime-memory.js";

/** The program changes its books while they are read: read so often at once, then with pauses. */
const READS_AT_ONCE = 20;
const PAUSE_MS = 2;
const MAX_READS = 200;
/** Larger lists of goroutines are not held against their count. */
const MAX_LISTED_GOROUTINES = 20_000;

export class LiveRuntime {
  readonly #program: GoProgram;
  readonly #memory: RuntimeMemory;
  #last: RuntimeReading | undefined;

  private constructor(program: GoProgram, memory: RuntimeMemory) {
    this.#program = program;
    this.#memory = memory;
  }

  /**
   * Throws an `UnknownLayout` when the program's memory is not as `layout` says. Every sum must come out exactly once.
   */
  static async open(program: GoProgram, layout?: Layout): Promise<LiveRuntime> {
    const memory = new RuntimeMemory(program, layout);
    const live = new LiveRuntime(program, memory);
    await consistent(
      () => memory.read(),
      (reading) => exactContradiction(reading) ?? live.#miscount(reading),
    );
    return live;
  }

  /** Throws `UnreadableMemory` when the program is gone, and `UnknownLayout` when the numbers contradict one another. */
  async sample(): Promise<RuntimeNumbers> {
    return (await this.look()).runtime;
  }

  /** A sample, and what the Live view shows beside it. Throws as `sample` does. */
  async look(): Promise<{ readonly runtime: RuntimeNumbers; readonly details: RuntimeDetails }> {
    const before = this.#last;
    const reading = await consistent(
      () => this.#memory.read(),
      (now) => nearContradiction(now) ?? (before && contradictionSince(before, now)),
    );
    this.#last = reading;
    const since = (field: "gcPauses" | "otherPauses" | "schedLatency") =>
      before && countsSince(before[field], reading[field]);
    const [pauses, others, latencies] = [since("gcPauses"), since("otherPauses"), since("schedLatency")];
    return {
      runtime: {
        heapLive: reading.heapLive,
        heapGoal: heapGoal(reading) ?? null,
        heapInuse: reading.heapInUse,
        stacks: reading.books.inStacks,
        numGC: reading.numGC,
        gcPauseNs: quantilesOf(pauses ?? reading.gcPauses),
        schedLatencyNs: quantilesOf(latencies ?? reading.schedLatency),
        goroutines: goroutinesOf(reading),
      },
      details: {
        totalAlloc: reading.totalAlloc,
        totalFree: reading.totalFree,
        heapFree: reading.heapFree,
        heapReleased: reading.heapReleased,
        mappedReady: reading.mappedReady,
        otherPauseMaxNs: others === undefined ? null : quantilesOf(others).max,
        pauses,
        latencies,
      },
    };
  }

  /** The count of goroutines, held against the list of them: exactly, unless it changes meanwhile. */
  #miscount(before: RuntimeReading): string | undefined {
    if (before.allglen > MAX_LISTED_GOROUTINES) return undefined;
    const listed = this.#listed();
    if (listed === undefined) return MISCOUNTED;
    const counts = [before, this.#memory.read()].map(goroutinesOf);
    return isCountOf(listed, counts) ? undefined : MISCOUNTED;
  }

  /** Undefined when one was being made or ended just then. */
  #listed(): ListedGoroutines | undefined {
    const { memory, executable, functions } = this.#program;
    const places = { allGoroutines: this.#program.variable("runtime.allgs") };
    let table: GoroutineTable;
    try {
      table = readGoroutines(memory, new PagedMemory(memory), places, executable.layout);
    } catch (error) {
      if (error instanceof UnknownLayout) return undefined;
      throw error;
    }
    const { count, startPc } = table;
    let own = 0;
    let callers = 0;
    for (let row = 0; row < count; row++) {
      const name = functions.find(startPc[row])?.name ?? "";
      if (/^runtime\.(runfinq|runFinalizers|runCleanups)/.test(name)) callers++;
      else if (!name.startsWith("runtime.") || COUNTED.has(name)) own++;
    }
    return { own, callers };
  }
}

/** Functions of the runtime whose goroutines are the program's (isSystemGoroutine in runtime/traceback.go). */
const COUNTED = new Set(["runtime.main", "runtime.corostart", "runtime.handleAsyncEvent"]);

const MISCOUNTED = "its count of goroutines is not that of its list of them";

function exactContradiction(reading: RuntimeReading): string | undefined {
  const sentence = contradiction(reading) ?? goalContradiction(reading);
  return sentence ?? (imbalance(reading) > 0 ? BOOKS_DIFFER : undefined);
}

const BOOKS_DIFFER = "its two counts of its memory differ";
/** Of a program that allocates all the time, no instant may be quiet: then its books differ by what is under way. */
const MAX_IMBALANCE_SHARE = 0.01;

function nearContradiction(reading: RuntimeReading): string | undefined {
  const limit = reading.mappedReady * MAX_IMBALANCE_SHARE;
  return contradiction(reading) ?? (imbalance(reading) > limit ? BOOKS_DIFFER : undefined);
}

async function consistent(
  read: () => RuntimeReading,
  check: (reading: RuntimeReading) => string | undefined,
): Promise<RuntimeReading> {
  let sentence = "";
  for (let i = 0; i < MAX_READS; i++) {
    if (i >= READS_AT_ONCE) await sleep(PAUSE_MS);
    const reading = read();
    const found = check(reading);
    if (found === undefined) return reading;
    sentence = found;
  }
  throw new UnknownLayout(sentence);
}
