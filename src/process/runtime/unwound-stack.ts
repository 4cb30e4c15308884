/**
 * The calls on a stack, by the size that the compiler's tables give each frame at its program counter: right where a chain of
 * frame pointers is not, as of a goroutine that runs, or that was interrupted between two calls.
 */
import { type Address, UnreadableMemory } from "../memory/memory.js";
import type { PagedMemory } from "../memory/paged-memory.js";
import type { FuncTable } from "./func-table.js";
import { OUTERMOST } from "./stack-roots.js";

export interface StackPlace {
  readonly sp: Address;
  readonly pc: Address;
  readonly low: Address;
  readonly high: Address;
}

const MAX_FRAMES = 4_096;

/** Program counters, the innermost first: where it stands, and what the calls return to. */
export function unwoundStack(
  memory: PagedMemory,
  functions: FuncTable,
  usesLinkRegister: boolean,
  { sp, pc, low, high }: StackPlace,
): readonly Address[] {
  const pcs: Address[] = [];
  try {
    while (pcs.length < MAX_FRAMES && sp >= low && sp < high) {
      const isInnermost = pcs.push(pc) === 1;
      const fn = functions.find(pc);
      const bytes = fn === undefined ? -1 : functions.frameBytes(fn, pc);
      if (fn === undefined || bytes < 0 || OUTERMOST.has(fn.name)) break;
      const base = sp + bytes + (usesLinkRegister ? 0 : 8);
      // A function without a frame of its own keeps where it returns to in a register, where there is one for that.
      if (usesLinkRegister && isInnermost && bytes === 0) break;
      pc = memory.word(usesLinkRegister ? sp : base - 8);
      if (pc === 0) break;
      sp = base;
    }
  } catch (error) {
    if (!(error instanceof UnreadableMemory)) throw error;
  }
  return pcs;
}
