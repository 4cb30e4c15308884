/** How to get through to a running program: headers and trust, the same for every command that takes a target. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { Access } from "../../capture/pprof-endpoint.js";
import { Failure } from "../failure.js";
import type { Terminal } from "../terminal.js";

export interface TargetOptions {
  /** "Name: value", or "@FILE" with one a line, which keeps secrets out of the list of processes. */
  readonly header?: readonly string[];
  readonly insecure?: boolean;
}

export function addTargetOptions(command: Command): Command {
  return command
    .option(
      "--header <header>",
      'send "Name: value" with every request; @FILE reads them from a file (repeatable)',
      (value: string, before: readonly string[] | undefined) => [...(before ?? []), value],
    )
    .option("--insecure", "accept a certificate that nobody vouches for");
}

/** Throws Failure for a header that is none. */
export async function accessOf(options: TargetOptions, terminal: Terminal): Promise<Access> {
  const headers: Record<string, string> = {};
  for (const given of options.header ?? []) {
    const lines = given.startsWith("@") ? await linesOf(given.slice(1), terminal) : [given];
    for (const line of lines) {
      const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+)\s*:\s*([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? [];
      if (name === undefined) {
        // The text may be a secret: it is not repeated.
        throw new Failure("usage", "cannot use a --header", "it is not of the form Name: value", "See godiag --help");
      }
      headers[name.toLowerCase()] = value.trim();
    }
  }
  return {
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(options.insecure === true && { anyCertificate: true }),
  };
}

async function linesOf(file: string, terminal: Terminal): Promise<readonly string[]> {
  try {
    const text = await readFile(resolve(terminal.cwd, file), "utf8");
    return text.split(/\r?\n/).filter((line) => line.trim() !== "");
  } catch (error) {
    throw new Failure("unreadable", `cannot read ${file}`, (error as Error).message, "Check the file of --header");
  }
}
