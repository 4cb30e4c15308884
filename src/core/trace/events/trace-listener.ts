/**
 * What happens in a trace, in the one order in which it happened: what `TraceOrder` tells and analyses listen to.
 *
 * Calls carry numbers only, for there are millions of them. A goroutine is a row (`GoroutineRow`): it stands for one
 * goroutine from its first call until the call that says that it does not exist any more; then it may be used for
 * another. Times are nanoseconds of the trace's clock and grow with every call.
 */
import type { TraceStack, TraceString } from "./trace-names.js";

export type GoroutineRow = number;
export const NO_GOROUTINE: GoroutineRow = -1;

/** internal/trace.GoState. */
export type GoroutineState = number;
export const UNDETERMINED: GoroutineState = 0;
export const NOT_EXISTING: GoroutineState = 1;
export const RUNNABLE: GoroutineState = 2;
export const RUNNING: GoroutineState = 3;
export const WAITING: GoroutineState = 4;
export const IN_SYSCALL: GoroutineState = 5;

export type ProcNumber = number;
export const NO_PROC: ProcNumber = -1;

/** What happens beside the goroutines' states; the numbers are those of the wire (trace-format.ts). */
export type Happening = number;

export interface TraceListener {
  /** A generation begins: `timeNs` is its first moment. */
  onGeneration(timeNs: number): void;
  /**
   * A goroutine goes from one state to another (which may be the same), at `TraceOrder.clock[0]`: a time as an argument
   * would be an object on the heap for each of millions of calls.
   *
   * `stack` is where the event happened: for one that is created or woken the stack of who does that; `ownStack` is
   * the stack of the goroutine itself. `actor` is the goroutine that made it happen: who wakes, creates; NO_GOROUTINE
   * where the runtime did. `proc` is the processor that the thread has.
   */
  onGoroutine(
    goroutine: GoroutineRow,
    from: GoroutineState,
    to: GoroutineState,
    reason: TraceString,
    stack: TraceStack,
    ownStack: TraceStack,
    actor: GoroutineRow,
    proc: ProcNumber,
  ): void;
  /** Ranges (STW, GC, mark assist), tasks, regions, logs; `a` and `b` are task numbers or strings, as the event has them. */
  onHappening(
    happening: Happening,
    goroutine: GoroutineRow,
    timeNs: number,
    stack: TraceStack,
    task: number,
    a: TraceString,
    b: TraceString,
  ): void;
  onCpuSample(timeNs: number, stack: TraceStack): void;
}
