/** Waits until processes have ended, whoever is to reap them. */
import { readFileSync } from "node:fs";
import { expect } from "vitest";

const LIMIT_MS = 10_000;

export async function gone(pids: readonly number[]): Promise<void> {
  const alive = () => pids.filter(isAlive);
  for (let wait = 0; wait < LIMIT_MS && alive().length > 0; wait += 50) {
    await new Promise((done) => setTimeout(done, 50));
  }
  expect(alive()).toEqual([]);
}

function isAlive(pid: number): boolean {
  try {
    return !/State:\tZ/.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
