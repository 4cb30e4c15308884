/**
 * The time axis of the charts. It is the program's time: while the program stands at a breakpoint, the machine sleeps or
 * nobody looks, it goes on by a moment only, and the line is dashed there. A clock of the machine that jumps changes
 * nothing: distances come from one that does not.
 */

/** How long a stop is on the axis at most. */
const GAP_MS = 2_000;
/** Samples that come later than so many intervals have a gap before them. */
const LATE_INTERVALS = 3;

export class LiveClock {
  readonly #intervalMs: number;
  #axisMs = 0;
  #lastMs: number | undefined;
  #isInterrupted = false;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** The program stands still, or could not be read. */
  interrupt(): void {
    this.#isInterrupted = true;
  }

  /** Of a sample that was read at `monotonicMs`. */
  next(monotonicMs: number): { readonly axisMs: number; readonly hasGap: boolean } {
    const passed = this.#lastMs === undefined ? 0 : Math.max(0, monotonicMs - this.#lastMs);
    const hasGap = this.#lastMs !== undefined && (this.#isInterrupted || passed > LATE_INTERVALS * this.#intervalMs);
    this.#axisMs += hasGap ? Math.min(passed, Math.max(GAP_MS, this.#intervalMs)) : passed;
    this.#lastMs = monotonicMs;
    this.#isInterrupted = false;
    return { axisMs: this.#axisMs, hasGap };
  }
}
