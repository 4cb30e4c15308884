/**
 * What the launch rules want to know about this machine: its dlv and which flags that takes, gopls, the kernel,
 * and which of the named paths are there. Whatever cannot be found out stays unknown.
 */
import { readFile, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { askProgram } from "../delve/dlv/brief-process.js";
import { acceptsFlag, findDelve } from "../delve/dlv/capabilities.js";
import { parseVersion } from "../delve/dlv/delve-versions.js";
import type { DocumentKind } from "../launch/document.js";
import { type Facts, factsShape } from "../launch/facts.js";
import { looksLikePackage, withVariables } from "../launch/path-variables.js";
import { Failure } from "../cli/failure.js";

export interface NamedPath {
  /** As the file writes it. */
  readonly path: string;
  readonly folder: string;
  readonly kind: DocumentKind;
}

export interface LaunchQuestions {
  readonly dlv: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly paths: readonly NamedPath[];
  readonly flags: readonly string[];
  readonly asksGopls: boolean;
}

/** A file with more flags than these was not written by a person. */
const MOST_PROBES = 32;
const MOST_PATHS = 2_000;

export async function gatherLaunchFacts(ask: LaunchQuestions): Promise<Facts> {
  const [dlv, gopls, ptrace, paths] = await Promise.all([
    dlvFacts(ask),
    ask.asksGopls ? goplsVersion(ask.env) : undefined,
    readFile("/proc/sys/kernel/yama/ptrace_scope", "utf8").catch(() => ""),
    pathFacts(ask.paths.slice(0, MOST_PATHS), ask.env),
  ]);
  return factsShape.parse({
    goos: goosOf(process.platform),
    proxy: false,
    paths,
    ...(dlv && { dlv }),
    ...(gopls && { gopls: { version: gopls } }),
    ...(/^\d+$/.test(ptrace.trim()) && { ptraceScope: Number(ptrace) }),
    ...(process.getuid && { root: process.getuid() === 0 }),
  } satisfies Facts);
}

async function dlvFacts({ dlv: setting, env, folder, flags }: LaunchQuestions): Promise<Facts["dlv"]> {
  const found = await findDelve({ setting, env, folder });
  if (!found && setting !== undefined) {
    throw new Failure("no-dlv", `cannot use ${setting}`, "it is no program that can be run", "Check --dlv");
  }
  if (!found?.version) return undefined;
  const dapFlags: Record<string, boolean> = {};
  // One after the other in two lanes: each answer costs dlv's whole start.
  const names = [...new Set(flags)].filter((name) => /^[a-z][a-z0-9-]*$/.test(name)).slice(0, MOST_PROBES);
  const lane = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const takes = await acceptsFlag(found.path, "dap", `--${name}`);
      if (takes !== undefined) dapFlags[name] = takes;
    }
  };
  await Promise.all([lane(), lane()]);
  return { version: found.version.join("."), path: found.path, dapFlags };
}

async function goplsVersion(env: LaunchQuestions["env"]): Promise<string | undefined> {
  const answer = await askProgram("gopls", ["version"], { env: { ...env } });
  if (typeof answer === "string") return undefined;
  return parseVersion(/gopls\s+v?(\S+)/.exec(answer.stdout)?.[1] ?? "")?.join(".");
}

async function pathFacts(
  named: readonly NamedPath[],
  env: LaunchQuestions["env"],
): Promise<NonNullable<Facts["paths"]>> {
  const paths: NonNullable<Facts["paths"]> = {};
  await Promise.all(
    named.map(async (one) => {
      const resolved = resolveNamed(one, env);
      if (resolved === undefined) return;
      paths[one.path] = await stat(resolved)
        .then(
          (found) => (found.isDirectory() ? "directory" : "file"),
          (error: NodeJS.ErrnoException) =>
            error.code === "ENOENT" || error.code === "ENOTDIR" ? "missing" : undefined,
        )
        .then((found) => found ?? "file");
      if (paths[one.path] === "missing" && looksLikePackage(one.path)) delete paths[one.path];
    }),
  );
  return paths;
}

/** Undefined where only VS Code knows what a variable stands for. */
function resolveNamed({ path, folder, kind }: NamedPath, env: LaunchQuestions["env"]): string | undefined {
  // In a workspace file the folder is one of several.
  if (kind === "workspace" && !isAbsolute(path)) return undefined;
  const text = withVariables(path, (name) => {
    if (name === "workspaceFolder" || name === "workspaceRoot") return folder;
    if (name === "pathSeparator" || name === "/") return "/";
    return name.startsWith("env:") ? env[name.slice(4)] : undefined;
  });
  if (text === undefined) return undefined;
  return isAbsolute(text) ? text : join(folder, text);
}

function goosOf(platform: NodeJS.Platform): Facts["goos"] {
  if (platform === "win32") return "windows";
  return platform === "linux" || platform === "darwin" ? platform : "other";
}
