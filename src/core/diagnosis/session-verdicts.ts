/**
 * What a diagnosis and the stops of one debug session know of the same lines, put together: goroutines that a diagnosis
 * confirmed as leaking are named at each stop, and what stops have confirmed is evidence for a diagnosis.
 */
import type { LeakJson, LeaksBody } from "../goroutines/answer-bodies.js";
import { formatValue } from "../text/format.js";
import type { Finding } from "./diagnosis.js";

type Place = Pick<Finding, "function" | "file" | "line">;

const isAt = (a: Place, b: Place) => a.line === b.line && a.line > 0 && a.file === b.file && a.function === b.function;

/** Findings of a diagnosis that are about goroutines and certain. */
export function confirmedGoroutines(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ kind, level }) => kind === "goroutine" && level === "confirmed");
}

/** The leaks of a stop with what the diagnosis has `confirmed`; `when` is the diagnosis' time, for people. */
export function leaksWithDiagnosed(leaks: LeaksBody, confirmed: readonly Finding[], when: string): LeaksBody {
  const known = leaks.findings.map((leak): LeakJson => {
    const finding = confirmed.find((one) => isAt(one, leak));
    return finding === undefined
      ? leak
      : { ...leak, level: "confirmed", evidence: [...leak.evidence, diagnosedWords(finding, when)] };
  });
  const more = confirmed
    .filter((finding) => !leaks.findings.some((leak) => isAt(leak, finding)))
    .map((finding): LeakJson => ({
      level: "confirmed",
      pattern: "diagnosed",
      count: finding.last,
      function: finding.function,
      file: finding.file,
      line: finding.line,
      stack: finding.stack,
      explanation: finding.explanation,
      advice: finding.advice,
      evidence: [...(finding.evidence ?? []), diagnosedWords(finding, when)],
      ids: [],
    }));
  return { ...leaks, findings: [...known, ...more] };
}

function diagnosedWords({ slopePerMinute }: Finding, when: string): string {
  const growth =
    slopePerMinute > 0 ? `: they became ${formatValue(Math.round(slopePerMinute), "count")} more a minute` : "";
  return `The diagnosis of this session at ${when} confirmed it${growth}.`;
}

/** Findings of a diagnosis with what the last stop had confirmed of the same lines. */
export function findingsWithLeaks(findings: readonly Finding[], leaks: readonly LeakJson[]): readonly Finding[] {
  return findings.map((finding) => {
    const leak = leaks.find((one) => one.level === "confirmed" && one.pattern !== "diagnosed" && isAt(one, finding));
    if (finding.kind !== "goroutine" || leak === undefined) return finding;
    const words = `At a stop of this session, ${leak.count === 1 ? "1 goroutine" : `${leak.count} goroutines`} here were confirmed as leaking: ${leak.explanation}`;
    return { ...finding, evidence: [...(finding.evidence ?? []), words] };
  });
}
