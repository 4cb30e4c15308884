/**
 * `npm run kernels`: runs every kernel and healthy program, and writes the tables of docs/leak-kernels.md.
 * With names (`npm run kernels -- NAME…`, regular expressions) only their rows are made anew. Takes five minutes, on a
 * busy machine ten; `npm run format` aligns the tables.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildKernels, buildOwn, type Kernel } from "./kernel-programs.js";
import { type Leak, leaksOf, provedBy } from "./kernel-run.js";
import { type Score, scoreOf, sumOf } from "./kernel-score.js";
import { judged, type Judged, WAYS } from "./kernel-verdicts.js";

const DOCUMENT = "docs/leak-kernels.md";
/** A flaky kernel may not leak in a run. */
const MAX_RUNS = 4;

const wanted = process.argv.slice(2).map((name) => new RegExp(`^(?:${name})$`));
const isWanted = ({ name }: { readonly name: string }) =>
  wanted.length === 0 || wanted.some((pattern) => pattern.test(name));
const folder = mkdtempSync(join(tmpdir(), "godiag-kernels-"));
try {
  const kernels = (await buildKernels(folder)).filter(isWanted);
  const healthy = (await buildOwn(folder, "healthy")).filter(isWanted);
  const rows: string[][] = [];
  for (const [i, kernel] of kernels.entries()) {
    process.stderr.write(`${i + 1} of ${kernels.length}: ${kernel.name}\n`);
    const { leaks, verdicts } = await runUntilItLeaks(kernel);
    const proved = provedBy(verdicts.moments.proof);
    const row = WAYS.map((way) => scoreOf(verdicts.findings[way], leaks, proved));
    rows.push([`\`${kernel.name}\``, truth(leaks), ...row.map(shown)]);
  }
  const calm: string[][] = [];
  for (const { name, program } of healthy) {
    process.stderr.write(`${name}\n`);
    const { moments, findings } = await judged(program, name);
    calm.push([
      `\`${name}\``,
      `${moments.now.count} goroutines, none leaks`,
      ...WAYS.map((way) => accusations(findings[way])),
    ]);
  }

  let text = readFileSync(DOCUMENT, "utf8");
  const head = ["what is true", "a dump", "two dumps", "memory", "runtime's profile"];
  const all = merged(rowsIn(text, "kernels"), rows).filter(([name]) => name !== "**all**");
  const tables = {
    kernels: table(["kernel", ...head], [...all, totals(all)]),
    healthy: table(["program", ...head], merged(rowsIn(text, "healthy"), calm)),
  };
  for (const [name, content] of Object.entries(tables)) {
    text = text.replace(
      new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`),
      (_, open: string, close: string) => `${open}\n${content}\n${close}`,
    );
  }
  writeFileSync(DOCUMENT, text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function runUntilItLeaks(kernel: Kernel): Promise<{ leaks: Leak[]; verdicts: Judged }> {
  for (let run = 1; ; run++) {
    const verdicts = await judged(kernel.program, kernel.name, kernel);
    const leaks = leaksOf(kernel, verdicts.moments);
    if (leaks.length > 0 || kernel.leaks.length === 0 || run === MAX_RUNS) return { leaks, verdicts };
  }
}

/** "`f` [chan send] ×12; …" */
function truth(leaks: readonly Leak[]): string {
  const counts = new Map<string, number>();
  for (const { site } of leaks) counts.set(site, (counts.get(site) ?? 0) + 1);
  const unproved = leaks.filter(({ isProved }) => !isProved).length;
  const places = [...counts].map(([site, count]) => {
    const [, name, state] = /^(.*)\(\.\.\.\) \[(.*)\]$/.exec(site) ?? ["", site, ""];
    return `\`${name}\` ${state}${count > 1 ? ` ×${count}` : ""}`;
  });
  const open = unproved > 0 && unproved < leaks.length ? `; ${unproved} of them not proved by the runtime` : "";
  return places.length === 0 ? "no leak" : places.join("; ") + (unproved === leaks.length ? "; not proved" : open);
}

/** Rows of a table that the document has already. */
function rowsIn(text: string, name: string): string[][] {
  const body = new RegExp(`<!-- ${name} -->\\n([\\s\\S]*?)<!-- /${name} -->`).exec(text)?.[1] ?? "";
  const lines = body.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) => line.split(" | ").map((cell) => cell.replace(/^\|\s*|\s*\|$/g, "").trim()));
}

/** The rows of before, those that were made anew in their place. */
function merged(before: readonly string[][], now: readonly string[][]): string[][] {
  if (wanted.length === 0) return [...now];
  const fresh = new Map(now.map((row) => [row[0], row]));
  const kept = before.map((row) => fresh.get(row[0]) ?? row);
  return [...kept, ...now.filter(([name]) => !before.some((row) => row[0] === name))];
}

function totals(rows: readonly string[][]): string[] {
  const columns = WAYS.map((_, i) => sumOf(rows.map((row) => scoreIn(row[i + 2]))));
  return ["**all**", `${columns[0].sites} places`, ...columns.map((total) => `**${shown(total)}**, ${percent(total)}`)];
}

/** Reads what `shown` writes. */
function scoreIn(cell: string): Score {
  const [, found, sites, wrong = "0"] = /^(\d+) of (\d+)(?:, (\d+) wrong)?$/.exec(cell) ?? [];
  return { found: Number(found), sites: Number(sites), wrong: Number(wrong) };
}

function shown({ found, sites, wrong }: Score): string {
  return `${found} of ${sites}${wrong > 0 ? `, ${wrong} wrong` : ""}`;
}

function percent({ found, sites }: Score): string {
  return `${((100 * found) / sites).toFixed(1)} %`;
}

function accusations(findings: Judged["findings"]["dump"]): string {
  return findings.map(({ level, pattern, count }) => `**${level}: ${pattern} ×${count}**`).join("; ") || "nothing";
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return line(head) + line(head.map(() => "---")) + rows.map(line).join("");
}
