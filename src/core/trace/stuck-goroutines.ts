/** Goroutines that waited when the trace ended and had done nothing in the whole of it, grouped by where they wait. */
import type { StackFrame } from "../profile/named-stack.js";
import type { KindIndex } from "./goroutine-kinds.js";
import type { Waiting } from "./trace-analysis.js";
import type { TraceNames } from "./events/trace-names.js";
import type { TraceStacks } from "./trace-stacks.js";

export interface StuckRow {
  readonly kind: string;
  readonly function: string;
  readonly count: number;
  /** Some of them. */
  readonly goroutines: readonly number[];
  readonly stack: readonly StackFrame[];
}

const MAX_IDS = 10;

/** The runtime's own goroutines wait for work that need not come; they are left out. */
export function stuckRows(
  waiting: readonly Waiting[],
  names: TraceNames,
  stacks: TraceStacks,
  kindName: (kind: KindIndex) => string,
): StuckRow[] {
  const groups = new Map<string, Waiting[]>();
  for (const goroutine of waiting) {
    const isSystem = kindName(goroutine.kind).startsWith("runtime.") && kindName(goroutine.kind) !== "runtime.main";
    if (!goroutine.neverMoved || isSystem) continue;
    const key = `${goroutine.kind} ${goroutine.stack} ${names.string(goroutine.reason)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [goroutine]);
    else group.push(goroutine);
  }
  return [...groups.values()]
    .map((group) => ({
      kind: kindName(group[0].kind),
      function: stacks.place(group[0].stack)?.function ?? kindName(group[0].kind),
      count: group.length,
      goroutines: group.slice(0, MAX_IDS).map(({ goroutine }) => goroutine),
      stack: stacks.frames(group[0].stack),
    }))
    .sort((a, b) => b.count - a.count);
}
