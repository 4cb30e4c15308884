/** Whose a goroutine or an allocation is, and which line of the program made what it belongs to. */
import { closeness, MAIN_MODULE } from "../../profile/allocation-blame.js";
import { type OwnedLeak, plainName } from "./owner.js";
import { OWNERS } from "./table.js";

/** Frames of stacks are leaf first. */
export interface NamedFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

const LEAKS: readonly OwnedLeak[] = OWNERS.flatMap(({ leaks }) => leaks);

/** Undefined where the program's own code is on the stack: then its own line says more. */
export function ownerOfGoroutine(stack: readonly NamedFrame[]): OwnedLeak | undefined {
  if (stack.some(isOfProgram)) return undefined;
  const names = stack.map((frame) => plainName(frame.function));
  return LEAKS.find(({ goroutines }) => goroutines !== undefined && names.some((name) => goroutines.test(name)));
}

/** By what the program's own code called; the code that called the program's own does not matter. */
export function ownerOfAllocation(stack: readonly NamedFrame[]): OwnedLeak | undefined {
  const own = stack.findIndex(isOfProgram);
  const names = (own < 0 ? stack : stack.slice(0, own)).map((frame) => plainName(frame.function));
  const isOf = (pattern: RegExp | undefined) => pattern !== undefined && names.some((name) => pattern.test(name));
  return (
    LEAKS.find(({ allocations }) => isOf(allocations)) ??
    LEAKS.find(({ goroutines, calls }) => isOf(own < 0 ? goroutines : calls))
  );
}

/**
 * The program's line that called the owner: the first above the outermost of `calls`. `isCertain` says that the stack
 * leads to a thing of this owner, so that the first of the program's lines will do where no such call is seen.
 */
export function callingFrame(
  stack: readonly NamedFrame[],
  { calls }: Pick<OwnedLeak, "calls">,
  isCertain = false,
): NamedFrame | undefined {
  const call = stack.findLastIndex((frame) => calls.test(plainName(frame.function)));
  if (call < 0 && !isCertain) return undefined;
  // The runtime's record of who started a goroutine has an inlined call behind the function that it was inlined into.
  if (isCertain && call > 0 && isOfProgram(stack[call - 1])) return stack[call - 1];
  return stack.slice(call + 1).find(isOfProgram);
}

export function isOfProgram(frame: Pick<NamedFrame, "function" | "file">): boolean {
  return closeness(frame.function, frame.file) === MAIN_MODULE;
}
