/** The Go files of a folder that a configuration names as its program, and what go makes of them. */
import { open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { PackageFact } from "../launch/facts.js";
import { type GoFile, packageFact } from "../launch/go/go-package.js";

/** A folder with more is not looked into, and of a file no more is read. */
const MAX_GO_FILES = 200;
const MAX_BYTES = 1 << 20;

/** Of a folder, or of one .go file; undefined where it cannot be read or is open to doubt. */
export async function packageAt(place: string, kind: "file" | "directory"): Promise<PackageFact | undefined> {
  if (kind === "file" && !place.endsWith(".go")) return undefined;
  const files = await goFilesIn(kind === "file" ? dirname(place) : place);
  // A launch.json that lies apart from its module says nothing about where its Go files are.
  if (!files || (files.length === 0 && !(await isInModule(place)))) return undefined;
  return packageFact(files, kind === "file" ? basename(place) : undefined);
}

async function goFilesIn(folder: string): Promise<GoFile[] | undefined> {
  try {
    const names = (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => !entry.isDirectory() && entry.name.endsWith(".go"))
      .map(({ name }) => name);
    if (names.length > MAX_GO_FILES) return undefined;
    const files: GoFile[] = [];
    for (const name of names) files.push({ name, text: await textOf(join(folder, name)) });
    return files;
  } catch {
    return undefined;
  }
}

async function isInModule(place: string): Promise<boolean> {
  for (let folder = place; ; folder = dirname(folder)) {
    const isThere = await stat(join(folder, "go.mod")).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isThere) return true;
    if (folder === dirname(folder)) return false;
  }
}

/** A pipe or device by the name of a Go file is no file to read. */
async function textOf(path: string): Promise<string> {
  const found = await stat(path);
  if (!found.isFile()) throw new Error(`${path} is no file`);
  const handle = await open(path);
  try {
    const size = Math.min(found.size, MAX_BYTES);
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(size), 0, size, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}
