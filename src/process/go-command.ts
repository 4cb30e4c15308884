/**
 * The go command of the environment, by its whole path (find-tool.ts), with a folder of our own for what it builds in
 * passing: `go list`, `go env` and `go tool` too make a `go-build…` folder, and leave it when they are broken off.
 */
import { toolsNamed } from "./find-tool.js";
import { type BriefAnswer, type RunAnswer, type RunOptions, type RunProblem, runToEnd } from "./run-to-end.js";
import { temporaryFolder } from "./temporary-folder.js";

const ASK_LIMIT_MS = 60_000;

/** Undefined where there is none. */
export async function findGo(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for await (const { path } of toolsNamed("go", env)) return path;
  return undefined;
}

/** Never rejects. A GOTMPDIR of the environment stays. */
export async function runGo(args: readonly string[], options: RunOptions): Promise<RunAnswer | RunProblem> {
  const { env = process.env } = options;
  const go = await findGo(env);
  if (go === undefined) return "not-found";
  const folder = temporaryFolder();
  try {
    return await runToEnd(go, args, { ...options, env: { GOTMPDIR: folder.path, ...env } });
  } finally {
    folder.remove();
  }
}

/** What it prints, as text. */
export async function askGo(
  args: readonly string[],
  { limitMs = ASK_LIMIT_MS, ...options }: Partial<RunOptions> = {},
): Promise<BriefAnswer | RunProblem> {
  const answer = await runGo(args, { limitMs, ...options });
  if (typeof answer === "string") return answer;
  return { ...answer, stdout: answer.stdout.toString("utf8"), stderr: answer.stderr.toString("utf8") };
}
