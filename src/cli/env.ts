/** `godiag env check [DIR]`: is this machine fit for debugging and profiling Go, seen from a folder. */
import { constants } from "node:fs";
import { access, readFile, realpath, stat } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { printable } from "../core/printable.js";
import { askProgram } from "../delve/brief-process.js";
import { findDelve } from "../delve/capabilities.js";
import { parseVersion } from "../delve/delve-versions.js";
import { type EnvFacts, type EnvFinding, envFindings } from "./env-findings.js";
import { Failure } from "./failure.js";
import { DONE, type ExitCode, FINDINGS, type Terminal } from "./terminal.js";

/** go takes its time when a disk or a shim is slow. */
const goLimitMs = 10_000;

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
      const findings = envFindings(await gatherFacts(folder, terminal.env));
      terminal.out(options.json ? JSON.stringify({ findings }) + "\n" : findings.map(line).join(""));
      exit(findings.some(({ severity }) => severity !== "information") ? FINDINGS : DONE);
    });
}

function line({ severity, rule, message }: EnvFinding): string {
  return `${severity.padEnd(11)}  ${rule}: ${printable(message)}\n`;
}

async function gatherFacts(folder: string, env: Terminal["env"]): Promise<EnvFacts> {
  const [goPath, ...otherGo] = await goCommands(env);
  const ask = async (...args: string[]) => {
    const answer = goPath ? await askProgram(goPath, args, { limitMs: goLimitMs, cwd: folder, env }) : "not-found";
    return typeof answer === "string" ? { stdout: "", stderr: answer.replace("-", " "), exitCode: undefined } : answer;
  };
  const [dlv, version, goEnv, scope] = await Promise.all([
    findDelve({ env, folder }),
    ask("version"),
    ask("env", "-json", "GOFLAGS", "GO111MODULE", "GOWORK"),
    readFile("/proc/sys/kernel/yama/ptrace_scope", "utf8").catch(() => ""),
  ]);
  return {
    go:
      goPath === undefined
        ? undefined
        : { path: goPath, version: parseVersion(/ go(\d\S*)/.exec(version.stdout)?.[1] ?? "") },
    otherGo,
    dlv,
    goEnv: goEnv.exitCode === 0 ? (JSON.parse(goEnv.stdout) as Record<string, string>) : {},
    goEnvProblem: goPath === undefined || goEnv.exitCode === 0 ? undefined : goEnv.stderr.trim().split("\n")[0],
    goRoots: goPath === undefined ? undefined : await goRoots(goPath, env["GOROOT"]),
    hasGoMod: await above(folder, "go.mod"),
    hasGoWork: await above(folder, "go.work"),
    hasVendor: await above(folder, join("vendor", "modules.txt")),
    ptraceScope: /^\d+$/.test(scope.trim()) ? Number(scope) : undefined,
    isRoot: process.getuid?.() === 0,
  };
}

/** The go commands on PATH, each file once, in the order in which they are found. */
async function goCommands(env: Terminal["env"]): Promise<string[]> {
  const name = process.platform === "win32" ? "go.exe" : "go";
  const byFile = new Map<string, string>();
  for (const folder of (env["PATH"] ?? "").split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, name);
    const file = await access(path, constants.X_OK)
      .then(() => realpath(path))
      .catch(() => undefined);
    if (file !== undefined && !byFile.has(file)) byFile.set(file, path);
  }
  return [...byFile.values()];
}

/** Both roots, when GOROOT is set and the go command lies in an SDK (a shim of a version manager does not). */
async function goRoots(goPath: string, environment: string | undefined): Promise<EnvFacts["goRoots"]> {
  if (!environment) return undefined;
  const command = dirname(dirname(await realpath(goPath)));
  const isSdk = await access(join(command, "VERSION"))
    .then(() => true)
    .catch(() => false);
  return isSdk ? { environment: await realpath(environment).catch(() => environment), command } : undefined;
}

/** Whether the folder, or one above it, has this file. */
async function above(folder: string, name: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    if (
      await access(join(at, name))
        .then(() => true)
        .catch(() => false)
    )
      return true;
    if (at === dirname(at)) return false;
  }
}
