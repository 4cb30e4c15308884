/** The heap grows and no stack explains it: why the profiles do not show where, and what would. */
import { blameIndex } from "../profile/allocation-blame.js";
import { namedStack } from "../profile/named-stack.js";
import { amount } from "./report/diagnosis-text.js";
import type { Snapshot } from "./diagnosis.js";
import { type HeapGrowth, leadingStacks } from "./growth/growth.js";
import { isSamplingOff, rateOf, SWITCH_SAMPLING_ON } from "./trust.js";
import type { Unseen } from "./whole-heap.js";
import { thousands } from "../text/format.js";

/** runtime.MemProfileRate unless a program sets it. */
const DEFAULT_RATE = 512 * 1024;
const CANDIDATES_TOLD = 3;

/** `heap` is what was looked for in heap profiles; undefined where there are none, or they are empty. */
export function unseen(snapshots: readonly Snapshot[], heap: HeapGrowth | undefined): Unseen {
  if (snapshots.some(isSamplingOff)) {
    return {
      why: "Where is not seen: runtime.MemProfileRate is 0, so the program records no allocations.",
      todo: SWITCH_SAMPLING_ON,
    };
  }
  if (heap === undefined) {
    return {
      why: "Where is not seen: there are no heap profiles.",
      todo: "Take heap profiles as well: import net/http/pprof, or run the program under the debugger.",
    };
  }
  const rate = snapshots.map(rateOf).findLast((known) => known !== undefined) ?? DEFAULT_RATE;
  const finer = `Sample for longer, or more finely: start the program with GODEBUG=memprofilerate=${DEFAULT_RATE / 8} in its environment, or set runtime.MemProfileRate = ${DEFAULT_RATE / 8} first thing in main.`;
  if (rate > DEFAULT_RATE) {
    const each = amount(rate, "bytes");
    return { why: `Where is not seen: only one allocation in ${each} is recorded.${candidates(heap)}`, todo: finer };
  }
  const { stackCount } = heap.stacks;
  const stacks = stackCount === 1 ? "the only stack" : `${thousands(stackCount)} stacks`;
  return {
    why: `Where is not seen yet: of ${stacks} in the heap profiles none grew beyond sampling noise to half of that.${candidates(heap)}`,
    todo: finer,
  };
}

/** Where most growth is so far, as a sentence; "" if nowhere. */
export function candidates(heap: HeapGrowth): string {
  const names = leadingStacks(heap.stacks, CANDIDATES_TOLD).map((frames) => {
    const stack = namedStack(heap.stacks, frames);
    const { function: name, file, line } = stack[blameIndex(stack)];
    return `${name} (${file}:${line})`;
  });
  return names.length === 0 ? "" : ` So far most growth is at ${[...new Set(names)].join("; ")}.`;
}
