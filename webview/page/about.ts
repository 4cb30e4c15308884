/** What one profile is, in a line: how much is in it, when it was taken, over how long. */
import { formatValue, thousands } from "../../src/core/text/format.js";
import type { Opened } from "../worker/queries.js";

export function aboutOf({ samples, takenMs, durationNanos, format }: Opened): string {
  if (format === "trace") return `execution trace · over ${formatValue(durationNanos, "ns")}`;
  const parts = [`${thousands(samples)} ${samples === 1 ? "stack" : "stacks"}`];
  if (takenMs !== undefined) parts.push(new Date(takenMs).toLocaleString());
  if (durationNanos > 0) parts.push(`over ${formatValue(durationNanos, "ns")}`);
  if (format !== "pprof") parts.push(format.replaceAll("-", " "));
  return parts.join(" · ");
}
