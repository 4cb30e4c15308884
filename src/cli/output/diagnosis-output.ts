/**
 * Where a diagnosis goes, whatever its snapshots came from: text, JSON and SARIF, and the exit code.
 *
 * `--json` alone writes the document to stdout and nothing else; `--json FILE` writes it to the file and the text to
 * stdout. Progress never passes through here.
 */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { version } from "../../../package.json";
import { isEngine } from "../../capture/fleet/engine-target.js";
import { targetKind } from "../../capture/target-text.js";
import { againstBaseline, type BaselineFinding, baselineFindings } from "../../core/diagnosis/report/baseline.js";
import { diagnosisSarif } from "../../core/diagnosis/report/diagnosis-sarif.js";
import { diagnosisLines, type LineRole } from "../../core/diagnosis/report/diagnosis-text.js";
import type { Diagnosis, Finding } from "../../core/diagnosis/diagnosis.js";
import { Failure } from "../failure.js";
import { DONE, type ExitCode, FINDINGS, INTERRUPTED, type Terminal } from "../terminal.js";
import { writeFileWhole } from "./write-output.js";

export interface DiagnosisOptions {
  /** A file, "-" for stdout, or true (no value given) for stdout. */
  readonly json?: string | true;
  readonly sarif?: string;
  /** A document that an earlier `--json FILE` wrote. */
  readonly baseline?: string;
  readonly failOn?: Finding["level"];
}

/** Adds the options that `emitDiagnosis` obeys. */
export function addDiagnosisOptions(command: Command): Command {
  return command
    .option("--json [file]", "the diagnosis as one JSON document: to a file, or to stdout and nothing else")
    .option("--sarif <file>", "the findings as SARIF 2.1.0, for code scanning (- for stdout)")
    .option("--baseline <file>", "an earlier --json document: only new or worse findings count for --fail-on")
    .option("--fail-on <level>", "exit with 1 on findings of this level or above: suspect or confirmed", failLevel);
}

/** Prints and writes a diagnosis as the options say; the exit code tells about findings and interruption. */
export async function emitDiagnosis(
  diagnosis: Diagnosis,
  options: DiagnosisOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const jsonToStdout = options.json === true || options.json === "-";
  const sarifToStdout = options.sarif === "-";
  if (jsonToStdout && sarifToStdout) {
    throw new Failure("usage", "wrong usage", "--json and --sarif both want stdout", "Give one of them a file");
  }
  const baseline = options.baseline === undefined ? undefined : await readBaseline(options.baseline, terminal);
  const judged = baseline === undefined ? diagnosis : againstBaseline(diagnosis, baseline);

  if (typeof options.json === "string" && !jsonToStdout) {
    await write(terminal, options.json, JSON.stringify(judged, undefined, 2) + "\n");
  }
  const sarif = (): string => JSON.stringify(diagnosisSarif(judged, version, terminal.cwd), undefined, 2) + "\n";
  if (options.sarif !== undefined && !sarifToStdout) await write(terminal, options.sarif, sarif());

  if (jsonToStdout) terminal.document(JSON.stringify(judged) + "\n", "json");
  else if (sarifToStdout) terminal.document(sarif(), "json");
  else terminal.out(text(judged, terminal));

  if (terminal.signal.aborted) {
    terminal.err("godiag: interrupted: the diagnosis is partial");
    return INTERRUPTED;
  }
  return options.failOn !== undefined && judged.findings.some((finding) => counts(finding, options.failOn))
    ? FINDINGS
    : DONE;
}

/**
 * What to do before the first snapshot is taken: an unusable baseline fails now and not after minutes of sampling, and
 * the value of `--json` is settled. Commander gives it the argument that follows; where that is a target, it was not
 * meant as the file to write: `diagnose --json a.pb.gz b.pb.gz` must not overwrite a.pb.gz. Returns all targets.
 */
export async function settleOptions<T extends DiagnosisOptions>(
  options: T,
  targets: readonly string[],
  terminal: Terminal,
): Promise<{ readonly options: T; readonly targets: readonly string[] }> {
  const { json, baseline } = options;
  if (baseline !== undefined) await readBaseline(baseline, terminal);
  if (typeof json !== "string" || json === "-" || !(await isTarget(json, terminal))) return { options, targets };
  return { options: { ...options, json: true }, targets: [json, ...targets] };
}

async function isTarget(value: string, terminal: Terminal): Promise<boolean> {
  if (targetKind(value) !== undefined || isEngine(value)) return true;
  if (/\.json$/i.test(value)) return false;
  try {
    // A folder is a package; an existing file is a profile unless it is a JSON document, which an earlier run may have written.
    const bytes = await readFile(resolve(terminal.cwd, value));
    return bytes.length > 0 && bytes[0] !== 0x7b;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EISDIR";
  }
}

function counts(finding: Finding, failOn: DiagnosisOptions["failOn"]): boolean {
  return finding.baselineState !== "unchanged" && (failOn === "suspect" || finding.level === "confirmed");
}

function failLevel(value: string): Finding["level"] {
  if (value === "suspect" || value === "confirmed") return value;
  throw new Failure("usage", "wrong usage", `--fail-on cannot be ${JSON.stringify(value)}`, "Use suspect or confirmed");
}

async function readBaseline(file: string, terminal: Terminal): Promise<readonly BaselineFinding[]> {
  const failure = (code: string, why: string) =>
    new Failure(code, `cannot use the baseline ${file}`, why, "Write one with godiag diagnose … --json FILE");
  let content: string;
  try {
    content = await readFile(resolve(terminal.cwd, file), "utf8");
  } catch (error) {
    throw failure("unreadable", (error as Error).message);
  }
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch {
    throw failure("not-json", "it is not JSON");
  }
  const findings = baselineFindings(document);
  if (findings === undefined) throw failure("not-a-diagnosis", "it is not a diagnosis that godiag wrote");
  return findings;
}

async function write(terminal: Terminal, file: string, content: string): Promise<void> {
  await writeFileWhole(terminal, file, [content]);
}

const COLOR: Readonly<Record<LineRole, string | undefined>> = {
  bad: "1;31",
  warn: "1;33",
  good: "1;32",
  title: "1",
  place: "36",
  text: undefined,
  faint: "2",
};

function text(diagnosis: Diagnosis, terminal: Terminal): string {
  return diagnosisLines(diagnosis)
    .map(({ role, text }) => {
      const color = terminal.color ? COLOR[role] : undefined;
      return (color === undefined ? text : `\u001b[${color}m${text}\u001b[0m`) + "\n";
    })
    .join("");
}
