/** What a diagnosis of a program with a known leak says, against the line that is marked in its source. */
import type { Diagnosis } from "../../src/core/diagnosis/diagnosis.js";
import { placesOf } from "../support/leaking-programs.js";
import type { ResultsTable } from "./results-table.js";

export const MACHINES = ["quiet", "busy"] as const;
export type Machine = (typeof MACHINES)[number];

export interface Outcome {
  readonly verdict: Diagnosis["verdict"];
  readonly isExact: boolean;
  readonly place: string;
  readonly growth: string;
}

/** `file` is the end of its path. */
export function outcomeOf(
  diagnosis: Diagnosis,
  { file, line }: { readonly file: string; readonly line: number },
): Outcome {
  const [first] = placesOf(diagnosis);
  const isExact = first?.line === line && first.file.replaceAll("\\", "/").endsWith(`/${file}`);
  const place =
    first === undefined ? "nothing" : `\`${first.function}\` ${first.file.split(/[\\/]/).at(-1)}:${first.line}`;
  return { verdict: diagnosis.verdict, isExact, place, growth: growth(diagnosis) };
}

const NOT_EXACT = "**not exact**";

export function outcomeWords({ verdict, isExact, place, growth }: Outcome): string {
  return [verdict, place, growth, ...(isExact ? [] : [NOT_EXACT])].filter((text) => text !== "").join(", ");
}

/** Counted from the cells, so that it is true of what stands in the table. */
export function summary({ columns, rows }: ResultsTable, series: { samples: number; intervalMs: number }): string {
  const column = (at: number) => [...rows.values()].map((cells) => cells[at]).filter((cell) => cell !== undefined);
  const counted = MACHINES.map((machine, at) => {
    const cells = column(at);
    const exact = cells.filter((cell) => !cell.includes(NOT_EXACT)).length;
    const silent = cells.filter((cell) => cell.startsWith("no-growth")).length;
    return `${machine}: named exactly ${exact} of ${cells.length}, "no growth" ${silent}`;
  });
  const healthy = columns.flatMap((name, at) => (name.startsWith("Done right") ? column(at - 1) : []));
  const alarms = healthy.filter((cell) => cell.includes("**")).length;
  const right = healthy.length === 0 ? "" : ` Done right: ${alarms} false alarms in ${healthy.length} runs.`;
  return `${counted.join("; ")}.${right} (${series.samples} snapshots, one every ${series.intervalMs / 1000} s.)`;
}

function growth({ findings, outside }: Diagnosis): string {
  const [finding] = findings;
  const megabytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MB`;
  if (finding !== undefined) {
    const amount = finding.kind === "goroutine" ? (n: number) => `${n} goroutines` : megabytes;
    return `${amount(finding.first)} → ${amount(finding.last)}`;
  }
  return outside === undefined ? "" : `+${megabytes(outside.outside)} outside the heap`;
}
