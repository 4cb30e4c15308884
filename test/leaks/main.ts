/**
 * `npm run leaks`: runs every leaking program and the healthy example, and writes what came of it into
 * docs/diagnosis.md, between the marks. `--healthy N` sets how often the healthy example runs (20); `--only NAME`
 * leaves out the rest and prints instead of writing, `--only overhead` writes what sampling costs, `--only libraries`
 * the programs that leak through libraries and the same ones done right.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { startLoad } from "../../src/capture/demo-load.js";
import { startShop } from "../../src/capture/example-shop.js";
import { goVersion } from "../../src/capture/go-program.js";
import { parseTarget } from "../../src/capture/pprof-endpoint.js";
import { takeSeries } from "../../src/capture/series.js";
import { diagnose } from "../../src/core/diagnosis/diagnose.js";
import type { Diagnosis } from "../../src/core/diagnosis/diagnosis.js";
import { diagnoseLeak, LEAKING_PROGRAMS, markedLine, placesOf } from "../support/leaking-programs.js";
import { buildLibraryPrograms, diagnoseLibraryProgram, libraryPrograms } from "./library-programs.js";
import { measureOverhead } from "./overhead.js";

const DOCUMENT = "docs/diagnosis.md";
/** As the editor's command has them. */
const SERIES = { samples: 8, intervalMs: 5000 };
const AT_ONCE = 4;
/** They wait most of the time. */
const LIBRARIES_AT_ONCE = 8;
const VISITS_PER_SECOND = 16;
const WARM_UP_MS = 4000;

const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};

async function main(): Promise<void> {
  const only = option("--only");
  if (only === "overhead") return write([["overhead", await measureOverhead()]]);
  if (only === "libraries") return write([["libraries", await libraryTable()]]);
  const go = (await goVersion(process.env)) ?? "no Go";
  const programs = Object.keys(LEAKING_PROGRAMS).filter((name) => only === undefined || name === only);
  const rows = await inParallel(programs, AT_ONCE, leakRow);
  if (only !== undefined) return console.log(rows.join("\n"));
  const runs = Number(option("--healthy") ?? 20);
  const healthy = await inParallel(
    Array.from({ length: runs }, (_, i) => i),
    AT_ONCE,
    healthyRun,
  );
  const alarms = healthy.filter(({ findings }) => findings.length > 0);
  for (const { findings } of alarms) console.log("FALSE ALARM", JSON.stringify(findings[0]));
  const verdicts = [...new Set(healthy.map(({ verdict }) => verdict))]
    .map((verdict) => `${healthy.filter((run) => run.verdict === verdict).length} × ${verdict}`)
    .join(", ");
  write([
    ["leaks", [HEAD, RULE, ...rows].join("\n")],
    [
      "healthy",
      `${runs} runs of \`examples/leaky -healthy\` under load (${go}, ${SERIES.samples} snapshots, one every ${SERIES.intervalMs / 1000} s, ${AT_ONCE} at once): ${verdicts}; ${alarms.length} false alarms.`,
    ],
    ["libraries", await libraryTable()],
    ["overhead", await measureOverhead()],
  ]);
  console.log(`${alarms.length} false alarms in ${runs} healthy runs`);
}

function write(parts: readonly (readonly [mark: string, content: string])[]): void {
  const document = readFileSync(DOCUMENT, "utf8");
  writeFileSync(
    DOCUMENT,
    parts.reduce((text, [mark, content]) => between(text, mark, content), document),
  );
  console.log(`wrote ${DOCUMENT}`);
}

const HEAD = "| What leaks | Diagnosed at | Verdict | Grew | How sure |";
const RULE = "| --- | --- | --- | --- | --- |";

/** Programs that leak through a library, then the same programs done right. */
async function libraryTable(): Promise<string> {
  const programs = libraryPrograms();
  const built = await buildLibraryPrograms();
  try {
    let right = 0;
    let silent = 0;
    const rows = await inParallel(programs, LIBRARIES_AT_ONCE, async ({ name, file, line }) => {
      const diagnosis = await diagnoseLibraryProgram(built.binary, [name], SERIES);
      const [first] = diagnosis.findings;
      const isRight = first?.line === line && first.file.endsWith(`/${file}`);
      if (isRight) right++;
      if (diagnosis.verdict === "no-growth") silent++;
      const where =
        first === undefined ? "nothing" : `\`${first.function}\` ${first.file.split("/").at(-1)}:${first.line}`;
      return `| \`${name}\` | ${where}${isRight ? "" : ` **not line ${line}**`} | ${diagnosis.verdict} | ${growth(diagnosis)} |`;
    });
    const alarms = await inParallel(programs, LIBRARIES_AT_ONCE, async ({ name }) => {
      const { findings } = await diagnoseLibraryProgram(built.binary, [name, "healthy"], SERIES);
      for (const finding of findings) console.log("FALSE ALARM", name, JSON.stringify(finding));
      return findings.length > 0 ? [name] : [];
    });
    const accused = alarms.flat();
    const summary = `Named exactly: ${right} of ${programs.length}. "No growth" where something leaks: ${silent}. The same ${programs.length} programs done right: ${accused.length} false alarms${accused.length > 0 ? ` (${accused.join(", ")})` : ""}.`;
    return [HEAD, RULE, ...rows, "", summary].join("\n");
  } finally {
    built.remove();
  }
}

async function leakRow(program: string): Promise<string> {
  const diagnosis = await diagnoseLeak(program, SERIES);
  const { file, line } = markedLine(program);
  const [first] = placesOf(diagnosis);
  const isRight = first?.line === line && first.file.replaceAll("\\", "/").endsWith(`/${file}`);
  const where = first === undefined ? "nothing" : `\`${first.function}\` ${file.split("/").at(-1)}:${first.line}`;
  return `| ${LEAKING_PROGRAMS[program]} (\`${program}\`) | ${where}${isRight ? "" : ` **not line ${line}**`} | ${diagnosis.verdict} | ${growth(diagnosis)} |`;
}

function growth({ findings, outside }: Diagnosis): string {
  const [finding] = findings;
  const megabytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MB`;
  if (finding !== undefined) {
    const amount = finding.kind === "goroutine" ? (n: number) => `${n} goroutines` : megabytes;
    return `${amount(finding.first)} → ${amount(finding.last)} | z ${finding.z.toFixed(1)}, dz ${finding.dz.toFixed(1)}`;
  }
  const [caller] = outside?.callers ?? [];
  if (outside === undefined) return "| ";
  const calls =
    caller === undefined ? "" : `${caller.calls} ${caller.via === "C" ? "calls of C" : "memory maps"} in 2 s`;
  return `+${megabytes(outside.outside)} outside the heap | ${calls}`;
}

async function healthyRun(): Promise<Diagnosis> {
  const shop = await startShop("examples/leaky", ["-healthy"], process.env, new AbortController().signal);
  if (!shop.ok) throw new Error(shop.problem.why);
  const load = startLoad(shop.value.url, VISITS_PER_SECOND);
  try {
    await sleep(WARM_UP_MS);
    const target = parseTarget(shop.value.pprofUrl);
    if (!target.ok) throw new Error(target.problem.why);
    const { taken } = await takeSeries(target.value, SERIES);
    return diagnose(
      "healthy",
      taken.map(({ snapshot }) => snapshot),
    );
  } finally {
    await load.stop();
    await shop.value.stop();
  }
}

async function inParallel<T, R>(items: readonly T[], atOnce: number, run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await run(items[i]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

function between(text: string, mark: string, content: string): string {
  const [start, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${DOCUMENT} has no marks ${start} … ${end}`);
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`;
}

await main();
