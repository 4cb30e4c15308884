/**
 * `godiag demo`: the whole job on a real program. Builds and runs examples/leaky, puts load on it, diagnoses it, and
 * holds the answer against what is known: every leak that is switched on must be named with its line, and a healthy
 * run must show nothing.
 *
 * Where Go is missing, a recorded run of the same program is diagnosed instead.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import { startLoad } from "../../capture/demo-load.js";
import { startShop } from "../../capture/example-shop.js";
import { goVersion } from "../../capture/go-program.js";
import { parseTarget } from "../../capture/pprof-endpoint.js";
import { type Series, takeSeries } from "../../capture/series.js";
import type { Finding, Note } from "../../core/diagnosis/diagnosis.js";
import { captureFailure } from "../output/capture-failure.js";
import { diagnosisOf } from "../../capture/diagnosis-run.js";
import { judgedProfiles, snapshotTaken } from "./diagnose-live.js";
import { addDiagnosisOptions, type DiagnosisOptions, emitDiagnosis } from "../output/diagnosis-output.js";
import { HolderReadings } from "../input/holder-readings.js";
import { Failure } from "../failure.js";
import { leakMarkers, type Marker } from "../input/leak-markers.js";
import { recordedMarkers, recordedSeries, saveNumbers } from "../input/recorded-series.js";
import { writeReport } from "../output/report-page.js";
import { DONE, type ExitCode, FINDINGS, INTERRUPTED, type Terminal } from "../terminal.js";

interface DemoOptions extends DiagnosisOptions {
  readonly healthy?: boolean;
  readonly leaks: readonly string[];
  readonly recorded?: boolean;
  readonly html: string;
  readonly save?: string;
}

const LEAKS = ["cache", "goroutine", "ticker", "body", "mapkeys"];
const VISITS_PER_SECOND = 16;
/** Until caches that have a limit are full, and connections are open. */
const WARM_UP_MS = 4000;
/** The fewest that make a trend certain (z = 3.3), far enough apart for some megabytes to leak in between. */
const SAMPLES = 8;
const INTERVAL_MS = 2500;
/** It serves nobody else. */
const MAX_PAUSE_MS = 10_000;

export function addDemo(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  const command = program
    .command("demo")
    .description("diagnose the example program, which leaks on purpose")
    .option("--leaks <list>", `which leaks to switch on: ${LEAKS.join(",")} (all)`, leakList, LEAKS)
    .option("--healthy", "switch all leaks off: nothing should be found")
    .option("--recorded", "diagnose a recorded run, as where Go is missing")
    .option("--html <file>", "where to write the report", "report.html")
    .option("--save <dir>", "keep the sampled profiles");
  addDiagnosisOptions(command).action(async (options: DemoOptions) => exit(await demo(options, terminal)));
}

async function demo(options: DemoOptions, terminal: Terminal): Promise<ExitCode> {
  const leaks = options.healthy === true ? [] : options.leaks;
  const run = (await runExample(options, leaks, terminal)) ?? (await replay(options, terminal));
  const judged = { diagnosis: diagnosisOf(run.name, run.series), series: run.series };
  const { diagnosis, profiles } = judgedProfiles(judged, SAMPLES, terminal);
  const held = run.holders?.told(diagnosis) ?? diagnosis;
  const told = { ...held, notes: [...run.notes, ...held.notes] };

  const emitted = await emitDiagnosis(told, options, terminal);
  if (run.series.taken.length === 0) return INTERRUPTED;
  const report = await writeReport(terminal, options.html, `Diagnosis of ${run.name}`, {
    profiles: await profiles(),
    diagnosis: told,
  });
  const quiet = options.json === true || options.json === "-" || options.sarif === "-";
  const say = (text: string) => (quiet ? undefined : terminal.out(`${text}\n`));

  const expected = LEAKS.flatMap((leak) =>
    run.markers.filter((marker) => marker.leak === leak && leaks.includes(leak)),
  );
  const missing = expected.filter((marker) => !told.findings.some((finding) => names(finding, marker)));
  say("");
  if (expected.length > 0) say("The leaks of the example:");
  for (const marker of expected) {
    say(`  ${missing.includes(marker) ? "MISSED" : "found "}  ${marker.leak.padEnd(9)}  ${marker.file}:${marker.line}`);
  }
  say(`Report: ${report}`);
  if (emitted !== DONE) return emitted; // --fail-on, or Ctrl-C
  return missing.length > 0 || (leaks.length === 0 && told.findings.length > 0) ? FINDINGS : DONE;
}

