/**
 * Lets the runtime of a program that has not started yet keep who led to each goroutine, as
 * GODEBUG=tracebackancestors=10 does: it reads the variable at each `go` statement (runtime/proc.go, saveAncestors), and
 * at its start sets only what GODEBUG names, so the user's own number goes before it.
 *
 * Never in a program that runs: saveAncestors reads the variable twice, and where it were put back to 0 in between
 * (a build without optimisation reads memory twice) it would index an empty slice, which ends the program.
 */
import type { Assign } from "../dlv/assign.js";
import type { PausedProgram } from "../../process/paused-program.js";

const ANCESTORS = "runtime.debug.tracebackancestors";
const KEPT = 10;

/** At the entry stop; answers whether they are kept from now on. Rejects with Delve's words when it will not. */
export async function recordStarters(program: PausedProgram, assign: Assign, signal?: AbortSignal): Promise<boolean> {
  if ((await program.number("runtime.allglen", signal)) > 0) return false;
  await assign(ANCESTORS, KEPT, signal);
  return true;
}
