/**
 * What the launch rules want to know about this machine: its dlv and which flags that takes, gopls, the kernel,
 * and which of the named paths are there. Whatever cannot be found out stays unknown. One reader for the command line
 * and the editor.
 */
import { readFile, stat } from "node:fs/promises";
import { askProgram } from "../process/run-to-end.js";
import { parseVersion } from "../delve/dlv/delve-versions.js";
import type { Facts, PackageFact } from "../launch/facts.js";
import { looksLikePackage } from "../launch/path-variables.js";
import { toolsNamed } from "../process/find-tool.js";
import { packageAt } from "./go-files.js";
import { delveFacts, type DelveSearch } from "./installed-delve.js";
import { type PathContext, resolvedPath } from "./named-path.js";

/** More paths than these were not written by a person. */
const MAX_PATHS = 2_000;

export interface MachineQuestions extends DelveSearch {
  /** Flags that `dlv dap` is asked about, without dashes. */
  readonly flags: readonly string[];
  readonly asksGopls: boolean;
}

/** Runs dlv and gopls: not for a workspace that is not trusted, where `safeFacts` is all that may be known. */
export async function machineFacts(ask: MachineQuestions): Promise<Omit<Facts, "proxy">> {
  const [safe, dlv, gopls] = await Promise.all([
    safeFacts(),
    delveFacts(ask, ask.flags),
    ask.asksGopls ? goplsVersion(ask.env) : undefined,
  ]);
  return { ...safe, ...(dlv && { dlv }), ...(gopls !== undefined && { gopls: { version: gopls } }) };
}

/** What can be known without running anything. */
export async function safeFacts(): Promise<Omit<Facts, "proxy">> {
  const ptrace = await readFile("/proc/sys/kernel/yama/ptrace_scope", "utf8").catch(() => "");
  return { ...ownFacts(), ...(/^\d+$/.test(ptrace.trim()) && { ptraceScope: Number(ptrace) }) };
}

/** What this process knows of itself, at once. */
export function ownFacts(): Omit<Facts, "proxy"> {
  return { goos: goosOf(process.platform), ...(process.getuid && { root: process.getuid() === 0 }) };
}

/** What is at each path, keyed by the path as the file writes it; a path that cannot be made whole has no entry. */
export async function pathFacts(
  named: readonly string[],
  context: PathContext,
): Promise<Pick<Facts, "paths" | "packages" | "folder">> {
  const paths: Record<string, "file" | "directory" | "missing"> = {};
  const packages: Record<string, PackageFact> = {};
  await Promise.all(
    named.slice(0, MAX_PATHS).map(async (path) => {
      const resolved = resolvedPath(path, context);
      if (resolved === undefined) return;
      const kind = await stat(resolved).then(
        (entry) => (entry.isDirectory() ? "directory" : "file"),
        ({ code }: NodeJS.ErrnoException) => (code === "ENOENT" || code === "ENOTDIR" ? "missing" : undefined),
      );
      if (kind === undefined || (kind === "missing" && looksLikePackage(path))) return;
      paths[path] = kind;
      const fact = kind === "missing" ? undefined : await packageAt(resolved, kind);
      if (fact) packages[path] = fact;
    }),
  );
  return { paths, packages, ...(context.folder !== undefined && { folder: context.folder }) };
}

async function goplsVersion(env: MachineQuestions["env"]): Promise<string | undefined> {
  for await (const { path } of toolsNamed("gopls", env)) {
    const answer = await askProgram(path, ["version"], { env: { ...env } });
    if (typeof answer === "string") return undefined;
    return parseVersion(/gopls\s+v?(\S+)/.exec(answer.stdout)?.[1] ?? "")?.join(".");
  }
  return undefined;
}

function goosOf(platform: NodeJS.Platform): Facts["goos"] {
  if (platform === "win32") return "windows";
  return platform === "linux" || platform === "darwin" ? platform : "other";
}
