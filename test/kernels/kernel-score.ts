/** How many of the leaks of a program a list of findings names, and whom it accuses wrongly. */
import type { LeakFinding } from "../../src/core/goroutines/leak.js";
import type { Leak } from "./kernel-run.js";

export interface Score {
  /** Places ("function [state]") where goroutines leak, and how many of them are named. */
  readonly sites: number;
  readonly found: number;
  /** Accused goroutines that have not leaked, not even a moment later. */
  readonly wrong: number;
}

/** `proved`: ids of all goroutines that the runtime proved right after. */
export function scoreOf(findings: readonly LeakFinding[], leaks: readonly Leak[], proved: ReadonlySet<number>): Score {
  const accused = new Set(findings.flatMap(({ ids }) => ids));
  const sites = new Set(leaks.map(({ site }) => site));
  const found = new Set(leaks.filter(({ id }) => accused.has(id)).map(({ site }) => site));
  const leaked = new Set(leaks.map(({ id }) => id));
  return {
    sites: sites.size,
    found: found.size,
    wrong: [...accused].filter((id) => !leaked.has(id) && !proved.has(id)).length,
  };
}

export function sumOf(scores: readonly Score[]): Score {
  const sum = (key: keyof Score) => scores.reduce((total, score) => total + score[key], 0);
  return { sites: sum("sites"), found: sum("found"), wrong: sum("wrong") };
}
