/**
 * The end of a debugger of ours and the freedom of the process that it has attached to: the one way of it, whether the
 * work is done, is given up, or we have ended.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { detachDelve, type RestoredVariable, type SocketAddress } from "./detach-delve.js";
import { endProcesses, type StartedProcess } from "./end-processes.js";
import { hasEnded, signal } from "./proc.js";
import { goesOn, type Target } from "./target.js";

/**
 * Delve attaches and reads debug information, and answers nothing; it answers, and the process still stands in the stop
 * that the attach began with; Delve has let it run. Until then Delve may be killed, and the stop undone (target.ts); later
 * a signal would be left over that ends the program.
 */
export type AttachPhase = "attaching" | "still" | "has-run";

export interface Attachment {
  readonly target: Target;
  readonly phase: AttachPhase;
  /** Where Delve answers JSON-RPC; undefined of a `dlv dap`, which lets go by itself when its client has gone. */
  readonly address: SocketAddress | undefined;
  /** Set before it is let go of. */
  readonly restore?: readonly RestoredVariable[];
}

/** How long Delve may take to let go, on a busy machine too. */
const LIMITS_MS: Readonly<Record<AttachPhase, number>> = { attaching: 200, still: 3_000, "has-run": 10_000 };
const LOOK_MS = 10;

/**
 * Resolves when the process goes on and the debugger is gone with all that it started. `letGoMs` shortens the time that
 * a debugger has that may be killed.
 */
export async function leaveTarget(attachment: Attachment, delve: StartedProcess, letGoMs = Infinity): Promise<void> {
  const { target, phase, address, restore } = attachment;
  const { pid, beginning } = delve;
  const isGone = () => pid === undefined || hasEnded(pid, beginning);
  const limitMs = phase === "has-run" ? LIMITS_MS[phase] : Math.min(letGoMs, LIMITS_MS[phase]);
  const giveUpAt = performance.now() + limitMs;
  if (address !== undefined && !isGone()) await detachDelve(address, target, limitMs, restore);
  // A `dlv dap` whose client has gone lets go by itself.
  while (address === undefined && !isGone() && performance.now() < giveUpAt) await sleep(LOOK_MS);
  if (phase !== "has-run" && pid !== undefined && !isGone() && process.platform === "linux") signal(pid, "SIGKILL");
  await endProcesses(delve);
  await goesOn(target);
}
