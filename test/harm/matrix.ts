/** The runs of the matrix: every kind, every way to end it, moments from the start to five seconds. */
import { ENDS, type Run } from "./one-run.js";
import { type Kind, KINDS } from "./kinds.js";

const MOMENTS_MS: readonly number[] = [0, 50, 100, 150, 220, 300, 400, 550, 800, 1_300, 2_200, 5_000];

export function allRuns(): readonly Run[] {
  return KINDS.flatMap((kind) => endsOf(kind).flatMap((end) => MOMENTS_MS.map((atMs) => ({ kind, end, atMs }))));
}

/** So many of them, spread over all: the same ones each time. */
export function someRuns(runs: readonly Run[], count: number): readonly Run[] {
  if (count >= runs.length) return runs;
  return Array.from({ length: count }, (_, i) => runs[Math.floor((i * runs.length) / count)]);
}

/** Only a session has a client. */
function endsOf({ name }: Kind): readonly Run["end"][] {
  return ENDS.filter((end) => name.startsWith("dap") || !["client gone", "disconnect"].includes(end));
}

/** The table of docs/safety.md: runs without harm of all runs, for each kind and each way to end it. */
export function tableOf(results: readonly { readonly run: Run; readonly problems: readonly string[] }[]): string {
  const cell = (kind: Kind, end: Run["end"]) => {
    const here = results.filter(({ run }) => run.kind === kind && run.end === end);
    const harmless = here.filter(({ problems }) => problems.length === 0).length;
    return here.length === 0 ? "–" : `${harmless}/${here.length}`;
  };
  const rows = [
    ["", ...ENDS],
    ["---", ...ENDS.map(() => "---")],
  ];
  for (const kind of KINDS) rows.push([`\`${kind.name}\``, ...ENDS.map((end) => cell(kind, end))]);
  return rows.map((row) => `| ${row.join(" | ")} |\n`).join("");
}
