/**
 * `godiag diagnose`: why does memory grow? Snapshots come from recorded profiles or from a running program; from there
 * on there is one path: judge, print, report, exit code.
 */
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { isEngine } from "../../capture/fleet/engine-target.js";
import { targetKind } from "../../capture/target-text.js";
import { shareableBytes } from "../../capture/shareable-bytes.js";
import { diagnose } from "../../core/diagnosis/diagnose.js";
import type { Diagnosis } from "../../core/diagnosis/diagnosis.js";
import type { PageData, PageProfile } from "../../core/views/page.js";
import { shareableDiagnosis, type Sharing } from "../../core/diagnosis/report/shareable.js";
import { addFleetOptions, diagnoseFleetAt, type FleetOptions } from "./diagnose-fleet.js";
import { diagnoseLive, type JudgedProfiles } from "./diagnose-live.js";
import { diagnosePackage, isPackage, type PackageOptions } from "./diagnose-package.js";
import {
  addDiagnosisOptions,
  type DiagnosisOptions,
  emitDiagnosis,
  settleOptions,
} from "../output/diagnosis-output.js";
import { Failure } from "../failure.js";
import type { AddCommand } from "../add-command.js";
import { addEngineOptions } from "../input/engine-options.js";
import { addPauseOptions } from "../input/pause-options.js";
import { readRecordedProfiles } from "../input/recorded-profiles.js";
import { writeReport } from "../output/report-page.js";
import { addTargetOptions } from "../input/target-options.js";
import { type Terminal, UNUSABLE } from "../terminal.js";
import { postDiagnosis } from "../output/webhook.js";

interface DiagnoseOptions extends DiagnosisOptions, PackageOptions, FleetOptions {
  readonly html?: string;
  readonly shortPaths?: boolean;
  readonly webhook?: string;
}

/** Enough for a certain trend (z = 3.3), and long enough for some megabytes to leak in between. */
const SAMPLES = 8;
const INTERVAL_SECONDS = 5;

/** A report of a recorded series shows this many profiles from its start and from its end. */
const SHOWN_AT_EACH_END = 2;

export const addDiagnose: AddCommand = (program, terminal, exit) => {
  const command = program
    .command("diagnose")
    .description("why does memory grow? a running program, or a recorded series of profiles, judged")
    .argument(
      "[target...]",
      "http(s)://…, unix:PATH, pid:N or gops:PID of a running program; pyroscope+http://…?selector={…} or parca+http://… of many; the folder of a Go program to build and run; or heap and goroutine profiles in any order",
    )
    .option("--samples <n>", "snapshots of a running program", atLeast(1), SAMPLES)
    .option("--interval <seconds>", "time between two of them", atLeast(0.1), INTERVAL_SECONDS)
    .option("--adaptive", "take half as many again, further apart, when that would decide")
    .option("--max-size <mb>", "refuse profiles of more than so many MB", atLeast(1), 256)
    .option("--load <command>", "of a package: run it beside the program, which is GODIAG_PID and GODIAG_PPROF to it")
    .option("--args <text>", "of a package: arguments for the program")
    .option("--no-ancestors", "of a package: do not set GODEBUG=tracebackancestors=10, which tells who started what")
    .option("--no-fine-sampling", "of a package: do not set GODEBUG=memprofilerate=65536, which shows small leaks")
    .option("--wait <seconds>", "of a package: until it must listen", atLeast(0.1), 30)
    .option("--warm-up <seconds>", "of a package: under load before the first snapshot", atLeast(0), 5)
    .option("--save <dir>", "keep the profiles of a running program as they come")
    .option("--html <file>", "a self-contained report: flame graph, growth chart, findings")
    .option("--short-paths", "in the report and the webhook: files without the folders of this machine")
    .option("--webhook <url>", "also POST the diagnosis as JSON, with a text for chats");
  addFleetOptions(addEngineOptions(addPauseOptions(addTargetOptions(command))));
  addDiagnosisOptions(command).action(async (given: string[], options: DiagnoseOptions) => {
    const { targets, options: settled } = await settleOptions(options, given, terminal);
    const { diagnosis, profiles } = await judge(targets, settled, terminal);
    const code = await emitDiagnosis(diagnosis, settled, terminal);
    const { html, webhook } = settled;
    const title = `Diagnosis of ${diagnosis.target}`;
    const sharing = { shortPaths: settled.shortPaths === true };
    const report = async () =>
      html === undefined || writeReport(terminal, html, title, shareable(diagnosis, await profiles(), sharing));
    const isWritten = await done(report, terminal);
    // A webhook that fails is told, and changes nothing.
    if (webhook !== undefined)
      await done(() => postDiagnosis(webhook, shareableDiagnosis(diagnosis, sharing), terminal.signal), terminal);
    exit(isWritten ? code : UNUSABLE);
  });
};