/** A finding names a leak when it points at the very line. */
function names({ file, line }: Finding, marker: Marker): boolean {
  return line === marker.line && file.replaceAll("\\", "/").endsWith(`/${marker.file}`);
}

interface Run {
  readonly name: string;
  readonly series: Series;
  readonly markers: readonly Marker[];
  readonly notes: readonly Note[];
  /** Of the process, where one ran. */
  readonly holders?: HolderReadings;
}

/** Undefined where the example cannot be built: without Go, or without its sources. */
async function runExample(
  options: DemoOptions,
  leaks: readonly string[],
  terminal: Terminal,
): Promise<Run | undefined> {
  const source = join(__dirname, "..", "examples", "leaky");
  if (options.recorded === true || !existsSync(join(source, "main.go"))) return undefined;
  const go = await goVersion(terminal.env);
  if (go === undefined) return undefined;

  const progress = (text: string) => (terminal.interactive ? terminal.err(text) : undefined);
  progress(`Building examples/leaky with ${go} (the first build takes up to a minute) …`);
  const shop = await startShop(source, ["-leaks", leaks.join(",") || "none"], terminal.env, terminal.signal);
  const name = `examples/leaky (leaks: ${leaks.join(", ") || "none"})`;
  const markers = await leakMarkers(source);
  if (!shop.ok) {
    if (shop.problem.code !== "aborted") throw captureFailure(shop.problem);
    return { name, series: { taken: [], partial: shop.problem }, markers, notes: [] };
  }
  const target = parseTarget(shop.value.pprofUrl);
  if (!target.ok) throw captureFailure(target.problem);
  const holders = new HolderReadings(shop.value.pid, MAX_PAUSE_MS);
  const load = startLoad(shop.value.url, VISITS_PER_SECOND);
  try {
    progress(`Sampling ${shop.value.pprofUrl} under load, ${(WARM_UP_MS + (SAMPLES - 1) * INTERVAL_MS) / 1000} s …`);
    await sleep(WARM_UP_MS, undefined, { signal: terminal.signal }).catch(() => {}); // takeSeries sees the signal too
    const series = await takeSeries(target.value, {
      samples: SAMPLES,
      intervalMs: INTERVAL_MS,
      signal: terminal.signal,
      onSnapshot: async (taken, index, of) => {
        if (index === 0) holders.readFirst();
        await snapshotTaken(terminal, options)(taken, index, of);
      },
    });
    holders.readLast();
    if (options.save !== undefined) await saveNumbers(resolve(terminal.cwd, options.save), series, markers);
    return { name, series, markers, notes: [], holders };
  } finally {
    await load.stop();
    await shop.value.stop();
  }
}

async function replay(options: DemoOptions, terminal: Terminal): Promise<Run> {
  const isHealthy = options.healthy === true;
  if (!isHealthy && options.leaks.length !== LEAKS.length) {
    const todo = "Install Go from https://go.dev/dl, or leave --leaks out";
    throw new Failure("no-go", "cannot choose leaks", "the recorded run has all of them", todo);
  }
  const why = options.recorded === true ? "as asked" : "since Go, or the example's source, was not found here";
  const message = `This is a recorded run of the example, ${why}; https://go.dev/dl installs Go.`;
  terminal.err(`godiag: ${message}`);
  const folder = join(__dirname, "recorded", isHealthy ? "healthy" : "leaky");
  return {
    name: `a recorded run of examples/leaky (leaks: ${isHealthy ? "none" : LEAKS.join(", ")})`,
    series: await recordedSeries(folder),
    markers: await recordedMarkers(folder),
    notes: [{ code: "recorded", message }],
  };
}

function leakList(text: string): readonly string[] {
  const list = text.split(",").map((leak) => leak.trim());
  const unknown = list.find((leak) => !LEAKS.includes(leak));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`There is no leak ${JSON.stringify(unknown)}, but ${LEAKS.join(", ")}.`);
  }
  return list;
}
