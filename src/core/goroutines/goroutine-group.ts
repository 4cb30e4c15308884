/**
 * Goroutines in groups of what they have in common, the largest first.
 */
import {
  type GoroutineFrameIndex,
  type GoroutineRow,
  type Goroutines,
  NO_FRAME,
  NO_LABELS,
  tellingFrames,
  UNKNOWN_WAIT,
} from "./goroutine.js";
import { packageOf } from "../profile/frames.js";
import { functionNumbers, NAMELESS, numbering, textNumbers } from "./goroutine-numbers.js";
import { firstRows } from "../text/row-index.js";
import { ordered } from "../text/row-order.js";
import { kindOfWait, objectWords } from "./wait-graph.js";

export type Grouping = (typeof PLAIN)[number] | { readonly label: string };

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

const PLAIN = ["stack", "similar", "wait", "object", "creator", "state", "package"] as const;

/** For a person who may have named none of them. */
export const GROUPINGS = `${PLAIN.join(", ")} or label:KEY`;

/**
 * stack: the same calls at the same lines; similar: the same functions; wait: the same state at the same blocking
 * line; object: the same channel or lock by `waitsFor`; creator: the same `go` statement; package: of the blocking
 * function.
 */
export function groupGoroutines(
  goroutines: Goroutines,
  rows: ArrayLike<GoroutineRow>,
  grouping: Grouping,
): GoroutineGroup[] {
  const [by, then = by] = keyColumns(goroutines, grouping);
  const titleOf = titles(goroutines, grouping);
  const order = ordered(by === then ? rows : ordered(rows, then.key, then.keys), by.key, by.keys);
  const groups: GoroutineGroup[] = [];
  for (let from = 0; from < order.length;) {
    const group = order.subarray(from, endOfRun(order, from, by.key, then.key));
    groups.push(groupOfRows(goroutines, titleOf(group[0]), group));
    from += group.length;
  }
  return groups.sort((a, b) => b.count - a.count || a.rows[0] - b.rows[0]);
}

/** Where the rows from `from` on stop to have both keys of the first. */
function endOfRun(order: Uint32Array, from: number, by: Uint32Array, then: Uint32Array): number {
  const [one, other] = [by[order[from]], then[order[from]]];
  let to = from + 1;
  while (to < order.length && by[order[to]] === one && then[order[to]] === other) to++;
  return to;
}

/** `rows` as a group of that title. */
export function groupOfRows({ multiplicity, waitNs }: Goroutines, title: string, rows: Uint32Array): GoroutineGroup {
  let count = 0;
  let longest = UNKNOWN_WAIT;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    count += multiplicity[row];
    if (waitNs[row] > longest) longest = waitNs[row];
  }
  return { title, count, rows, longestWaitNs: longest === UNKNOWN_WAIT ? undefined : longest };
}

/** "main.f main.go:7", or "" for NO_FRAME. */
export function frameTitle({ frames }: Goroutines, frame: GoroutineFrameIndex): string {
  if (frame === NO_FRAME) return "";
  const file = frames.file[frame];
  return file === "" ? frames.function[frame] : `${frames.function[frame]} ${file}:${frames.line[frame]}`;
}

/** `key[row]` is below `keys`. */
interface KeyColumn {
  readonly key: Uint32Array;
  readonly keys: number;
}

/** Goroutines belong together whose keys are equal, in all columns. */
function keyColumns(goroutines: Goroutines, grouping: Grouping): readonly [KeyColumn, KeyColumn?] {
  const { stack, state, states, creator, labels, labelSets, frames, waitsFor } = goroutines;
  if (typeof grouping === "object") {
    const value = textNumbers();
    const missing = value("");
    return [
      keyed(
        labels,
        labelSets.map((_, index) => value(labelOf(goroutines, index, grouping.label))),
        missing,
      ),
    ];
  }
  const byState = { key: Uint32Array.from(state), keys: states.length };
  switch (grouping) {
    case "stack":
      return [keyed(stack, numbering()(goroutines).stack)];
    case "similar":
      return [keyed(stack, functionNumbers(goroutines))];
    case "wait": {
      const { frame } = numbering()(goroutines);
      return [
        keyed(
          stack,
          tellingFrames(goroutines).map((at) => (at === NO_FRAME ? NAMELESS : frame[at])),
        ),
        byState,
      ];
    }
    case "object":
      return [{ key: Uint32Array.from(firstRows(waitsFor, waitsFor)), keys: waitsFor.length }];
    case "creator":
      return [keyed(creator, numbering()(goroutines).frame, NAMELESS)];
    case "state":
      return [byState];
    case "package": {
      const value = textNumbers();
      const ofFrame = frames.function.map((name) => value(packageOf(name)));
      const none = value("");
      return [
        keyed(
          stack,
          tellingFrames(goroutines).map((at) => (at === NO_FRAME ? none : ofFrame[at])),
        ),
      ];
    }
  }
}

/** `number[column[row]]` of each row; columns mark what is missing with -1. */
function keyed(column: ArrayLike<number>, number: ArrayLike<number>, missing = 0): KeyColumn {
  const key = new Uint32Array(column.length);
  let keys = missing + 1;
  for (let row = 0; row < column.length; row++) {
    key[row] = column[row] < 0 ? missing : number[column[row]];
    if (key[row] >= keys) keys = key[row] + 1;
  }
  return { key, keys };
}

function titles(goroutines: Goroutines, grouping: Grouping): (row: GoroutineRow) => string {
  const { stack, states, state, creator, labels, waitsFor } = goroutines;
  if (typeof grouping === "object") return (row) => labelOf(goroutines, labels[row], grouping.label);
  const telling = tellingFrames(goroutines);
  switch (grouping) {
    case "object":
      return (row) => {
        const address = waitsFor[row];
        return address === 0 ? "" : objectWords({ address, kind: kindOfWait(states[state[row]]) ?? "unknown" });
      };
    case "creator":
      return (row) => frameTitle(goroutines, creator[row]);
    case "state":
      return (row) => states[state[row]];
    case "package":
      return (row) => packageTitle(goroutines, telling[stack[row]]);
    default:
      return (row) => {
        const at = telling[stack[row]];
        const what = states[state[row]];
        return at === NO_FRAME ? what : `${what} in ${frameTitle(goroutines, at)}`;
      };
  }
}

function labelOf({ labelSets }: Goroutines, labels: number, wanted: string): string {
  return labels === NO_LABELS ? "" : (labelSets[labels].find(([key]) => key === wanted)?.[1] ?? "");
}

function packageTitle({ frames }: Goroutines, frame: GoroutineFrameIndex): string {
  return frame === NO_FRAME ? "" : packageOf(frames.function[frame]);
}
