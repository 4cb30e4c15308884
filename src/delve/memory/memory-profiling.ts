/**
 * Switches memory profiling on in programs that do not read the profile themselves: their linker sets
 * `runtime.disableMemoryProfiling`, and then the runtime starts with MemProfileRate 0 (runtime/proc.go, schedinit).
 *
 * At the entry stop, before the runtime has started, the whole life of the program is profiled. In a program that runs
 * already the rate itself can be set; what was allocated before cannot be known.
 */
import type { Assign } from "../dlv/assign.js";
import { optionalNumber } from "./memory.js";
import { MemoryProblem, type PausedProgram } from "../../process/paused-program.js";

export type MemoryProfiling =
  /** It was off and is on now. */
  | "switched-on"
  /** The program profiles its memory anyway. */
  | "on-already"
  /** The runtime runs already, with profiling off: nothing can be switched on any more. */
  | "too-late";

const DISABLED = "runtime.disableMemoryProfiling";
const RATE = "runtime.MemProfileRate";
/** What it is unless a program sets it. */
const DEFAULT_RATE = 512 * 1024;
const FINE_RATE = 64 * 1024;

export async function switchOnMemoryProfiling(
  program: PausedProgram,
  assign: Assign,
  signal?: AbortSignal,
): Promise<MemoryProfiling> {
  const isDisabled = await optionalNumber(program, DISABLED, signal);
  if (isDisabled === undefined || isDisabled === 0) return "on-already";
  if ((await program.number("runtime.allglen", signal)) > 0) return "too-late";
  await assign(DISABLED, false, signal);
  if ((await program.number(DISABLED, signal)) === 0) return "switched-on";
  throw new MemoryProblem("unreadable", `${DISABLED} cannot be set`);
}

/**
 * At the entry stop: one allocation in 64 kB is recorded from the start on, where the program's file has the usual rate.
 * What its environment (GODEBUG=memprofilerate) or the program itself sets comes later, and goes before it.
 */
export async function sampleFinely(program: PausedProgram, assign: Assign, signal?: AbortSignal): Promise<void> {
  if ((await program.number("runtime.allglen", signal)) > 0) return;
  if ((await optionalNumber(program, RATE, signal)) === DEFAULT_RATE) await assign(RATE, FINE_RATE, signal);
}

/**
 * Lets a program that runs already sample its allocations from now on, where its linker has switched that off; a rate
 * of 0 that the program set itself is its own choice. Answers whether it was off until now.
 */
export async function sampleFromNow(
  program: PausedProgram,
  assign: Assign,
  signal?: AbortSignal,
  onChange: () => void = () => {},
): Promise<boolean> {
  // One that is held before its runtime has started is profiled for its whole life.
  const state = await switchOnMemoryProfiling(program, assign, signal);
  if (state !== "too-late" || (await program.number(RATE, signal)) !== 0) return false;
  onChange();
  await assign(RATE, DEFAULT_RATE, signal);
  return true;
}

/** Takes `sampleFromNow` back. */
export async function sampleNoMore(assign: Assign, signal?: AbortSignal): Promise<void> {
  await assign(RATE, 0, signal);
}
