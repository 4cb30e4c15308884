/**
 * What activation has loaded, in an extension host where nothing was used yet. Features are loaded by `import()` when
 * they are first used; the bundler writes what the start and they share into files of their own, which are not features.
 */
import { readFileSync } from "node:fs";
import Module from "node:module";
import { basename, dirname, join } from "node:path";
import type * as vscode from "vscode";

export interface Activation {
  /** Files of the extension that are loaded. */
  readonly files: readonly string[];
  /** … and those of them that its main file does not need to be there. */
  readonly features: readonly string[];
}

export async function activation(code: typeof vscode, id: string): Promise<Activation> {
  const extension = code.extensions.getExtension(id);
  if (extension === undefined) throw new Error(`${id} is not installed`);
  await extension.activate();
  const folder = join(extension.extensionPath, "dist");
  const loaded = Object.keys((Module as unknown as { readonly _cache: Readonly<Record<string, unknown>> })._cache);
  const files = loaded.filter((file) => dirname(file) === folder).map((file) => basename(file));
  const needed = neededBy(folder, "extension.cjs");
  return { files, features: files.filter((file) => !needed.has(file)) };
}

/** A file and what it requires at once, which is all but what stands in `Promise.resolve().then(() => …)`. */
function neededBy(folder: string, file: string, known = new Set<string>()): Set<string> {
  known.add(file);
  const text = readFileSync(join(folder, file), "utf8").replace(/then\(\(\)=>[\w$]+\(require\("[^"]+"\)/g, "");
  for (const [, name] of text.matchAll(/require\("\.\/(extension-\w+\.cjs)"\)/g))
    if (!known.has(name)) neededBy(folder, name, known);
  return known;
}
