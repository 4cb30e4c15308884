/**
 * What the launch rules may know about this machine, kept ready: rules run at every keystroke with what is known by
 * then, while dlv is asked in the background. In a workspace that is not trusted files are looked at, and nothing is run.
 */
import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, sep } from "node:path";
import * as vscode from "vscode";
import { askProgram } from "../../delve/dlv/brief-process.js";
import { acceptsFlag, findDelve } from "../../delve/dlv/capabilities.js";
import { parseVersion } from "../../delve/dlv/delve-versions.js";
import { flagsNamed, pathsNamed } from "../../launch/check.js";
import { looksLikePackage, withVariables } from "../../launch/path-variables.js";
import type { Facts } from "../../launch/rule.js";
import { folderOf, kindOfDocument } from "./launch-documents.js";
import { setting } from "../settings.js";

/** A file with more than these was not written by a person. */
const MOST_FLAGS = 32;
const MOST_PATHS = 500;
/** dlv may be updated while the window is open. */
const TRUSTED_FOR_MS = 60_000;

interface Delve {
  readonly found: Promise<Awaited<ReturnType<typeof findDelve>>>;
  readonly flags: Map<string, Promise<boolean | undefined>>;
  readonly askedAt: number;
}

const delves = new Map<string, Delve>();
const known = new Map<string, Facts>();
let gopls: Promise<string | undefined> | undefined;

/** At once: what was found out the last time, or what needs no finding out. */
export function knownFacts(document: vscode.TextDocument): Facts {
  return known.get(document.uri.toString()) ?? ownFacts();
}

export async function gatherFacts(document: vscode.TextDocument): Promise<Facts> {
  const text = document.getText();
  const kind = kindOfDocument(document);
  const folder = folderOf(document.uri) ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  const [machine, paths] = await Promise.all([
    machineFacts(folder, flagsNamed(text, kind), /mem(?:ory)?-?limit/i.test(text)),
    pathFacts(pathsNamed(text, kind).slice(0, MOST_PATHS), folderOf(document.uri)),
  ]);
  const facts: Facts = { ...machine, paths };
  known.set(document.uri.toString(), facts);
  return facts;
}

/** Facts that belong to no file: for what is about to be written. */
export async function machineFacts(
  folder: vscode.Uri | undefined,
  flags: readonly string[] = [],
  asksGopls = false,
): Promise<Facts> {
  const [dlv, ptrace, goplsVersion] = await Promise.all([
    dlvFacts(folder, flags),
    readFile("/proc/sys/kernel/yama/ptrace_scope", "utf8").catch(() => ""),
    asksGopls && vscode.workspace.isTrusted ? (gopls ??= askGopls(folder)) : undefined,
  ]);
  return {
    ...ownFacts(),
    ...(dlv && { dlv }),
    ...(goplsVersion !== undefined && { gopls: { version: goplsVersion } }),
    ...(/^\d+$/.test(ptrace.trim()) && { ptraceScope: Number(ptrace) }),
  };
}

/** After a change of settings, or when the workspace became trusted. */
export function forgetFacts(): void {
  delves.clear();
  known.clear();
  gopls = undefined;
}

export function forgetFactsOf(document: vscode.TextDocument): void {
  known.delete(document.uri.toString());
}

/** The environment that golang.go gives its tools. */
export function toolsEnvironment(folder: vscode.Uri | undefined): Record<string, string | undefined> {
  const set = vscode.workspace.getConfiguration("go", folder).get<Record<string, unknown>>("toolsEnvVars") ?? {};
  const own = Object.entries(set).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { ...process.env, ...Object.fromEntries(own) };
}

function ownFacts(): Facts {
  const golang = vscode.extensions.getExtension("golang.go")?.packageJSON as { version?: unknown } | undefined;
  return {
    goos: process.platform === "win32" ? "windows" : goosOf(process.platform),
    proxy: vscode.workspace.isTrusted && setting("goDiagnostics.proxy.enabled") === true,
    ...(process.getuid && { root: process.getuid() === 0 }),
    ...(typeof golang?.version === "string" && { golangExtension: { version: golang.version } }),
  };
}

