/**
 * Memory profiling of children. At the entry of a launched program it is switched on where the linker has switched it off;
 * a child does not stop at its entry, so at its first stop its allocations are recorded from then on, and its profiles
 * say so.
 */
import { sampleFromNow } from "../memory/memory-profiling.js";
import type { SessionProcesses } from "./session-processes.js";
import type { SessionStops } from "../session/session-stops.js";

export class ChildProfiling {
  readonly #stops: SessionStops;
  readonly #processes: SessionProcesses;
  readonly #log: (line: string) => void;
  #known: ReadonlySet<number> = new Set();

  constructor(stops: SessionStops, processes: SessionProcesses, log: (line: string) => void) {
    this.#stops = stops;
    this.#processes = processes;
    this.#log = log;
  }

  /** The client knows of the stop. What is not done before it resumes is done at the next one. */
  async stopped(): Promise<void> {
    const { rows, first } = this.#processes;
    const children = rows.map(({ pid }) => pid).filter((pid) => pid !== first);
    const done = new Set(children.filter((pid) => this.#known.has(pid)));
    this.#known = done;
    for (const pid of children) {
      if (done.has(pid)) continue;
      try {
        const { stop, program, assign, goroutines } = this.#stops.here(pid);
        const wasOff = await sampleFromNow(program, assign, stop.signal);
        if (wasOff) goroutines.recordedSince = stop.number;
        done.add(pid);
        this.#log(`memory profiling of process ${pid}: ${wasOff ? "on from now" : "as the program has it"}`);
      } catch (error) {
        this.#log(`memory profiling of process ${pid}: ${(error as Error).message}`);
      }
    }
  }
}
