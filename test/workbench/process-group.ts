/**
 * A process together with everything that it starts: started as one group and stopped as one group, so that no server
 * and no program under test outlives the tests. Its output goes to a log that a failure can point to.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { until } from "./until.js";

export interface ProcessGroup {
  readonly logFile: string;
  log(): string;
  /** Exit code or signal once it has ended. */
  ended(): string | undefined;
  stop(): Promise<void>;
}

const running = new Set<number>();
const endAll = () => {
  for (const pid of running) signal(pid, "SIGKILL");
};
process.on("exit", endAll);
// How the test runner ends a worker that hangs; "exit" is not heard then.
process.on("SIGTERM", () => {
  endAll();
  process.exit(143);
});

export function startGroup(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; logFile: string },
): ProcessGroup {
  const log = openSync(options.logFile, "a");
  // detached: a process group of its own, whose id is the pid.
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  let end: string | undefined;
  child.on("error", (error) => (end ??= error.message));
  child.on("exit", (code, exitSignal) => (end ??= exitSignal ?? `exit code ${code}`));
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  return {
    logFile: options.logFile,
    log: () => readFileSync(options.logFile, "utf8"),
    ended: () => end,
    stop: async () => {
      if (pid === undefined || !running.has(pid)) return;
      signal(pid, "SIGTERM");
      await until(`${command} to end`, () => end, { limitMs: 5_000 }).catch(() => undefined);
      // The leader has ended or will not; whatever is left of its group goes now.
      signal(pid, "SIGKILL");
      running.delete(pid);
    },
  };
}

function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name);
  } catch {
    // The group is gone already.
  }
}
