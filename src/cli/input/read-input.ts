/**
 * Reads what a command was pointed at: a file, or `-` for standard input, gunzipped where it was gzipped.
 *
 * What can go wrong with a file is told in words that say which file and what to do.
 */
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { gunzip } from "../../capture/gunzip.js";
import { type Gunzipped, isGzip } from "../../core/text/gzip.js";
import { openProfile } from "../../core/open.js";
import type { Profile } from "../../core/profile/profile.js";
import { Failure } from "../failure.js";
import { CAPTURE_AGAIN, formatFailure } from "./format-failure.js";
import type { Terminal } from "../terminal.js";

/** The bytes of `arg`, unpacked; what was odd about the packing goes to stderr. Throws Failure. */
export async function readInput(terminal: Terminal, arg: string): Promise<Uint8Array> {
  const { bytes, warnings } = await readUnpacked(terminal, arg);
  for (const { message } of warnings) terminal.err(`godiag: warning: ${shownName(arg)}: ${message}`);
  return bytes;
}

/** The profile in `arg`, with all warnings in it. Throws Failure. */
export async function openInput(terminal: Terminal, arg: string): Promise<Profile> {
  const { bytes, warnings } = await readUnpacked(terminal, arg);
  try {
    const profile = openProfile(bytes);
    return warnings.length === 0 ? profile : { ...profile, warnings: [...warnings, ...profile.warnings] };
  } catch (error) {
    throw formatFailure(error, `cannot read ${shownName(arg)}`);
  }
}

async function readUnpacked(terminal: Terminal, arg: string): Promise<Gunzipped> {
  const name = shownName(arg);
  const bytes = arg === "-" ? await terminal.readStdin() : await readNamed(resolve(terminal.cwd, arg), arg);
  if (bytes.length === 0) throw new Failure("empty", `cannot read ${name}`, "it is empty (0 bytes)", CAPTURE_AGAIN);
  if (!isGzip(bytes)) return { bytes, warnings: [] };
  try {
    return gunzip(bytes);
  } catch (error) {
    throw formatFailure(error, `cannot unpack ${name}`);
  }
}

function shownName(arg: string): string {
  return arg === "-" ? "standard input" : arg;
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
