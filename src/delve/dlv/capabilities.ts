/**
 * Which Delve there is and what it can do, found out by asking it. Nothing is debugged and nothing listens; every
 * question has an answer in two seconds, "unknown" (undefined) among them.
 */
import { basename, resolve } from "node:path";
import { isExecutable, toolsNamed } from "../../process/find-tool.js";
import { askProgram } from "../../process/run-to-end.js";
import { parseVersion, type Version } from "./delve-versions.js";

export interface Delve {
  readonly path: string;
  /** How it was found. */
  readonly from: "setting" | "PATH" | "GOBIN" | "GOPATH";
  /** Undefined when it does not say, or takes too long to. */
  readonly version: Version | undefined;
}

/**
 * The Delve that a debug session would use: the path that was asked for, else the first on PATH, in GOBIN, in
 * GOPATH/bin. Undefined when there is none; a path that was asked for has no substitute.
 */
export async function findDelve(search: {
  readonly setting?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Promise<Delve | undefined> {
  const { setting: path, env } = search;
  if (path) {
    if (!(await isExecutable(path))) return undefined;
    const named = path === basename(path) ? resolve(path) : path; // a bare name would be looked for on PATH
    return { path: named, from: "setting", version: await delveVersion(named) };
  }
  for await (const { path: found, from } of toolsNamed("dlv", env)) {
    return { path: found, from, version: await delveVersion(found) };
  }
  return undefined;
}

/** What `dlv version` says. */
export async function delveVersion(path: string): Promise<Version | undefined> {
  const answer = await askProgram(path, ["version"]);
  if (typeof answer === "string") return undefined;
  const said = /^Version: (\S+)/m.exec(answer.stdout)?.[1];
  return said === undefined ? undefined : parseVersion(said);
}

/**
 * Whether `dlv COMMAND` knows a flag, hidden ones too; undefined when it does not tell. Exit codes mean nothing here:
 * Delve ends with 0 after an unknown flag. `--help` stands first, so that a flag which wants a value cannot swallow it
 * and start something.
 */
export async function acceptsFlag(path: string, command: string, flag: string): Promise<boolean | undefined> {
  if (!/^[a-z]+$/.test(command) || !/^--[a-z][a-z0-9-]*(=|$)/.test(flag)) return undefined;
  const answer = await askProgram(path, [command, "--help", flag]);
  if (typeof answer === "string") return undefined;
  if (answer.stdout !== "") return true;
  if (/^Error: unknown flag:/m.test(answer.stderr)) return false;
  return /^Error: (?:flag needs an argument|invalid argument)/m.test(answer.stderr) ? true : undefined;
}
