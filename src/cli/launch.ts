/** `godiag launch check|fix [FILE]`: debug configurations and settings that do what they say. */
import { relative, sep } from "node:path";
import type { Command } from "commander";
import { printable } from "../core/text/printable.js";
import { flagsNamed, fixAll, check, pathsNamed } from "../launch/check.js";
import type { Fixed } from "../launch/check.js";
import type { Facts, Finding } from "../launch/rule.js";
import { Failure } from "./failure.js";
import { installedDelve } from "../machine/installed-delve.js";
import { machineFacts, pathFacts } from "../machine/launch-facts.js";
import { type LaunchFile, defaultFiles, readLaunchFile, writeLaunchFile } from "./input/launch-file.js";
import { launchJson, launchSarif, launchText } from "./output/launch-output.js";
import { DONE, type ExitCode, FINDINGS, type Terminal } from "./terminal.js";

interface Options {
  readonly dlv?: string;
  readonly json?: boolean;
  readonly sarif?: boolean;
  readonly write?: boolean;
}

export function addLaunch(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  const launch = program.command("launch").description("debug configurations (launch.json) and Go settings");
  const about = "launch.json, settings.json, *.code-workspace or - (default: those in the nearest .vscode)";
  launch
    .command("check")
    .argument("[file]", about)
    .option("--dlv <path>", "judge by this dlv instead of the one on PATH")
    .option("--json", "one JSON document")
    .option("--sarif", "SARIF 2.1.0, for code scanning")
    .description("say what in it fails, is ignored, or does something else than it seems to")
    .action(async (file: string | undefined, options: Options) => {
      if (options.json && options.sarif)
        throw new Failure("usage", "wrong usage", "--json and --sarif are two formats", "Choose one");
      const files = await filesOf(file, terminal);
      const facts = await factsFor(files, options, terminal);
      const checked = files.map((one) => ({ ...one, findings: check(one.text, one.kind, facts) }));
      if (options.json) terminal.document(launchJson(checked, facts), "json");
      else if (options.sarif) terminal.document(launchSarif(checked, terminal.cwd), "json");
      else terminal.out(launchText(checked, facts, terminal));
      exit(verdict(checked.flatMap(({ findings }) => findings)));
    });
  launch
    .command("fix")
    .argument("[file]", about)
    .option("--dlv <path>", "judge by this dlv instead of the one on PATH")
    .option("--write", "change the file; without it the fixed text is printed")
    .option("--json", "one JSON document: what was fixed, what is left, the text")
    .description("apply every fix that needs no question; comments and formatting stay")
    .action(async (file: string | undefined, options: Options) => {
      const files = await filesOf(file, terminal);
      const facts = await factsFor(files, options, terminal);
      const all = files.map((one) => ({ one, fixed: fixAll(one.text, one.kind, facts) }));
      if (options.write) {
        for (const { one, fixed } of all) if (fixed.text !== one.text) await writeLaunchFile(one, fixed.text);
      }
      // Text on stdout can be one file only; a second one is told about instead.
      const printed = options.write || options.json ? all : all.slice(0, 1);
      const checked = printed.map(({ one, fixed }) => ({
        ...one,
        text: fixed.text,
        findings: fixed.left,
        fixed: fixed.fixed,
      }));
      if (options.json) terminal.document(launchJson(checked, facts), "json");
      else {
        for (const { one, fixed } of all) {
          const said = summary(one, fixed, options.write === true, terminal);
          if (options.write) terminal.out(said + "\n");
          else terminal.err(said);
        }
        if (options.write) terminal.out(launchText(checked, facts, terminal));
        else for (const { text } of checked) terminal.document(text);
      }
      exit(verdict(all.flatMap(({ fixed }) => fixed.left)));
    });
}

async function filesOf(file: string | undefined, terminal: Terminal): Promise<LaunchFile[]> {
  if (file !== undefined) return [await readLaunchFile(terminal, file)];
  const found = await defaultFiles(terminal.cwd);
  if (found.length === 0) {
    throw new Failure(
      "no-file",
      "nothing to check",
      "neither this folder nor one above it has .vscode/launch.json or .vscode/settings.json",
      "Name a file: godiag launch check FILE",
    );
  }
  return Promise.all(
    found.map((path) => readLaunchFile(terminal, relative(terminal.cwd, path).split(sep).join("/") || path)),
  );
}

async function factsFor(files: readonly LaunchFile[], options: Options, { env }: Terminal): Promise<Facts> {
  const search = { dlv: options.dlv, env };
  if (options.dlv !== undefined && (await installedDelve(search)) === undefined) {
    throw new Failure("no-dlv", `cannot use ${options.dlv}`, "it is no program that can be run", "Check --dlv");
  }
  const [machine, ...named] = await Promise.all([
    machineFacts({
      ...search,
      flags: files.flatMap(({ text, kind }) => flagsNamed(text, kind)),
      asksGopls: files.some(({ text }) => /mem(?:ory)?-?limit/i.test(text)),
    }),
    ...files.map(({ text, kind, folder }) =>
      // In a workspace file the folder is one of several.
      pathFacts(pathsNamed(text, kind), { env, folder: kind === "workspace" ? undefined : folder }),
    ),
  ]);
  return {
    ...machine,
    proxy: false,
    ...named[0],
    paths: Object.assign({}, ...named.map(({ paths }) => paths)) as Facts["paths"],
    packages: Object.assign({}, ...named.map(({ packages }) => packages)) as Facts["packages"],
  };
}

function verdict(findings: readonly Finding[]): ExitCode {
  return findings.some(({ severity }) => severity !== "information") ? FINDINGS : DONE;
}

function summary(file: LaunchFile, { fixed, left }: Fixed, written: boolean, terminal: Terminal): string {
  const open = left.filter(({ severity }) => severity !== "information").length;
  const did =
    fixed.length === 0 ? "nothing to fix" : `${fixed.length} ${fixed.length === 1 ? "problem" : "problems"} fixed`;
  const more = open === 0 ? "" : `, ${open} left that only you can decide`;
  const where = fixed.length > 0 && !written && terminal.interactive ? " (not written: add --write)" : "";
  // Each by name: what a fix takes out is never taken out in silence.
  const done = fixed.map(({ rule, fix }) => `\n  ${rule}: ${printable(fix?.title ?? "", 200)}`).join("");
  return `${file.shown}: ${did}${more}${where}${done}`;
}
