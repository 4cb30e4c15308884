/**
 * Programs that are run for what they print: to their end, to a limit, or until they are given up; then nothing of them
 * is left. A shim may start the real program, and a program may hold its pipes open for ever: both end with it.
 */
import { startProcess } from "./start-process.js";

export interface RunOptions {
  readonly limitMs: number;
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What it reads on its standard input; nothing. */
  readonly input?: string;
  /** Of each of its two streams; what is beyond is dropped (1 MiB). */
  readonly maxBytes?: number;
  /** Each piece of either stream, as it comes. */
  readonly onOutput?: (text: string) => void;
}

export interface RunAnswer {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Undefined when it was ended by a signal. */
  readonly exitCode: number | undefined;
}

export type RunProblem = "not-found" | "timed-out" | "aborted";

export interface BriefAnswer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

const MAX_BYTES = 1 << 20;

/** Never rejects. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  { limitMs, cwd, env, signal, input, maxBytes = MAX_BYTES, onOutput }: RunOptions,
): Promise<RunAnswer | RunProblem> {
  if (signal?.aborted) return "aborted";
  const started = startProcess(command, args, {
    ...{ cwd, env, stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"], patienceMs: 0 },
  });
  const { child } = started;
  child.stdin?.on("error", () => {}); // it may end before it has read all
  child.stdin?.end(input);
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
    const kept = { chunks: [] as Buffer[], bytes: 0 };
    stream?.on("data", (chunk: Buffer) => {
      onOutput?.(chunk.toString());
      if (kept.bytes < maxBytes) kept.chunks.push(chunk);
      kept.bytes += chunk.length;
    });
    return kept;
  });
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const outcome = await new Promise<RunProblem | number | undefined>((resolve) => {
    child.once("error", () => resolve("not-found"));
    child.once("close", (code) => resolve(code ?? undefined));
    timer = setTimeout(() => resolve("timed-out"), limitMs);
    onAbort = () => resolve("aborted");
    signal?.addEventListener("abort", onAbort);
  });
  clearTimeout(timer);
  signal?.removeEventListener("abort", onAbort);
  if (outcome === "timed-out" || outcome === "aborted") await started.stop();
  if (typeof outcome === "string") return outcome;
  return { stdout: Buffer.concat(stdout.chunks), stderr: Buffer.concat(stderr.chunks), exitCode: outcome };
}

/** A question to a program, such as its version. */
export async function askProgram(
  command: string,
  args: readonly string[],
  { limitMs = 2_000, ...options }: Partial<RunOptions> = {},
): Promise<BriefAnswer | RunProblem> {
  const answer = await runToEnd(command, args, { limitMs, ...options });
  if (typeof answer === "string") return answer;
  return { ...answer, stdout: answer.stdout.toString("utf8"), stderr: answer.stderr.toString("utf8") };
}
