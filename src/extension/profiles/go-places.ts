/**
 * What this machine knows about where Go sources are: `go env` (only in a trusted workspace, else the environment),
 * the modules of the workspace and the mappings of the settings.
 */
import { homedir } from "node:os";
import * as vscode from "vscode";
import { askGo } from "../../process/go-command.js";
import type { GoPlaces } from "./source-candidates.js";
import { setting } from "../settings.js";
import { workspaceModules } from "./workspace-modules.js";

export async function goPlaces(): Promise<GoPlaces> {
  const [env, modules] = await Promise.all([goEnv(), workspaceModules()]);
  return {
    goroot: env["GOROOT"],
    moduleCache: env["GOMODCACHE"],
    modules,
    mappings: setting("goDiagnostics.source.pathMappings"),
  };
}

let asked: Promise<Record<string, string | undefined>> | undefined;

function goEnv(): Promise<Record<string, string | undefined>> {
  const guessed = {
    GOROOT: process.env["GOROOT"] ?? "/usr/local/go",
    GOMODCACHE: process.env["GOMODCACHE"] ?? `${process.env["GOPATH"] ?? `${homedir()}/go`}/pkg/mod`,
  };
  if (!vscode.workspace.isTrusted) return Promise.resolve(guessed);
  const cwd = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === "file")?.uri.fsPath;
  return (asked ??= askGo(["env", "-json", "GOROOT", "GOMODCACHE"], { cwd, limitMs: 5_000 }).then((answer) => {
    if (typeof answer !== "string" && answer.exitCode === 0) {
      return { ...guessed, ...(JSON.parse(answer.stdout) as Record<string, string>) };
    }
    asked = undefined; // no Go on the PATH today; perhaps later
    return guessed;
  }));
}
