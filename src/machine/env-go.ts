/** The go commands on PATH, and the SDK that each belongs to. */
import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BriefAnswer } from "../process/run-to-end.js";
import { parseVersion } from "../delve/dlv/delve-versions.js";
import type { EnvFacts } from "../launch/env/facts.js";
import { toolsNamed } from "../process/find-tool.js";
import { readText } from "./env-files.js";
import type { Env } from "./env-variables.js";

/** Each file once, in the order in which they are found. */
export async function goCommands(env: Env): Promise<string[]> {
  const byFile = new Map<string, string>();
  for await (const { path, from } of toolsNamed("go", env)) {
    const file = from === "PATH" ? await realpath(path).catch(() => undefined) : undefined;
    if (file !== undefined && !byFile.has(file)) byFile.set(file, path);
  }
  return [...byFile.values()];
}

/** The version that an SDK's VERSION file names; undefined for the shim of a version manager, which has none. */
export async function sdkVersion(goPath: string): Promise<string | undefined> {
  const text = await readText(join(await sdkRoot(goPath), "VERSION"));
  return parseVersion(/^go(\S+)/.exec(text ?? "")?.[1] ?? "")?.join(".");
}

/** GOROOT of the environment, and the root of the go command: where it lies, or what a shim's go says without GOROOT. */
export async function goRootOf(
  goPath: string,
  environment: string,
  ask: (args: readonly string[], env: Env) => Promise<Pick<BriefAnswer, "stdout">>,
  env: Env,
): Promise<EnvFacts["goRoots"]> {
  const lies = await sdkRoot(goPath);
  const isSdk = (await readText(join(lies, "VERSION"))) !== undefined;
  const said = isSdk ? lies : (await ask(["env", "GOROOT"], { ...env, GOROOT: undefined })).stdout.trim();
  const command = await realpath(said).catch(() => undefined);
  return command === undefined || said === ""
    ? undefined
    : { environment: await realpath(environment).catch(() => environment), command };
}

const sdkRoot = async (goPath: string) => dirname(dirname(await realpath(goPath).catch(() => goPath)));
