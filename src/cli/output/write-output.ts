/**
 * Writes what a command made: to a file, whole or not at all, or to stdout.
 *
 * A file is written under another name beside its place and then renamed, so a half-written export never
 * stands where a good one stood.
 */
import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { Failure } from "../failure.js";
import type { Terminal } from "../terminal.js";

export type Pieces = Iterable<string> | Iterable<Uint8Array>;

/** Writes pieces one after the other; returns the file's absolute path. Throws Failure. */
export async function writeFileWhole(terminal: Terminal, file: string, pieces: Pieces): Promise<string> {
  const path = resolve(terminal.cwd, file);
  const unfinished = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const handle = await open(unfinished, "wx");
    try {
      for (const piece of pieces) await handle.writeFile(piece);
    } finally {
      await handle.close();
    }
    await rename(unfinished, path);
    return path;
  } catch (error) {
    await rm(unfinished, { force: true });
    if (!isSystemError(error)) throw error;
    throw new Failure("unwritable", `cannot write ${file}`, error.message, "Choose another place");
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}