/** A report is made to be sent on: without secrets, and without folders when asked for. */
function shareable(diagnosis: Diagnosis, profiles: readonly PageProfile[], sharing: Sharing): PageData {
  return {
    diagnosis: shareableDiagnosis(diagnosis, sharing),
    profiles: profiles.map(({ name, base64 }) => {
      const bytes = shareableBytes(Buffer.from(base64, "base64"), sharing);
      return { name, base64: Buffer.from(bytes).toString("base64") };
    }),
  };
}

/** Whether a step after the diagnosis succeeds; a failure is told, and takes back nothing that was printed. */
async function done(step: () => Promise<unknown>, terminal: Terminal): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    terminal.err(`godiag: ${error.message}`);
    return false;
  }
}

async function judge(
  targets: readonly string[],
  options: PackageOptions & FleetOptions,
  terminal: Terminal,
): Promise<JudgedProfiles> {
  const [first] = targets;
  if (first === undefined) {
    const todo =
      "Name a URL such as http://localhost:6060, a process as pid:N, a Go package, or the profiles of a series";
    throw new Failure("usage", "nothing to diagnose", "no target is named", todo);
  }
  const engine = targets.find(isEngine);
  if (engine !== undefined) {
    if (targets.length === 1) return diagnoseFleetAt(engine, options, terminal);
    const todo = "Diagnose one engine at a time; its selector may name several programs";
    throw new Failure("usage", "cannot diagnose several targets", "one of them is an engine with many programs", todo);
  }
  const running = targets.find((target) => targetKind(target) !== undefined);
  const folder = running === undefined && (await isPackage(first, terminal)) ? first : undefined;
  if (running === undefined && folder === undefined) return judgeRecorded(targets, terminal);
  if (targets.length > 1) {
    const todo = "Diagnose one program at a time, or name only recorded profiles";
    const why = folder === undefined ? `${running} is a running program` : `${folder} is a program to run`;
    throw new Failure("usage", "cannot diagnose several targets", why, todo);
  }
  if (folder !== undefined) return diagnosePackage(folder, options, terminal);
  if (options.load !== undefined) {
    const todo = "Put load on it yourself, or name the Go package to build and run";
    throw new Failure("usage", "cannot use --load", `${running} is a running program`, todo);
  }
  return diagnoseLive(first, options, terminal);
}

async function judgeRecorded(files: readonly string[], terminal: Terminal): Promise<JudgedProfiles> {
  const { snapshots, notes } = await readRecordedProfiles(files, terminal);
  const diagnosis = diagnose(nameOf(files), snapshots);
  return {
    diagnosis: { ...diagnosis, notes: [...notes, ...diagnosis.notes] },
    profiles: () =>
      Promise.all(endsOf(files.filter((file) => file !== "-")).map((file) => pageProfile(file, terminal))),
  };
}

function endsOf(files: readonly string[]): readonly string[] {
  return files.length <= 2 * SHOWN_AT_EACH_END
    ? files
    : [...files.slice(-SHOWN_AT_EACH_END), ...files.slice(0, SHOWN_AT_EACH_END)];
}

async function pageProfile(file: string, terminal: Terminal): Promise<PageProfile> {
  return { name: basename(file), base64: (await readFile(resolve(terminal.cwd, file))).toString("base64") };
}

function nameOf(files: readonly string[]): string {
  return files.length === 1 ? files[0] : `${files[0]} and ${files.length - 1} more`;
}

function atLeast(least: number) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() !== "" && value >= least && value <= 86_400 && (least < 1 || Number.isInteger(value))) return value;
    throw new InvalidArgumentError(`It must be a ${least < 1 ? "" : "whole "}number from ${least}.`);
  };
}
