/**
 * What the runtime allocates for goroutines and threads: their descriptors (g, m, sudog), which it reuses and never
 * frees. They rise with the goroutines and threads that there are at one time, and are no leak of their own.
 */

/** runtime/proc.go: malg makes a goroutine, allocm a thread, acquireSudog what a blocked goroutine waits with. */
const DESCRIPTOR = /^runtime\.(?:malg|allocm|allgadd|acquireSudog|newproc1|newm1?|oneNewExtraM|mcommoninit|mpreinit)$/;
const OF_THREAD = /^runtime\.(?:allocm|newm1?|oneNewExtraM|mcommoninit|mpreinit)$/;

/** Whose descriptor a stack (function names, leaf first) allocates; undefined where the program's own code allocates. */
export function descriptorOf(functions: readonly string[]): "goroutine" | "thread" | undefined {
  if (!functions.every((name) => name.startsWith("runtime.")) || !functions.some((name) => DESCRIPTOR.test(name)))
    return undefined;
  return functions.some((name) => OF_THREAD.test(name)) ? "thread" : "goroutine";
}
