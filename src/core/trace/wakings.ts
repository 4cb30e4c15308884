/**
 * Waits and starts by two stacks: where a goroutine waited, and who let it go on.
 *
 * One row per pair. The first stack is the goroutine's own: where it blocked, gave way, or was created to begin. The
 * second is the stack of the goroutine that woke or created it, or one of the numbers below.
 */
import { PairIndex } from "./pair-index.js";
import type { TraceString } from "./events/trace-names.js";

/** It gave way itself, or was preempted: it was runnable all the time. */
export const GAVE_WAY = -1;
/** It came back from a system call to find its processor taken. */
export const AFTER_SYSCALL = -2;
/** It was runnable when the trace began. */
export const SINCE_BEGIN = -3;
/** The row counts system calls, not waits. */
export const SYSCALLS = -4;

export type WakingRow = number;

export class Wakings {
  readonly pairs = new PairIndex();
  waits = new Float64Array(256);
  waitNs = new Float64Array(256);
  maxWaitNs = new Float64Array(256);
  starts = new Float64Array(256);
  startNs = new Float64Array(256);
  maxStartNs = new Float64Array(256);
  /** Why the goroutines of the row waited: the reason of the first. */
  reason = new Int32Array(256);

  rowOf(own: number, other: number, reason: TraceString): WakingRow {
    const count = this.pairs.count;
    const row = this.pairs.rowOf(own, other);
    if (row === count) {
      if (row === this.waits.length) this.#grow();
      this.reason[row] = reason;
    }
    return row;
  }

  addWait(row: WakingRow, ns: number, reason: TraceString): void {
    if (this.waits[row] === 0) this.reason[row] = reason;
    this.waits[row]++;
    this.waitNs[row] += ns;
    if (ns > this.maxWaitNs[row]) this.maxWaitNs[row] = ns;
  }

  addStart(row: WakingRow, ns: number): void {
    this.starts[row]++;
    this.startNs[row] += ns;
    if (ns > this.maxStartNs[row]) this.maxStartNs[row] = ns;
  }

  #grow(): void {
    const grown = (column: Float64Array) => {
      const longer = new Float64Array(column.length * 2);
      longer.set(column);
      return longer;
    };
    this.waits = grown(this.waits);
    this.waitNs = grown(this.waitNs);
    this.maxWaitNs = grown(this.maxWaitNs);
    this.starts = grown(this.starts);
    this.startNs = grown(this.startNs);
    this.maxStartNs = grown(this.maxStartNs);
    const reason = new Int32Array(this.reason.length * 2);
    reason.set(this.reason);
    this.reason = reason;
  }
}
