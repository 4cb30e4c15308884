/**
 * Which instruction a frame of a stack stands at. A call leaves the address behind itself, so it is one less. Where a
 * signal or a fault came between, nothing was called: the counter is that of the instruction itself, which may be the
 * first of its function, and one less would name the neighbouring function. (runtime/traceback.go has the same rule.)
 */
import type { Address } from "../../process/paused-program.js";
import type { Symbols } from "./symbols.js";

/** Functions that the runtime makes a goroutine call between two of its instructions. */
const INJECTED = new Set(["runtime.sigpanic", "runtime.asyncPreempt", "runtime.debugCallV2"]);

export function isInjected(functionName: string | undefined): boolean {
  return functionName !== undefined && INJECTED.has(functionName);
}

/**
 * `pc` is the program counter of a frame, `callee` the function of the frame that it seems to have called.
 * The symbols have loaded `bothCounters` of it.
 */
export function instructionOfFrame(symbols: Symbols, pc: Address, callee: string | undefined): Address {
  if (isInjected(callee)) return pc;
  // No call ends where a function begins: a goroutine stands there that was started and has not run yet.
  return symbols.at(pc)[0]?.entry === pc ? pc : pc - 1;
}

/** What the symbols must know before it is said which of the two it is. */
export function* bothCounters(pcs: Iterable<Address>): Generator<Address> {
  for (const pc of pcs) {
    yield pc;
    yield pc - 1;
  }
}
