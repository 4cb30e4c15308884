/**
 * Comparing Delve's versions. An unknown dlv counts as the newest: rules then judge by what exists at all.
 */
import type { Facts } from "./facts.js";

/** Whether this dlv is known to be older than `since` ("1.26.0"). */
export function dlvLacks(facts: Facts, since: string | undefined): boolean {
  return facts.dlv !== undefined && since !== undefined && olderThan(facts.dlv.version, since);
}

/** Compares dotted numbers; a version that is not one ("devel") counts as the newest. */
export function olderThan(version: string, other: string): boolean {
  const mine = numbersOf(version);
  const theirs = numbersOf(other);
  if (!mine || !theirs) return false;
  for (let i = 0; i < 3; i++) {
    if (mine[i] !== theirs[i]) return mine[i] < theirs[i];
  }
  return false;
}

export function dlvName(facts: Facts): string {
  return facts.dlv ? `dlv ${facts.dlv.version}` : "dlv";
}

function numbersOf(version: string): number[] | undefined {
  const match = /^(?:v|go)?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}
