/**
 * Allocations that are recorded only since the first snapshot: whatever lives long and is replaced now and then (a full
 * cache) seems to grow from nothing until all of it was replaced once. What the heap as a whole does not bear out is
 * therefore told of, and not accused.
 */
import type { Finding, Note, SnapshotNumbers } from "../diagnosis.js";
import { TREND_Z } from "./growth-judgement.js";
import { mannKendallZ } from "./trend.js";

/** At least this part of what a finding grew must be seen in the heap as a whole. */
const BORNE_OUT = 0.5;

export interface BorneOut {
  readonly findings: readonly Finding[];
  readonly notes: readonly Note[];
}

/** `numbers` are those of the snapshots that were judged. */
export function borneOut(findings: readonly Finding[], numbers: readonly SnapshotNumbers[]): BorneOut {
  if (!numbers.some(({ recordedLate }) => recordedLate)) return { findings, notes: [] };
  const heap = numbers.flatMap(({ heapInuse }) => (heapInuse === undefined ? [] : [heapInuse]));
  const grew = heap.length > 1 && mannKendallZ(heap) >= TREND_Z ? heap[heap.length - 1] - heap[0] : 0;
  const isBorneOut = ({ kind, first, last }: Finding) => kind === "goroutine" || grew >= BORNE_OUT * (last - first);
  const doubted = findings.filter((finding) => !isBorneOut(finding));
  if (doubted.length === 0) return { findings, notes: [] };
  const names = doubted.map(({ function: name, file, line }) => `${name} (${file}:${line})`).join("; ");
  const message = `Allocations are recorded since the first snapshot only, and the heap as a whole did not grow with ${names}: what is replaced now and then looks like that. Start the program under the debugger to be sure.`;
  return { findings: findings.filter(isBorneOut), notes: [{ code: "recorded-late", message }] };
}
