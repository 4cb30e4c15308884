/**
 * The guard: a small process beside ours, in a session of its own, that outlives us by as long as it takes to end what
 * we have started, to let go on what we have stopped, and to remove our folders. It knows that we are gone by the end of
 * its standard input, whatever ended us. Its bundle is dist/guard.cjs.
 */
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { endProcesses } from "./end-processes.js";
import type { Guarded, GuardMessage } from "./guard-protocol.js";
import { leaveTarget } from "./leave-target.js";
import { putBack } from "./memory/put-back.js";
import { hasEnded, signal } from "./proc.js";

const all = new Map<number, Guarded>();

for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => {});

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  try {
    const { id, guarded } = JSON.parse(line) as GuardMessage;
    if (guarded === undefined) all.delete(id);
    else all.set(id, guarded);
  } catch {
    // Cut off: we were killed while we wrote it. What is not told completely has not begun.
  }
});
lines.on("close", () => void endAll());

async function endAll(): Promise<void> {
  const busy = setInterval(() => {}, 1_000); // Node ends when nothing but unreferenced timers is left
  const left = [...all.values()];
  await Promise.allSettled(
    left.map(async (one) => {
      if (one.kind === "folder") return;
      if (one.kind === "stopped") {
        if (!hasEnded(one.pid, one.beginning)) signal(one.pid, "SIGCONT");
        return;
      }
      if (one.kind === "changed") {
        if (!hasEnded(one.pid, one.beginning)) putBack(one.pid, one.before);
        return;
      }
      if (one.attachment === undefined) return endProcesses(one.process);
      return leaveTarget(one.attachment, one.process);
    }),
  );
  // What ran may have written into them to the last.
  await Promise.allSettled(
    left.map(async (one) => {
      if (one.kind === "folder") await rm(one.path, { recursive: true, force: true, maxRetries: 5 });
    }),
  );
  clearInterval(busy);
}
