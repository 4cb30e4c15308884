/**
 * What is known when a group of goroutines is judged, and what a judgement is.
 */
import { type GoroutineRow, type Goroutines, UNKNOWN_ID } from "./goroutine.js";
import { type GoroutineChanges, STUCK } from "./goroutine-diff.js";
import type { GoroutineGroup } from "./goroutine-group.js";
import type { LeakPattern } from "./leak-pattern.js";

export type LeakLevel = "suspect" | "confirmed";

/**
 * What a verdict rests on, the surest first: the runtime's own proof, a wait that nothing can end, a walk through
 * memory that found nobody who could wake them, growth since an earlier moment, likelihood.
 */
export type LeakBasis = "runtime" | "wait" | "memory" | "growth" | "likelihood";

export interface Verdict {
  readonly level: LeakLevel;
  readonly basis: LeakBasis;
  readonly reason: string;
}

/** An earlier moment of the same process. */
export interface Earlier {
  /** Goroutines by the title of their group, as `groupGoroutines` by "wait" makes it. */
  readonly countAt: ReadonlyMap<string, number>;
  /** From then to now. */
  readonly changes: GoroutineChanges;
}

/** What is known when a group of goroutines that wait at one line is judged. */
export interface Case {
  readonly goroutines: Goroutines;
  readonly group: GoroutineGroup;
  readonly pattern: LeakPattern;
  readonly earlier: Earlier | undefined;
  readonly family: Family;
  /** A walk through memory found that somebody who may still run reaches what they wait for. */
  readonly isReachable: boolean;
  /** Whether there was such a walk; without it an idle goroutine and a forgotten one look the same. */
  readonly isMemoryKnown: boolean;
  /** goleak's list: what a test had not expected to be left when it ended. */
  readonly isGoleak: boolean;
}

/** Who started whom, and who of them is lost: accused already, so that waiting for it is as good as lost, too. */
export interface Family {
  readonly alive: ReadonlySet<number>;
  /** Rows of the goroutines that the one of that id started. */
  readonly startedBy: (id: number) => readonly GoroutineRow[];
  readonly lost: Set<number>;
}

export const MINUTE_NS = 60e9;

export function familyOf(goroutines: Goroutines): Family {
  let startedBy: Map<number, GoroutineRow[]> | undefined;
  return {
    alive: new Set(goroutines.id),
    startedBy: (id) => (startedBy ??= childrenOf(goroutines)).get(id) ?? [],
    lost: new Set(),
  };
}

function childrenOf({ count, creatorId }: Goroutines): Map<number, GoroutineRow[]> {
  const rows = new Map<number, GoroutineRow[]>();
  for (let row = 0; row < count; row++) {
    if (creatorId[row] === UNKNOWN_ID) continue;
    const siblings = rows.get(creatorId[row]);
    if (siblings === undefined) rows.set(creatorId[row], [row]);
    else siblings.push(row);
  }
  return rows;
}

export function stuckIn(rows: Uint32Array, { changes }: Earlier): number {
  let stuck = 0;
  for (const row of rows) if (changes.change[row] === STUCK) stuck++;
  return stuck;
}

export function isMain({ id, stack, stacks, frames }: Goroutines, row: GoroutineRow): boolean {
  if (id[row] === 1) return true;
  for (let i = stacks.start[stack[row]]; i < stacks.start[stack[row] + 1]; i++) {
    if (frames.function[stacks.frame[i]] === "main.main") return true;
  }
  return false;
}
