/** Paths as configurations write them, made whole with the variables whose value is the same before the start and at it. */
import { homedir } from "node:os";
import { isAbsolute, join, sep } from "node:path";
import { withVariables } from "../launch/path-variables.js";
import type { Env } from "./env-variables.js";

export interface PathContext {
  /** The folder that `${workspaceFolder}` and relative paths mean; undefined where no single folder is meant. */
  readonly folder: string | undefined;
  readonly env: Env;
  /** `${workspaceFolder:NAME}`, in an editor with several folders. */
  workspaceFolder?(name: string): string | undefined;
}

/** Undefined where only VS Code knows, at the start, what a variable stands for. */
export function filledPath(path: string, context: PathContext): string | undefined {
  const { folder, env } = context;
  const home = path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
  return withVariables(home, (name) => {
    if (name === "workspaceFolder" || name === "workspaceRoot") return folder;
    if (name === "workspaceFolderBasename") return folder?.slice(folder.search(/[^/\\]*$/));
    if (name === "userHome") return homedir();
    if (name === "pathSeparator" || name === "/") return sep;
    if (name.startsWith("env:")) return env[name.slice("env:".length)];
    if (name.startsWith("workspaceFolder:")) return context.workspaceFolder?.(name.slice("workspaceFolder:".length));
    return undefined;
  });
}

/** As `filledPath`, and absolute. */
export function resolvedPath(path: string, context: PathContext): string | undefined {
  const filled = filledPath(path, context);
  if (filled === undefined || isAbsolute(filled)) return filled;
  return context.folder === undefined ? undefined : join(context.folder, filled);
}
