/**
 * What sampling shows against what the runtime counts: growth that the heap as a whole does not bear out is not sure.
 *
 * A heap profile is an estimate, and the finer it is sampled the smaller the growth that stands out of it: memory of one
 * place that is load, or that took the place of another's. HeapInuse and HeapAlloc are exact. Beside what other places
 * gave back they must have grown, too, or the finding is suspected at most; with a finer rate than the usual one, where
 * nothing of it is to be seen, it is told in a note and not accused.
 */
import type { Finding, Note, SnapshotNumbers } from "../diagnosis.js";
import { amount } from "../report/diagnosis-text.js";
import { MIN_SNAPSHOTS, TREND_Z } from "./growth-judgement.js";
import { mannKendallZ, theilSenSlope } from "./trend.js";

/** The least part of a finding's growth that the heap as a whole must have grown for it to be sure, and to be told. */
const SURE_PART = 0.5;
const TOLD_PART = 0.2;
/** Below this a rise is at most suspected: a program that warms up does the same. */
const FEW_BYTES = 2 * 1024 * 1024;
/** runtime.MemProfileRate unless a program sets it. */
const DEFAULT_RATE = 512 * 1024;

export interface BorneOut {
  readonly findings: readonly Finding[];
  readonly notes: readonly Note[];
}

/**
 * @param sampled findings of goroutines and of heap profiles
 * @param numbers of the snapshots that were judged
 * @param rate bytes between two samples; undefined if unknown
 */
export function borneOutByHeap(
  sampled: readonly Finding[],
  numbers: readonly SnapshotNumbers[],
  rate: number | undefined,
): BorneOut {
  const grew = unsampledGrowth(numbers);
  const isFine = rate !== undefined && rate < DEFAULT_RATE;
  const findings: Finding[] = [];
  const doubted: Finding[] = [];
  for (const finding of sampled) {
    const growth = finding.last - finding.first;
    if (finding.kind === "goroutine") findings.push(finding);
    else if (grew !== undefined && isFine && finding.level === "suspect" && grew < TOLD_PART * growth)
      doubted.push(finding);
    else if (grew !== undefined && grew < SURE_PART * growth)
      findings.push(suspected(finding, notBorneOut(grew, growth)));
    else if (isFine && growth < FEW_BYTES)
      findings.push(suspected(finding, "So little comes with warming up, too: sample for longer to be sure."));
    else findings.push(finding);
  }
  if (doubted.length === 0) return { findings, notes: [] };
  const names = doubted.map(({ function: name, file, line }) => `${name} (${file}:${line})`).join("; ");
  const message = `The sampled memory of ${names} rose, and the heap as a whole, which the runtime counts, did not grow with it: other memory went in its place. It is not counted.`;
  return { findings, notes: [{ code: "not-borne-out", message }] };
}

/** By how much the heap grew as its own numbers say, by the steeper of two lines through them. */
function unsampledGrowth(numbers: readonly SnapshotNumbers[]): number | undefined {
  const growths = [(at: SnapshotNumbers) => at.heapInuse, (at: SnapshotNumbers) => at.heapAlloc].flatMap((pick) => {
    const points = numbers.filter((at) => pick(at) !== undefined);
    if (points.length < MIN_SNAPSHOTS) return [];
    const times = points.map(({ atMs }) => atMs);
    const values = points.map((at) => pick(at) ?? 0);
    const line = theilSenSlope(times, values) * (times[times.length - 1] - times[0]);
    // Steps bend the line; a clear order of values makes first and last count.
    const ends = mannKendallZ(values) >= TREND_Z ? values[values.length - 1] - values[0] : 0;
    return [Math.max(line, ends)];
  });
  return growths.length === 0 ? undefined : Math.max(...growths);
}

function notBorneOut(grew: number, growth: number): string {
  const seen = grew > 0 ? `grew by ${amount(grew, "bytes")} only` : "did not grow";
  return `The heap as a whole ${seen}, of ${amount(growth, "bytes")} here: so this is at most suspected.`;
}

function suspected(finding: Finding, why: string): Finding {
  if (finding.level === "suspect") return finding;
  return { ...finding, level: "suspect", evidence: [...(finding.evidence ?? []), why] };
}
