/** The processes that a dlv has launched, to end those that it left behind when it was killed. */
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";

/** Children of a process, whichever of its threads started them; empty where /proc does not tell. */
export async function processesOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const children = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => "")),
  );
  return children.flatMap((line) => line.split(" ").filter(Boolean).map(Number));
}

/**
 * When a process began, in the kernel's ticks: tells it from a later one that was given its number. Undefined when it
 * is gone, or where /proc does not tell.
 */
export function beginningOf(pid: number): string | undefined {
  try {
    // The second field, the name, may hold anything; starttime is the 20th after it (proc_pid_stat(5)).
    return readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, "").split(" ")[20];
  } catch {
    return undefined;
  }
}

/** Whether a process that began then is gone. */
export function hasEnded(pid: number, beginning: string | undefined): boolean {
  if (beginning !== undefined) return beginningOf(pid) !== beginning;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

export function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
