/**
 * The dlv of this machine and what it said about its flags, remembered for a while: each answer costs dlv's whole
 * start, and rules that run at every keystroke want the same ones.
 */
import { acceptsFlag, type Delve, findDelve } from "../delve/dlv/capabilities.js";
import type { Facts } from "../launch/facts.js";
import type { Env } from "./env-variables.js";

/** How to look for a dlv: `dlv` is a path that the user chose, which has no substitute. */
export interface DelveSearch {
  readonly dlv: string | undefined;
  readonly env: Env;
}

/** A file with more flags than these was not written by a person. */
const MAX_FLAGS = 32;
/** dlv may be updated while the editor is open. */
const REMEMBERED_FOR_MS = 60_000;

interface Remembered {
  readonly found: Promise<Delve | undefined>;
  readonly flags: Map<string, Promise<boolean | undefined>>;
  readonly askedAt: number;
}

const remembered = new Map<string, Remembered>();

/** Undefined when there is none. */
export function installedDelve(search: DelveSearch): Promise<Delve | undefined> {
  return lookUp(search).found;
}

/** The dlv as the rules know it, with its answers about `flags` (names without dashes). */
export async function delveFacts(search: DelveSearch, flags: readonly string[]): Promise<Facts["dlv"]> {
  const delve = lookUp(search);
  const found = await delve.found;
  if (!found?.version) return undefined;
  const names = [...new Set(flags)].filter((name) => /^[a-z][a-z0-9-]*$/.test(name)).slice(0, MAX_FLAGS);
  const dapFlags: Record<string, boolean> = {};
  const lane = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      let asked = delve.flags.get(name);
      if (!asked) delve.flags.set(name, (asked = acceptsFlag(found.path, "dap", `--${name}`)));
      const takes = await asked;
      if (takes !== undefined) dapFlags[name] = takes;
    }
  };
  await Promise.all([lane(), lane()]);
  return { version: found.version.join("."), path: found.path, dapFlags };
}

/** After a change of settings, or when the workspace became trusted. */
export function forgetInstalledDelve(): void {
  remembered.clear();
}

function lookUp(search: DelveSearch): Remembered {
  const { dlv: setting, env } = search;
  const places = ["PATH", "GOBIN", "GOPATH", "HOME"].map((name) => env[name]);
  const key = JSON.stringify([setting, places]);
  const before = remembered.get(key);
  if (before && Date.now() - before.askedAt < REMEMBERED_FOR_MS) return before;
  const delve = { found: findDelve({ setting, env }), flags: new Map(), askedAt: Date.now() };
  remembered.set(key, delve);
  return delve;
}
