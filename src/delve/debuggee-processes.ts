/** The processes that a dlv has launched, to end those that it left behind when it was killed. Linux only. */
import { readdir, readFile } from "node:fs/promises";

/** Children of a process, whichever of its threads started them; empty where /proc does not tell. */
export async function processesOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const children = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => "")),
  );
  return children.flatMap((line) => line.split(" ").filter(Boolean).map(Number));
}

export function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
