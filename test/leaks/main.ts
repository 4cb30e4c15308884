/**
 * `npm run leaks`: runs every leaking program, the same library programs done right, and the healthy example, on the
 * machine as it is and beside two busy loops, and writes what came of it into docs/diagnosis.md, between the marks.
 *
 * A part of it is `--only leaks|libraries|healthy|overhead`, `--programs NAME,NAME` and `--machine quiet|busy`: the rest
 * of the tables stays as it stands. `--at-once N` is how many run beside each other.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { startLoad } from "../../src/capture/demo-load.js";
import { startShop } from "../../src/capture/example-shop.js";
import { goVersion } from "../../src/capture/go-program.js";
import { parseTarget } from "../../src/capture/pprof-endpoint.js";
import { takeSeries } from "../../src/capture/series.js";
import { diagnose, isUndecided } from "../../src/core/diagnosis/diagnose.js";
import type { Diagnosis } from "../../src/core/diagnosis/diagnosis.js";
import { diagnoseLeak, LEAKING_PROGRAMS, markedLine } from "../support/leaking-programs.js";
import { besideBusyLoops } from "./busy-loops.js";
import { buildLibraryPrograms, diagnoseLibraryProgram, libraryPrograms } from "./library-programs.js";
import { type Machine, MACHINES, type Outcome, outcomeOf, outcomeWords, summary } from "./outcome.js";
import { measureOverhead } from "./overhead.js";
import { mergedTable, readTable, type ResultsTable, writtenTable } from "./results-table.js";

const DOCUMENT = "docs/diagnosis.md";
/** As the editor's command has them. */
const SERIES = { samples: 8, intervalMs: 5000 };
const VISITS_PER_SECOND = 16;
const WARM_UP_MS = 4000;
const HEALTHY_RUNS = 20;

const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const ONLY = option("--only");
const PROGRAMS = option("--programs")?.split(",");
const AT_ONCE = Number(option("--at-once") ?? 6);
const isWanted = (part: string) => ONLY === undefined || ONLY === part;
const chosen = (name: string) => PROGRAMS === undefined || PROGRAMS.includes(name);

async function main(): Promise<void> {
  for (const machine of MACHINES) {
    if (option("--machine") !== undefined && option("--machine") !== machine) continue;
    const run = () => runOn(machine);
    await (machine === "busy" ? besideBusyLoops(run) : run());
  }
  if (ONLY === "overhead" || (ONLY === undefined && PROGRAMS === undefined)) write("overhead", await measureOverhead());
}

async function runOn(machine: Machine): Promise<void> {
  if (isWanted("leaks")) await runLeaks(machine);
  if (isWanted("libraries")) await runLibraries(machine);
  if (isWanted("healthy") && PROGRAMS === undefined) await runHealthy(machine);
}

/** Programs that leak by themselves, found by the id of the process. */
async function runLeaks(machine: Machine): Promise<void> {
  const programs = Object.keys(LEAKING_PROGRAMS).filter(chosen);
  const cellOf = async (program: string): Promise<string> =>
    toldCell(machine, program, outcomeOf(await diagnoseLeak(program, SERIES), markedLine(program)));
  const rowName = (program: string) => `${LEAKING_PROGRAMS[program]} (\`${program}\`)`;
  const columns = ["What leaks", ...MACHINES.map(titleOf)];
  const names = Object.keys(LEAKING_PROGRAMS).map(rowName);
  await inParallel(programs, async (program) => {
    const cell = await measured(program, () => cellOf(program));
    if (cell !== undefined) writeRow("leaks", columns, [rowName(program), ...only(machine, cell)], names);
  });
}

/** Programs that leak through a library, and the same programs done right. */
async function runLibraries(machine: Machine): Promise<void> {
  const all = libraryPrograms();
  const programs = all.filter(({ name }) => chosen(name));
  const built = await buildLibraryPrograms();
  try {
    const columns = ["What leaks", ...MACHINES.map(titleOf), ...MACHINES.map((each) => `Done right, ${each}`)];
    const rowName = (program: string) => `\`${program}\``;
    const names = all.map(({ name }) => rowName(name));
    await inParallel(programs, async (program) => {
      const { name } = program;
      const leaking = await measured(name, async () => {
        const diagnosis = await diagnoseLibraryProgram(built.binary, [name], SERIES);
        return toldCell(machine, name, outcomeOf(diagnosis, program));
      });
      const right = await measured(`${name} healthy`, async () => {
        const { verdict, findings } = await diagnoseLibraryProgram(built.binary, [name, "healthy"], SERIES);
        for (const finding of findings) console.log("FALSE ALARM", machine, name, JSON.stringify(finding));
        return findings.length > 0 ? `**${verdict}**` : verdict;
      });
      writeRow("libraries", columns, [rowName(name), ...only(machine, leaking), ...only(machine, right)], names);
    });
  } finally {
    built.remove();
  }
}

