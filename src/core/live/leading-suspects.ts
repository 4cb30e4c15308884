/** What a diagnosis that is under way suspects: the likeliest first, in a line each. */
import type { Diagnosis, Finding } from "../diagnosis/diagnosis.js";
import { formatValue } from "../text/format.js";

export interface Suspect {
  /** "(*Cache).put: +3.20MB a minute". */
  readonly text: string;
  readonly isConfirmed: boolean;
}

const MOST_SUSPECTS = 3;

export function leadingSuspects({ findings }: Pick<Diagnosis, "findings">): readonly Suspect[] {
  return [...findings]
    .sort((a, b) => rank(b) - rank(a))
    .slice(0, MOST_SUSPECTS)
    .map((finding) => ({ text: textOf(finding), isConfirmed: finding.level === "confirmed" }));
}

function rank({ level, share }: Finding): number {
  return (level === "confirmed" ? 1 : 0) + Math.min(1, share) / 2;
}

function textOf({ kind, function: name, slopePerMinute }: Finding): string {
  const unit = kind === "goroutine" ? "count" : "bytes";
  const grown = `${slopePerMinute < 0 ? "" : "+"}${formatValue(Math.round(slopePerMinute), unit)}`;
  return `${name}: ${grown}${kind === "goroutine" ? " goroutines" : ""} a minute`;
}
