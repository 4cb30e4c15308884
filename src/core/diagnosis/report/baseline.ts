/**
 * A diagnosis against an earlier one: what is new, what was known, what grows faster than it did.
 *
 * A CI run that compares with a baseline fails on what is new or worse only. Findings are matched by what is called,
 * not by line: lines move with every edit above them.
 */
import type { Diagnosis, Finding } from "../diagnosis.js";

/** A known finding counts as worse when it grows this many times faster than in the baseline. */
const WORSE_SLOPE_RATIO = 2;

export type BaselineFinding = Pick<Finding, "kind" | "level" | "function" | "slopePerMinute"> & {
  readonly stack: readonly { readonly function: string }[];
};

/** Equal for the same finding of two runs. */
export function fingerprint(finding: Pick<BaselineFinding, "kind" | "function" | "stack">): string {
  const functions = finding.kind === "heap-function" ? [] : finding.stack.map((frame) => frame.function);
  return `${finding.kind}:${hash([finding.function, ...functions].join("\n"))}`;
}

/** The diagnosis with `baselineState` on every finding. */
export function againstBaseline(diagnosis: Diagnosis, baseline: readonly BaselineFinding[]): Diagnosis {
  const known = new Map(baseline.map((finding) => [fingerprint(finding), finding]));
  return {
    ...diagnosis,
    findings: diagnosis.findings.map((finding) => ({
      ...finding,
      baselineState: stateOf(finding, known.get(fingerprint(finding))),
    })),
  };
}

/** The findings of a parsed `diagnose --json` document; undefined when it is not one. */
export function baselineFindings(document: unknown): readonly BaselineFinding[] | undefined {
  if (!isRecord(document) || !Array.isArray(document["findings"])) return undefined;
  const findings: readonly unknown[] = document["findings"];
  return findings.every(isBaselineFinding) ? findings : undefined;
}

function stateOf(now: Finding, before: BaselineFinding | undefined): NonNullable<Finding["baselineState"]> {
  if (before === undefined) return "new";
  const raised = now.level === "confirmed" && before.level === "suspect";
  const faster = now.slopePerMinute > before.slopePerMinute * WORSE_SLOPE_RATIO;
  return raised || faster ? "worse" : "unchanged";
}

const KINDS: ReadonlySet<unknown> = new Set<Finding["kind"]>([
  "heap-stack",
  "heap-function",
  "goroutine",
  "heap-growth",
  "threads",
]);

function isBaselineFinding(value: unknown): value is BaselineFinding {
  return (
    isRecord(value) &&
    KINDS.has(value["kind"]) &&
    (value["level"] === "suspect" || value["level"] === "confirmed") &&
    typeof value["function"] === "string" &&
    typeof value["slopePerMinute"] === "number" &&
    Array.isArray(value["stack"]) &&
    value["stack"].every((frame: unknown) => isRecord(frame) && typeof frame["function"] === "string")
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** FNV-1a, 64 bits as two halves with different seeds: short, stable, no collision worth fearing among findings. */
function hash(text: string): string {
  const half = (seed: number): string => {
    let state = seed;
    for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193) >>> 0;
    return state.toString(16).padStart(8, "0");
  };
  return half(0x811c9dc5) + half(0x9e3779b9);
}
