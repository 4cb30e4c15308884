/**
 * The end of a debugger of ours and the freedom of the process that it has attached to: the one way of it, whether the
 * work is done, is given up, or we have ended.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { detachDelve, type SocketAddress } from "./detach-delve.js";
import { endProcesses, type StartedProcess } from "./end-processes.js";
import { hasEnded, signal } from "./proc.js";
import { goesOn, type Target } from "./target.js";

export interface Attachment {
  readonly target: Target;
  /**
   * Whether Delve has let it run since. One that has not stands in the stop that the attach began with: Delve may be
   * killed then, and the stop undone (target.ts). Later a signal would be left over that ends the program.
   */
  readonly hasRun: boolean;
  /** Where Delve answers JSON-RPC; undefined of a `dlv dap`, which lets go by itself when its client has gone. */
  readonly address: SocketAddress | undefined;
}

/** A Delve that has begun to debug answers, and a `dlv dap` whose client has gone lets go by itself. */
const LEAVE_LIMIT_MS = 10_000;
/** One that still reads debug information does not answer, and the process stands still meanwhile. */
const ATTACHING_LIMIT_MS = 200;
const LOOK_MS = 10;

/** Resolves when the process goes on and the debugger is gone with all that it started. */
export async function leaveTarget(attachment: Attachment, delve: StartedProcess): Promise<void> {
  const { target, hasRun, address } = attachment;
  const { pid, beginning } = delve;
  const isGone = () => pid === undefined || hasEnded(pid, beginning);
  const limitMs = hasRun ? LEAVE_LIMIT_MS : ATTACHING_LIMIT_MS;
  const giveUpAt = performance.now() + limitMs;
  if (address !== undefined && !isGone()) await detachDelve(address, target, limitMs);
  while (address === undefined && !isGone() && performance.now() < giveUpAt) await sleep(LOOK_MS);
  if (!hasRun && pid !== undefined && !isGone() && process.platform === "linux") signal(pid, "SIGKILL");
  await endProcesses(delve);
  await goesOn(target);
}
