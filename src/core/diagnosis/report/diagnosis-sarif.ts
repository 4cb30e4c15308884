/**
 * A diagnosis as SARIF: one result per finding, at the line to open first.
 */
import type { Diagnosis, Finding } from "../diagnosis.js";
import { fingerprint } from "./baseline.js";
import { amount, isExact } from "./diagnosis-text.js";
import { printable } from "../../text/printable.js";
import { type SarifPlace, type SarifRule, sarifLog } from "./sarif.js";

const RULES: readonly (SarifRule & { readonly id: Finding["kind"] })[] = [
  {
    id: "heap-stack",
    name: "GrowingHeapStack",
    summary: "Memory allocated by one call stack keeps growing.",
    help: "The bytes retained by this stack rise over the snapshots more than sampling noise explains. Find who keeps a reference to them.",
  },
  {
    id: "heap-function",
    name: "GrowingHeapFunction",
    summary: "Memory allocated below one function keeps growing.",
    help: "The growth is spread over many stacks that share this function. Find what it, or a function it calls, keeps a reference to.",
  },
  {
    id: "goroutine",
    name: "GrowingGoroutines",
    summary: "Goroutines with the same stack keep accumulating.",
    help: "More and more goroutines wait at the same line. Give each a way to end: a cancelled context, a closed channel, a stopped timer.",
  },
  {
    id: "heap-growth",
    name: "GrowingHeap",
    summary: "The heap as a whole keeps growing; where is not seen yet.",
    help: "The runtime's own numbers rise over the snapshots, but no stack of the heap profile explains it. Switch sampling on or make it finer, or sample for longer.",
  },
  {
    id: "threads",
    name: "GrowingThreads",
    summary: "The number of threads of the system keeps growing.",
    help: "Each goroutine that is blocked in C or in a system call takes a thread, and so does each that is locked to its thread. Find those that do not come back.",
  },
];

export function diagnosisSarif(diagnosis: Diagnosis, version: string, root?: string): object {
  return sarifLog({
    version,
    rules: RULES,
    ...(root !== undefined && { root }),
    results: diagnosis.findings.map((finding) => ({
      rule: finding.kind,
      level: finding.level === "confirmed" ? ("error" as const) : ("warning" as const),
      message: printable(
        `${finding.function}: ${amount(finding.first, finding.sampleType)} → ${amount(finding.last, finding.sampleType)}${isExact(finding.dz) ? " (exact)" : ""}. ` +
          `${finding.explanation} ${finding.advice}`,
      ),
      place: place(finding),
      stack: finding.stack.map(place),
      fingerprint: fingerprint(finding),
      ...(finding.baselineState && {
        baselineState: finding.baselineState === "worse" ? ("updated" as const) : finding.baselineState,
      }),
      properties: {
        slopePerMinute: finding.slopePerMinute,
        z: finding.z,
        dz: finding.dz,
        ...(isExact(finding.dz) && { exact: true }),
        share: finding.share,
        series: finding.series,
      },
    })),
  });
}

const place = (at: { readonly function: string; readonly file: string; readonly line: number }): SarifPlace => ({
  file: at.file,
  line: at.line,
  function: printable(at.function),
});
