/** Files around a folder that decide how Go works in it, and packages left under GOPATH. */
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import type { GoMod, Replacement, UsedModule, Workspace } from "../launch/env/facts.js";
import { goOf, moduleOf, replacesOf, usesOf, vendoredOf } from "../launch/env/go-mod-text.js";

/** No file that a person wrote is larger. */
const MAX_BYTES = 8 << 20;
const MAX_MODULES = 1_000;
/** Folders that are looked into for a compiled package. */
const MAX_FOLDERS = 200;

/** Undefined for what is not there, or no file (a pipe would never end). */
export async function readText(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() && found.size <= MAX_BYTES ? await readFile(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

/** The path of this file in the folder or in the nearest one above it. */
export async function nearest(folder: string, name: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, name);
    const isThere = await stat(path)
      .then((found) => found.isFile())
      .catch(() => false);
    if (isThere) return path;
    if (at === dirname(at)) return undefined;
  }
}

export async function readGoWork(path: string): Promise<Workspace> {
  const text = (await readText(path)) ?? "";
  const root = dirname(path);
  const folders = usesOf(text).slice(0, MAX_MODULES);
  const uses = await Promise.all(folders.map((folder) => readModule(resolve(root, folder))));
  return { path, go: goOf(text), uses, replaces: placed(replacesOf(text), root) };
}

/** The go.mod at `path`, and whether the workspace uses its folder. */
export async function readGoMod(path: string, workspace: Workspace | undefined): Promise<GoMod> {
  const real = (folder: string) => realpath(folder).catch(() => folder);
  const own = await real(dirname(path));
  const used = await Promise.all((workspace?.uses ?? []).map(({ folder }) => real(folder)));
  return { path, go: goOf((await readText(path)) ?? ""), isUsed: used.includes(own) };
}

async function readModule(folder: string): Promise<UsedModule> {
  const [goMod, vendored] = await Promise.all([
    readText(join(folder, "go.mod")),
    readText(join(folder, "vendor", "modules.txt")),
  ]);
  return {
    folder,
    module: moduleOf(goMod ?? ""),
    replaces: placed(replacesOf(goMod ?? ""), folder),
    vendored: vendoredOf(vendored ?? ""),
  };
}

/** Targets that are folders become absolute. */
function placed(replaces: readonly Replacement[], folder: string): Replacement[] {
  return replaces.map((replace) => {
    const isFolder = /^\.\.?(?:[\\/]|$)/.test(replace.target) || isAbsolute(replace.target);
    return isFolder ? { ...replace, target: resolve(folder, replace.target) } : replace;
  });
}

/** The folders `$GOPATH/pkg/OS_ARCH` that hold a compiled package. */
export async function stalePackages(goPath: string): Promise<string[]> {
  const stale: string[] = [];
  for (const root of goPath.split(delimiter).filter((path) => path !== "")) {
    const pkg = join(root, "pkg");
    for (const entry of await entriesOf(pkg)) {
      const folder = join(pkg, entry.name);
      if (entry.isDirectory() && /^[a-z0-9]+_[a-z0-9]+/.test(entry.name) && (await hasArchive(folder)))
        stale.push(folder);
    }
  }
  return stale;
}

async function hasArchive(root: string): Promise<boolean> {
  const waiting = [root];
  for (let looked = 0; looked < MAX_FOLDERS; looked++) {
    const folder = waiting.shift();
    if (folder === undefined) return false;
    for (const entry of await entriesOf(folder)) {
      if (entry.isDirectory()) waiting.push(join(folder, entry.name));
      else if (entry.name.endsWith(".a")) return true;
    }
  }
  return false;
}

const entriesOf = (folder: string) => readdir(folder, { withFileTypes: true }).catch(() => []);
