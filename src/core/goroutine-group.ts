/**
 * Goroutines in groups of what they have in common, the largest first.
 */
import {
  type GoroutineFrameIndex,
  type GoroutineRow,
  type Goroutines,
  NO_FRAME,
  NO_LABELS,
  tellingFrame,
  UNKNOWN_WAIT,
} from "./goroutine.js";
import { packageOf } from "./frames.js";

export type Grouping = "stack" | "similar" | "wait" | "creator" | "state" | "package" | { readonly label: string };

export interface GoroutineGroup {
  /** What the goroutines have in common, in words; "" where it is that something is missing. */
  readonly title: string;
  /** Goroutines, not rows. */
  readonly count: number;
  readonly rows: Uint32Array;
  /** Longest known waiting time in it; undefined when none is known. */
  readonly longestWaitNs: number | undefined;
}

/** Reads "stack", "wait", …, "label:KEY"; undefined when it is none. */
export function parseGrouping(text: string): Grouping | undefined {
  if (text.startsWith("label:") && text.length > "label:".length) return { label: text.slice("label:".length) };
  return PLAIN.find((plain) => plain === text);
}

const PLAIN = ["stack", "similar", "wait", "creator", "state", "package"] as const;

/**
 * stack: the same calls at the same lines; similar: the same functions; wait: the same state at the same blocking
 * line; creator: the same `go` statement; package: of the blocking function.
 */
export function groupGoroutines(
  goroutines: Goroutines,
  rows: ArrayLike<GoroutineRow>,
  grouping: Grouping,
): GoroutineGroup[] {
  const keyOf = keys(goroutines, grouping);
  const members = new Map<string, GoroutineRow[]>();
  for (let i = 0; i < rows.length; i++) {
    const key = keyOf(rows[i]);
    const group = members.get(key);
    if (group === undefined) members.set(key, [rows[i]]);
    else group.push(rows[i]);
  }
  const groups = [...members].map(([key, group]): GoroutineGroup => {
    let count = 0;
    let longest = UNKNOWN_WAIT;
    for (const row of group) {
      count += goroutines.multiplicity[row];
      longest = Math.max(longest, goroutines.waitNs[row]);
    }
    return {
      title: titleOf(goroutines, grouping, key, group[0]),
      count,
      rows: Uint32Array.from(group),
      longestWaitNs: longest === UNKNOWN_WAIT ? undefined : longest,
    };
  });
  return groups.sort((a, b) => b.count - a.count || a.rows[0] - b.rows[0]);
}

/** "main.f main.go:7", or "" for NO_FRAME. */
export function frameTitle({ frames }: Goroutines, frame: GoroutineFrameIndex): string {
  if (frame === NO_FRAME) return "";
  const file = frames.file[frame];
  return file === "" ? frames.function[frame] : `${frames.function[frame]} ${file}:${frames.line[frame]}`;
}

/** A key per row; what depends on the stack alone is worked out once per stack. */
function keys(goroutines: Goroutines, grouping: Grouping): (row: GoroutineRow) => string {
  const { stack, state, states, creator, labels, labelSets, stacks, frames } = goroutines;
  const perStack = (key: (index: number) => string) => {
    const known: string[] = [];
    return (row: GoroutineRow) => (known[stack[row]] ??= key(stack[row]));
  };
  const framesOf = (index: number) => Array.from(stacks.frame.subarray(stacks.start[index], stacks.start[index + 1]));
  if (typeof grouping === "object") {
    return (row) =>
      labels[row] === NO_LABELS ? "" : (labelSets[labels[row]].find(([key]) => key === grouping.label)?.[1] ?? "");
  }
  switch (grouping) {
    case "stack":
      return perStack((index) =>
        framesOf(index)
          .map((frame) => frameTitle(goroutines, frame))
          .join("\n"),
      );
    case "similar":
      return perStack((index) =>
        framesOf(index)
          .map((frame) => frames.function[frame])
          .join("\n"),
      );
    case "wait": {
      const site = perStack((index) => frameTitle(goroutines, tellingFrame(goroutines, index)));
      return (row) => `${states[state[row]]}\n${site(row)}`;
    }
    case "creator":
      return (row) => frameTitle(goroutines, creator[row]);
    case "state":
      return (row) => states[state[row]];
    case "package":
      return perStack((index) => {
        const frame = tellingFrame(goroutines, index);
        return frame === NO_FRAME ? "" : packageOf(frames.function[frame]);
      });
  }
}

function titleOf(goroutines: Goroutines, grouping: Grouping, key: string, row: GoroutineRow): string {
  if (grouping === "stack" || grouping === "similar" || grouping === "wait") {
    const at = frameTitle(goroutines, tellingFrame(goroutines, goroutines.stack[row]));
    return `${goroutines.states[goroutines.state[row]]}${at === "" ? "" : ` in ${at}`}`;
  }
  return key;
}
