/**
 * Reads what a command was pointed at: a file, or `-` for standard input, gunzipped where it was gzipped.
 *
 * What can go wrong with a file is told in words that say which file and what to do.
 */
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { gunzip, isGzip } from "../capture/gunzip.js";
import { FormatError } from "../core/format-error.js";
import { Failure } from "./failure.js";
import type { Terminal } from "./terminal.js";

/** The bytes of `arg`; throws Failure. */
export async function readInput(terminal: Terminal, arg: string): Promise<Uint8Array> {
  const name = arg === "-" ? "standard input" : arg;
  const bytes = arg === "-" ? await terminal.readStdin() : await readNamed(resolve(terminal.cwd, arg), arg);
  if (bytes.length === 0) {
    throw new Failure("empty", `cannot read ${name}`, "it is empty (0 bytes)", "Capture the profile again");
  }
  if (!isGzip(bytes)) return bytes;
  try {
    return gunzip(bytes);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new Failure(error.code, `cannot unpack ${name}`, error.message, "Capture the profile again", error.offset);
  }
}

async function readNamed(path: string, shown: string): Promise<Uint8Array> {
  const what = `cannot read ${shown}`;
  try {
    if ((await stat(path)).isDirectory()) {
      throw new Failure("directory", what, "it is a directory", "Name a profile inside it");
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new Failure("no-file", what, "there is no such file", "Check the path");
    if (code === "EACCES" || code === "EPERM") {
      throw new Failure("no-access", what, "permission denied", "Check who may read it");
    }
    throw new Failure("unreadable", what, message, "Check the file");
  }
}
