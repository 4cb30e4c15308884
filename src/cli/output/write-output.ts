/**
 * Writes what a command made: to a file, whole or not at all, or to stdout where the file is "-".
 *
 * A file is written under another name beside its place and then renamed, so a half-written export never stands where a
 * good one stood. What is there keeps what it is: a link still leads to its file, a file keeps its mode, and what is no
 * file (a device, a pipe) is written into.
 */
import { randomBytes } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Failure } from "../failure.js";
import type { Terminal } from "../terminal.js";

export type Pieces = Iterable<string> | Iterable<Uint8Array>;

/** Where a command writes when it is told to write to "-". */
export const STDOUT = "-";

/** Writes pieces one after the other; returns the file's absolute path, or "-". Throws Failure. */
export async function writeFileWhole(terminal: Terminal, file: string, pieces: Pieces): Promise<string> {
  if (file === STDOUT) {
    for (const piece of pieces) {
      if (typeof piece === "string") terminal.document(piece);
      else terminal.bytes?.(piece);
    }
    return STDOUT;
  }
  const named = resolve(terminal.cwd, file);
  let unfinished: string | undefined;
  try {
    const path = await realpath(named).catch(() => named);
    const there = await stat(path).catch(() => undefined);
    if (there !== undefined && !there.isFile() && !there.isDirectory()) {
      await writeInto(path, "w", pieces);
      return named;
    }
    unfinished = `${path}.${randomBytes(6).toString("hex")}.tmp`;
    await writeInto(unfinished, "wx", pieces, there);
    await rename(unfinished, path);
    return named;
  } catch (error) {
    if (unfinished !== undefined) await rm(unfinished, { force: true });
    if (!isSystemError(error)) throw error;
    throw new Failure("unwritable", `cannot write ${file}`, error.message, "Choose another place");
  }
}

interface Kept {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

async function writeInto(path: string, flag: "w" | "wx", pieces: Pieces, like?: Kept): Promise<void> {
  const handle = await open(path, flag, like === undefined ? 0o666 : like.mode & 0o777);
  try {
    for (const piece of pieces) await handle.writeFile(piece);
    if (like === undefined) return;
    await handle.chown(like.uid, like.gid).catch(() => {}); // only root can give files away
    await handle.chmod(like.mode & 0o7777);
  } finally {
    await handle.close();
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}
