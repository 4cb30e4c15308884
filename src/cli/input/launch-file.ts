/**
 * The files that `godiag launch` reads and writes: found, read without losing a byte, and replaced in one step.
 */
import { open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type DocumentKind, kindOf } from "../../launch/document-kind.js";
import { Failure } from "../failure.js";
import type { Terminal } from "../terminal.js";

export interface LaunchFile {
  /** As the user named it. */
  readonly shown: string;
  /** Absolute; undefined for standard input. */
  readonly path: string | undefined;
  readonly kind: DocumentKind;
  readonly text: string;
  /** What ${workspaceFolder} stands for. */
  readonly folder: string;
}

/** Nobody writes configurations of this size; more is another file by mistake. */
const MAX_BYTES = 64 << 20;

/** launch.json and settings.json of the nearest folder upwards that has one of them. */
export async function defaultFiles(from: string): Promise<string[]> {
  for (let folder = from; ; folder = dirname(folder)) {
    const found: string[] = [];
    for (const name of ["launch.json", "settings.json"]) {
      const path = join(folder, ".vscode", name);
      if (await isFile(path)) found.push(path);
    }
    if (found.length > 0) return found;
    if (folder === dirname(folder)) return [];
  }
}

export async function readLaunchFile(terminal: Terminal, shown: string): Promise<LaunchFile> {
  if (shown === "-") {
    const text = decode(await terminal.readStdin(), "standard input");
    return { shown: "standard input", path: undefined, kind: "launch", text, folder: terminal.cwd };
  }
  const what = `cannot read ${shown}`;
  let path = resolve(terminal.cwd, shown);
  try {
    let found = await stat(path);
    if (found.isDirectory()) {
      path = join(path, ".vscode", "launch.json");
      found = await stat(path);
    }
    if (!found.isFile()) throw new Failure("no-file", what, "it is no file", "Name a launch.json");
    if (found.size > MAX_BYTES)
      throw new Failure("too-large", what, `it has ${found.size} bytes`, "Name a launch.json");
    const folder = basename(dirname(path)) === ".vscode" ? dirname(dirname(path)) : dirname(path);
    return { shown, path, kind: kindOf(path), text: decode(await readFile(path), shown), folder };
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR")
      throw new Failure("no-file", what, "there is no such file", "Check the path");
    if (code === "ELOOP") throw new Failure("no-file", what, "it is a symbolic link in a circle", "Check the link");
    if (code === "EACCES" || code === "EPERM")
      throw new Failure("no-access", what, "permission denied", "Check who may read it");
    throw new Failure("unreadable", what, message, "Check the file");
  }
}

/** Replaces the file behind symbolic links in one step; a reader sees the old text or the new one. */
export async function writeLaunchFile(file: LaunchFile, text: string): Promise<void> {
  const what = `cannot write ${file.shown}`;
  if (file.path === undefined)
    throw new Failure("no-file", what, "it is no file", "Leave --write out to have the text printed");
  const target = await realpath(file.path);
  const { mode, uid, gid } = await stat(target);
  // Root may write read-only files all the same; the mark is somebody's wish.
  if ((mode & 0o222) === 0) {
    throw new Failure(
      "read-only",
      what,
      "it is read-only",
      "Make it writable, or leave --write out to have the text printed",
    );
  }
  if ((await readFile(target, "utf8")) !== file.text)
    throw new Failure("changed", what, "it was changed meanwhile", "Run the command again");
  const partial = join(dirname(target), `.${basename(target)}.${process.pid}.partial`);
  try {
    const handle = await open(partial, "wx", mode & 0o777);
    try {
      await handle.writeFile(text, "utf8");
      await handle.chmod(mode & 0o777);
      await handle.chown(uid, gid).catch(() => {}); // only root can give files away
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === "EACCES" || code === "EPERM" || code === "EROFS" ? "its folder may not be written to" : message;
    throw new Failure("no-access", what, why, "Check who may write there");
  }
}

function decode(bytes: Uint8Array, shown: string): string {
  try {
    // The byte order mark stays: what is written back must not differ where nothing was fixed.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Failure("encoding", `cannot read ${shown}`, "it is not UTF-8", "Save it as UTF-8");
  }
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
