/** `godiag env check [DIR]`: is this machine fit for debugging and profiling Go, seen from a folder. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { printable } from "../core/text/printable.js";
import type { EnvFinding } from "../launch/env/facts.js";
import { envFindings } from "../launch/env/judge.js";
import { gatherEnvFacts } from "../machine/env-facts.js";
import { Failure } from "./failure.js";
import { DONE, type ExitCode, FINDINGS, type Terminal } from "./terminal.js";

export function addEnv(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  program
    .command("env")
    .description("the Go environment")
    .command("check")
    .argument("[dir]", "the folder to look from", ".")
    .option("--json", "one JSON document")
    .description("check Go, Delve, and what keeps them from working here")
    .action(async (dir: string, options: { json?: boolean }) => {
      const folder = resolve(terminal.cwd, dir);
      const isFolder = await stat(folder)
        .then((found) => found.isDirectory())
        .catch(() => false);
      if (!isFolder)
        throw new Failure("no-folder", `cannot check ${dir}`, "there is no such folder", "Name one that exists");
      const findings = envFindings(await gatherEnvFacts(folder, terminal.env));
      if (options.json) terminal.document(JSON.stringify({ findings }) + "\n", "json");
      else terminal.out(findings.map(line).join(""));
      exit(findings.some(({ severity }) => severity !== "information") ? FINDINGS : DONE);
    });
}

function line({ severity, rule, message }: EnvFinding): string {
  return `${severity.padEnd(11)}  ${rule}: ${printable(message)}\n`;
}
