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
  // First who belongs where and how many, then the rows at once: groups may be few or a hundred thousand.
  const groupOfKey = new Map<number, number>();
  const groupOf = new Uint32Array(rows.length);
  const size: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    const key = keyOf(rows[i]);
    let group = groupOfKey.get(key);
    if (group === undefined) {
      groupOfKey.set(key, (group = size.length));
      size.push(0);
    }
    groupOf[i] = group;
    size[group]++;
  }
  const members = size.map((length) => new Uint32Array(length));
  const filled = new Uint32Array(size.length);
  for (let i = 0; i < rows.length; i++) members[groupOf[i]][filled[groupOf[i]]++] = rows[i];
  return members
    .map((group) => groupOfRows(goroutines, titleOf(goroutines, grouping, group[0]), group))
    .sort((a, b) => b.count - a.count || a.rows[0] - b.rows[0]);
}

/** `rows` as a group of that title. */
export function groupOfRows({ multiplicity, waitNs }: Goroutines, title: string, rows: Uint32Array): GoroutineGroup {
  let count = 0;
  let longest = UNKNOWN_WAIT;
  for (const row of rows) {
    count += multiplicity[row];
    longest = Math.max(longest, waitNs[row]);
  }
  return { title, count, rows, longestWaitNs: longest === UNKNOWN_WAIT ? undefined : longest };
}

/** "main.f main.go:7", or "" for NO_FRAME. */
export function frameTitle({ frames }: Goroutines, frame: GoroutineFrameIndex): string {
  if (frame === NO_FRAME) return "";
  const file = frames.file[frame];
  return file === "" ? frames.function[frame] : `${frames.function[frame]} ${file}:${frames.line[frame]}`;
}

/**
 * A number per row, equal for what belongs together. What depends on the stack, the creator or the labels alone is
 * worked out once for each different one.
 */
function keys(goroutines: Goroutines, grouping: Grouping): (row: GoroutineRow) => number {
  const { stack, state, states, creator, labels, stacks, frames } = goroutines;
  const numbers = new Map<string, number>();
  const numberOf = (text: string) => {
    let number = numbers.get(text);
    if (number === undefined) numbers.set(text, (number = numbers.size));
    return number;
  };
  const once = (column: ArrayLike<number>, text: (index: number) => string) => {
    const known: number[] = [];
    // Columns mark what is missing with -1.
    return (row: GoroutineRow) => (known[column[row] + 1] ??= numberOf(text(column[row])));
  };
  const joined = (index: number, text: (frame: GoroutineFrameIndex) => string) => {
    let all = "";
    for (let i = stacks.start[index]; i < stacks.start[index + 1]; i++) all += text(stacks.frame[i]) + "\n";
    return all;
  };
  if (typeof grouping === "object") return once(labels, (index) => labelOf(goroutines, index, grouping.label));
  switch (grouping) {
    case "stack":
      return once(stack, (index) => joined(index, (frame) => frameTitle(goroutines, frame)));
    case "similar":
      return once(stack, (index) => joined(index, (frame) => frames.function[frame]));
    case "wait": {
      const site = once(stack, (index) => frameTitle(goroutines, tellingFrame(goroutines, index)));
      return (row) => site(row) * states.length + state[row];
    }
    case "creator":
      return once(creator, (frame) => frameTitle(goroutines, frame));
    case "state":
      return (row) => state[row];
    case "package":
      return once(stack, (index) => packageTitle(goroutines, tellingFrame(goroutines, index)));
  }
}

function titleOf(goroutines: Goroutines, grouping: Grouping, row: GoroutineRow): string {
  const { stack, states, state, creator, labels } = goroutines;
  if (typeof grouping === "object") return labelOf(goroutines, labels[row], grouping.label);
  const at = tellingFrame(goroutines, stack[row]);
  switch (grouping) {
    case "creator":
      return frameTitle(goroutines, creator[row]);
    case "state":
      return states[state[row]];
    case "package":
      return packageTitle(goroutines, at);
    default:
      return at === NO_FRAME ? states[state[row]] : `${states[state[row]]} in ${frameTitle(goroutines, at)}`;
  }
}

function labelOf({ labelSets }: Goroutines, labels: number, wanted: string): string {
  return labels === NO_LABELS ? "" : (labelSets[labels].find(([key]) => key === wanted)?.[1] ?? "");
}

function packageTitle({ frames }: Goroutines, frame: GoroutineFrameIndex): string {
  return frame === NO_FRAME ? "" : packageOf(frames.function[frame]);
}