function goosOf(platform: NodeJS.Platform): Facts["goos"] {
  return platform === "linux" || platform === "darwin" ? platform : "other";
}

async function dlvFacts(folder: vscode.Uri | undefined, flags: readonly string[]): Promise<Facts["dlv"]> {
  if (!vscode.workspace.isTrusted) return undefined;
  const delve = delveOf(folder);
  const found = await delve.found;
  if (!found?.version) return undefined;
  const dapFlags: Record<string, boolean> = {};
  for (const flag of flags.filter((name) => /^[a-z][a-z0-9-]*$/.test(name)).slice(0, MOST_FLAGS)) {
    let asked = delve.flags.get(flag);
    if (!asked) delve.flags.set(flag, (asked = acceptsFlag(found.path, "dap", `--${flag}`)));
    // One after the other: each answer costs dlv's whole start.
    const takes = await asked;
    if (takes !== undefined) dapFlags[flag] = takes;
  }
  return { version: found.version.join("."), path: found.path, dapFlags };
}

/** The dlv that golang.go is told to use. */
export function dlvSetting(folder: vscode.Uri | undefined): string | undefined {
  const tools = vscode.workspace.getConfiguration("go", folder).get<Record<string, unknown>>("alternateTools") ?? {};
  const setting = tools["dlv"];
  return typeof setting === "string" && setting !== "" ? fill(setting, folder) : undefined;
}

function delveOf(folder: vscode.Uri | undefined): Delve {
  const setting = dlvSetting(folder);
  const path = folder?.scheme === "file" ? folder.fsPath : undefined;
  const key = JSON.stringify([setting, path]);
  const before = delves.get(key);
  if (before && Date.now() - before.askedAt < TRUSTED_FOR_MS) return before;
  const delve: Delve = {
    found: findDelve({ setting, env: toolsEnvironment(folder), folder: path }),
    flags: new Map(),
    askedAt: Date.now(),
  };
  delves.set(key, delve);
  return delve;
}

async function askGopls(folder: vscode.Uri | undefined): Promise<string | undefined> {
  const answer = await askProgram("gopls", ["version"], { env: toolsEnvironment(folder) });
  if (typeof answer === "string") return undefined;
  return parseVersion(/gopls\s+v?(\S+)/.exec(answer.stdout)?.[1] ?? "")?.join(".");
}

async function pathFacts(
  paths: readonly string[],
  folder: vscode.Uri | undefined,
): Promise<NonNullable<Facts["paths"]>> {
  const found: NonNullable<Facts["paths"]> = {};
  await Promise.all(
    paths.map(async (path) => {
      const filled = fill(path, folder);
      if (filled === undefined || (!isAbsolute(filled) && folder?.scheme !== "file")) return;
      const what = await stat(isAbsolute(filled) ? filled : join(folder?.fsPath ?? "", filled)).then(
        (entry) => (entry.isDirectory() ? "directory" : "file"),
        ({ code }: NodeJS.ErrnoException) => (code === "ENOENT" || code === "ENOTDIR" ? "missing" : undefined),
      );
      if (what !== undefined && !(what === "missing" && looksLikePackage(path))) found[path] = what;
    }),
  );
  return found;
}

/** The variables whose value is the same before the start and at it. */
function fill(path: string, folder: vscode.Uri | undefined): string | undefined {
  const home = path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
  return withVariables(home, (name) => {
    if (name === "workspaceFolder" || name === "workspaceRoot") return fsPath(folder);
    if (name === "workspaceFolderBasename") return folder?.path.slice(folder.path.lastIndexOf("/") + 1);
    if (name === "userHome") return homedir();
    if (name === "pathSeparator" || name === "/") return sep;
    if (name.startsWith("env:")) return process.env[name.slice(4)];
    if (name.startsWith("workspaceFolder:")) {
      const wanted = name.slice("workspaceFolder:".length);
      return fsPath(vscode.workspace.workspaceFolders?.find((one) => one.name === wanted)?.uri);
    }
    return undefined;
  });
}

function fsPath(uri: vscode.Uri | undefined): string | undefined {
  return uri?.scheme === "file" ? uri.fsPath : undefined;
}
