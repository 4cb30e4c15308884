/** That nothing is left of a debug session: processes are known by the folder that their command lines name (Linux). */
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "vitest";

const LIMIT_MS = 10_000;

/** Waits for it; fails with what is left. */
export async function nothingRemains(folder: string): Promise<void> {
  for (let wait = 0; wait < LIMIT_MS && remaining(folder).length > 0; wait += 50)
    await new Promise((done) => setTimeout(done, 50));
  expect(remaining(folder)).toEqual([]);
}

function remaining(folder: string): string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        const state = /State:\t(\w)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
        return line.includes(folder) && state !== "Z" ? [`${pid} ${line.replaceAll("\0", " ")}`] : [];
      } catch {
        return [];
      }
    });
}
