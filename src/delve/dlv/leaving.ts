/**
 * How a process that Delve has attached to goes on unharmed when Delve leaves it.
 *
 * Delve halts a program on Linux by SIGTRAP (`requestManualStop`, pkg/proc/native/proc_linux.go). Where a breakpoint stops
 * it at that moment, the signal is left over: it does no harm when the program is continued, and ends one that is let go.
 * And a Delve that is told to end right behind a `continue` halts before the program runs, forgets that, and waits for
 * ever; when it is killed then, its breakpoints stay in the program. (Seen with 1.24 and 1.27.)
 */
import { readFileSync } from "node:fs";
import { setTimeout as after } from "node:timers/promises";

/** As a bit of the masks in /proc/PID/status, proc_pid_status(5). */
const SIGTRAP = 1n << 4n;

/**
 * The program stands still afterwards, and no signal of Delve's waits for one of its processes. `ask` is a DAP request to
 * Delve, which keeps a `pause` in order behind a `continue`.
 */
export async function makeReadyToLeave(
  pids: readonly number[],
  ask: (command: "pause" | "continue") => Promise<unknown>,
  limitMs: number,
): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  const hasToRun = () => performance.now() < giveUpAt && pids.some(hasPendingTrap);
  await ask("pause");
  while (hasToRun()) {
    await ask("continue");
    while (hasToRun()) await after(1);
    await ask("pause");
  }
}

/** False where the system does not tell. */
function hasPendingTrap(pid: number): boolean {
  try {
    const pending = /^ShdPnd:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return pending !== undefined && (BigInt(`0x${pending}`) & SIGTRAP) !== 0n;
  } catch {
    return false;
  }
}