async function runHealthy(machine: Machine): Promise<void> {
  const go = (await goVersion(process.env)) ?? "no Go";
  const [load] = loadavg();
  const all = await inParallel(
    Array.from({ length: HEALTHY_RUNS }, (_, i) => i),
    (run) => measured(`healthy ${run}`, healthyRun),
  );
  const runs = all.filter((run) => run !== undefined);
  const alarms = runs.filter(({ findings }) => findings.length > 0);
  for (const { findings } of alarms) console.log("FALSE ALARM", machine, JSON.stringify(findings[0]));
  const verdicts = [...new Set(runs.map(({ verdict }) => verdict))]
    .map((verdict) => `${runs.filter((run) => run.verdict === verdict).length} × ${verdict}`)
    .join(", ");
  const cells = [go, `${runs.length}`, load.toFixed(1), verdicts, `${alarms.length}`];
  const columns = ["Machine", "Go", "Runs", "Load before", "Verdicts", "False alarms"];
  writeTable("healthy", { columns, rows: new Map([[titleOf(machine), cells]]) }, MACHINES.map(titleOf));
}

const titleOf = (machine: Machine): string => (machine === "quiet" ? "As it is" : "Beside two busy loops");

/** A program that cannot be measured, on a machine that is too busy for it, is told, and leaves the others alone. */
async function measured<T>(name: string, run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    console.log("NOT MEASURED", name, (error as Error).message);
    return undefined;
  }
}

/** A cell in the column of its machine. */
const only = (machine: Machine, cell: string | undefined): (string | undefined)[] =>
  MACHINES.map((each) => (each === machine ? cell : undefined));

function toldCell(machine: Machine, name: string, outcome: Outcome): string {
  const words = outcomeWords(outcome);
  console.log(`${machine} ${name}: ${words}`);
  return words;
}

/** At once, so that what was measured is kept whatever comes after. */
function writeRow(
  mark: string,
  columns: readonly string[],
  [name, ...cells]: readonly [string, ...(string | undefined)[]],
  names: readonly string[],
): void {
  writeTable(mark, { columns, rows: new Map([[name, cells]]) }, names);
}

function writeTable(mark: string, measured: ResultsTable, names: readonly string[]): void {
  const document = readFileSync(DOCUMENT, "utf8");
  const table = mergedTable(readTable(partOf(document, mark), measured.columns), measured, names);
  write(mark, `${writtenTable(table)}\n${mark === "healthy" ? "" : `\n${summary(table, SERIES)}\n`}`);
}

function write(mark: string, content: string): void {
  const document = readFileSync(DOCUMENT, "utf8");
  writeFileSync(
    DOCUMENT,
    document.replace(partOf(document, mark), () => `\n\n${content}\n`),
  );
}

/** What stands between the marks. */
function partOf(document: string, mark: string): string {
  const [start, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const [from, to] = [document.indexOf(start), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${DOCUMENT} has no marks ${start} … ${end}`);
  return document.slice(from + start.length, to);
}

async function healthyRun(): Promise<Diagnosis> {
  const shop = await startShop("examples/leaky", ["-healthy"], process.env, new AbortController().signal);
  if (!shop.ok) throw new Error(shop.problem.why);
  const load = startLoad(shop.value.url, VISITS_PER_SECOND);
  try {
    await sleep(WARM_UP_MS);
    const target = parseTarget(shop.value.pprofUrl);
    if (!target.ok) throw new Error(target.problem.why);
    const wantsMore = (some: Parameters<typeof diagnose>[1]) => isUndecided(diagnose("healthy", some));
    const { taken } = await takeSeries(target.value, { ...SERIES, wantsMore });
    return diagnose(
      "healthy",
      taken.map(({ snapshot }) => snapshot),
    );
  } finally {
    await load.stop();
    await shop.value.stop();
  }
}

async function inParallel<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await run(items[i]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

await main();
