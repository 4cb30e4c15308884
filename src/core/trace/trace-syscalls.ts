/**
 * Who leaves Go, by an execution trace: how often each stack entered a system call or C.
 *
 * Memory outside the Go heap leaves no sample in a heap profile, but there is none without a system call (mmap) or a
 * call to C (malloc), and the tracer notes each of them with its stack: cgocall, too, enters a system call as far as
 * the scheduler is concerned.
 */
import type { StackFrame } from "../profile/named-stack.js";
import { IN_SYSCALL, RUNNING, type TraceListener } from "./events/trace-listener.js";
import { NO_STACK, TraceNames, type TraceStack } from "./events/trace-names.js";
import { emptyTrace, piecesOf, readTrace } from "./read-trace.js";
import { TraceStacks } from "./trace-stacks.js";

export interface CountedStack {
  /** Leaf first, without the runtime's own entry. */
  readonly stack: readonly StackFrame[];
  readonly count: number;
}

/** Stacks that entered system calls or C, most often first. Throws FormatError for what is no trace or is damaged. */
export function syscallStacks(bytes: Uint8Array): readonly CountedStack[] {
  const counts = new Map<TraceStack, number>();
  const names = new TraceNames();
  const listener: TraceListener = {
    onGeneration() {},
    onHappening() {},
    onCpuSample() {},
    onGoroutine(_row, from, to, _reason, stack) {
      if (to !== IN_SYSCALL || from !== RUNNING || stack === NO_STACK) return;
      counts.set(stack, (counts.get(stack) ?? 0) + 1);
    },
  };
  const reading = readTrace(() => piecesOf(bytes), names, listener);
  if (reading.generations === 0) throw emptyTrace(reading.warnings);
  const stacks = new TraceStacks(names);
  return [...counts]
    .map(([stack, count]) => ({ stack: stacks.frames(stack), count }))
    .sort((a, b) => b.count - a.count);
}
