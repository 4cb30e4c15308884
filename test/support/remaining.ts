/**
 * That nothing is left of a debug session: processes are known by their numbers, or by the folder that their command
 * lines name (Linux).
 */
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "vitest";

const LIMIT_MS = 10_000;

/** Waits until none of a folder is left; fails with those that are. */
export function nothingRemains(folder: string): Promise<void> {
  return noneLeft(() =>
    readdirSync("/proc")
      .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
      .map((pid) => ({ pid, line: commandLineOf(pid) }))
      .filter(({ line }) => line?.includes(folder))
      .map(({ pid, line }) => `${pid} ${line?.replaceAll("\0", " ")}`),
  );
}

/** Waits until processes have ended, whoever is to reap them. */
export function gone(pids: readonly number[]): Promise<void> {
  return noneLeft(() => pids.filter((pid) => commandLineOf(String(pid)) !== undefined));
}

async function noneLeft(left: () => readonly unknown[]): Promise<void> {
  for (let wait = 0; wait < LIMIT_MS && left().length > 0; wait += 50)
    await new Promise((done) => setTimeout(done, 50));
  expect(left()).toEqual([]);
}

/** Undefined of a process that has ended, also where nobody has asked how. */
function commandLineOf(pid: string): string | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return /State:\tZ/.test(readFileSync(`/proc/${pid}/status`, "utf8")) ? undefined : line;
  } catch {
    return undefined;
  }
}
