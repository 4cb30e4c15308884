/**
 * Questions to a program: run it, read what it says, and have an answer within a limit whatever it does.
 */
import { type ChildProcess, spawn } from "node:child_process";

export interface BriefAnswer {
  readonly stdout: string;
  readonly stderr: string;
  /** Undefined when it was ended by a signal. */
  readonly exitCode: number | undefined;
}

export type BriefProblem = "not-found" | "timed-out";

/** On Unix a process group of its own, so that its descendants end with it: a shim that starts the real program. */
const ownGroup = process.platform !== "win32";
const maxOutputBytes = 1 << 20;

/** Runs to the end or to the limit; output beyond 1 MiB is dropped. Never throws, never hangs. */
export function askProgram(
  command: string,
  args: readonly string[],
  { limitMs = 2_000, cwd, env }: { limitMs?: number; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<BriefAnswer | BriefProblem> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      detached: ownGroup,
      ...(cwd !== undefined && { cwd }),
      ...(env !== undefined && { env }),
    });
    const streams = [child.stdout, child.stderr];
    const texts = ["", ""];
    streams.forEach((stream, i) => {
      stream.setEncoding("utf8");
      stream.on("data", (chunk: string) => {
        if (texts[i].length < maxOutputBytes) texts[i] += chunk;
      });
    });
    const settle = (answer: BriefAnswer | BriefProblem) => {
      clearTimeout(timer);
      resolve(answer);
    };
    const timer = setTimeout(() => {
      end(child);
      // A grandchild that left the group may hold the pipes open for ever: do not wait for their end.
      for (const stream of streams) stream.destroy();
      settle("timed-out");
    }, limitMs);
    child.on("error", () => settle("not-found"));
    child.on("close", (code) => settle({ stdout: texts[0], stderr: texts[1], exitCode: code ?? undefined }));
  });
}

function end(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(ownGroup ? -child.pid : child.pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}
