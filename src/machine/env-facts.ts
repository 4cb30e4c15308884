/**
 * What `godiag env check` wants to know about this machine: which programs there are and what they say, which files
 * lie around. Every question has a limit; whatever cannot be found out stays unknown.
 */
import { readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { askProgram } from "../process/run-to-end.js";
import { findDelve } from "../delve/dlv/capabilities.js";
import { goSupport, parseVersion } from "../delve/dlv/delve-versions.js";
import type { EnvFacts } from "../launch/env/facts.js";
import { proxyEntries } from "../launch/env/goproxy.js";
import { editorFacts } from "./env-editor.js";
import { nearest, readGoMod, readGoWork, stalePackages } from "./env-files.js";
import { goCommands, goRootOf, sdkVersion } from "./env-go.js";
import { probeProxies } from "./env-proxies.js";
import type { Env } from "./env-variables.js";

/** go takes its time when a disk or a shim is slow. */
const goLimitMs = 10_000;
const GO_VARIABLES = ["GOFLAGS", "GO111MODULE", "GOWORK", "GOPROXY", "GOPATH", "GOTOOLCHAIN"];

export async function gatherEnvFacts(folder: string, env: Env): Promise<EnvFacts> {
  const [goPath, ...otherGo] = await goCommands(env);
  const [programs, { goModPath, ...files }] = await Promise.all([programFacts(folder, env, goPath), fileFacts(folder)]);
  const { goEnv } = programs;
  const goWork = isAbsolute(goEnv["GOWORK"] ?? "") ? goEnv["GOWORK"] : await nearest(folder, "go.work");
  const workspace = goWork === undefined ? undefined : await readGoWork(goWork);
  return {
    ...programs,
    ...files,
    goMod: goModPath === undefined ? undefined : await readGoMod(goModPath, workspace),
    otherGo: await Promise.all(otherGo.map(async (path) => ({ path, version: await sdkVersion(path) }))),
    workspace,
    environment: Object.fromEntries(GO_VARIABLES.map((name) => [name, env[name]])),
    stalePackages: await stalePackages(goEnv["GOPATH"] ?? ""),
    proxyProblems: await probeProxies(
      proxyEntries(goEnv["GOPROXY"] ?? "").entries.flatMap(({ url }) => url ?? []),
      env,
    ),
    isRoot: process.getuid?.() === 0,
  };
}

async function programFacts(folder: string, env: Env, goPath: string | undefined) {
  const ask = async (args: readonly string[], environment: Env = env) => {
    const answer = goPath
      ? await askProgram(goPath, args, { limitMs: goLimitMs, cwd: folder, env: environment })
      : "not-found";
    return typeof answer === "string" ? { stdout: "", stderr: answer.replace("-", " "), exitCode: undefined } : answer;
  };
  const [delve, said, told, goRoots] = await Promise.all([
    findDelve({ env }),
    ask(["version"]),
    ask(["env", "-json", ...GO_VARIABLES]),
    goPath === undefined || !env["GOROOT"] ? undefined : goRootOf(goPath, env["GOROOT"], ask, env),
  ]);
  const version = parseVersion(/ go(\d\S*)/.exec(said.stdout)?.[1] ?? "");
  const goEnv = told.exitCode === 0 ? stringsOf(told.stdout) : undefined;
  const problem = told.exitCode === 0 ? "its answer is no JSON" : problemIn(told.stderr);
  return {
    go: goPath === undefined ? undefined : { path: goPath, version: version?.join(".") },
    dlv: delve && {
      path: delve.path,
      version: delve.version?.join("."),
      support: delve.version && version && goSupport(delve.version, version[1]),
    },
    goVersionProblem: version || goPath === undefined ? undefined : problemIn(said.stderr),
    goEnv: goEnv ?? {},
    goEnvProblem: goPath === undefined || goEnv ? undefined : problem,
    goRoots,
  };
}

/** The first line that is no progress. */
function problemIn(stderr: string): string {
  const lines = stderr.trim().split("\n");
  return lines.find((line) => !line.startsWith("go: downloading")) ?? lines[0];
}

async function fileFacts(folder: string) {
  const [goMod, vendor, editor, scope] = await Promise.all([
    nearest(folder, "go.mod"),
    nearest(folder, join("vendor", "modules.txt")),
    editorFacts(folder),
    readFile("/proc/sys/kernel/yama/ptrace_scope", "utf8").catch(() => ""),
  ]);
  return {
    ...editor,
    goModPath: goMod,
    hasGoMod: goMod !== undefined,
    hasVendor: vendor !== undefined,
    ptraceScope: /^\d+$/.test(scope.trim()) ? Number(scope) : undefined,
  };
}

function stringsOf(json: string): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== "object" || value === null) return undefined;
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
  } catch {
    return undefined;
  }
}
