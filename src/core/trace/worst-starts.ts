/** The longest times from runnable to running, each with who woke the goroutine and what ran meanwhile. */
import type { KindIndex } from "./goroutine-kinds.js";
import type { Ran } from "./recent-runs.js";
import type { TraceStack } from "./events/trace-names.js";
import type { WakingRow } from "./wakings.js";

export interface WorstStart {
  /** When it became runnable, on the trace's clock. */
  readonly atNs: number;
  readonly ns: number;
  readonly goroutine: number;
  readonly kind: KindIndex;
  readonly ownStack: TraceStack;
  readonly waking: WakingRow;
  /** Id of the goroutine that woke or created it; undefined where none did. */
  readonly wokenById: number | undefined;
  readonly ran: readonly Ran[];
}

export class WorstStarts {
  /** The shortest that is still among the worst. */
  thresholdNs = 0;
  readonly #limit: number;
  #rows: WorstStart[] = [];

  constructor(limit: number) {
    this.#limit = limit;
    if (limit === 0) this.thresholdNs = Infinity;
  }

  add(start: WorstStart): void {
    this.#rows.push(start);
    if (this.#rows.length < this.#limit * 2) return;
    this.#rows = this.longestFirst();
    this.thresholdNs = this.#rows[this.#rows.length - 1].ns;
  }

  longestFirst(): WorstStart[] {
    return this.#rows.toSorted((a, b) => b.ns - a.ns).slice(0, this.#limit);
  }
}
