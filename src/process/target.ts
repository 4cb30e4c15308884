/**
 * A process that was there before us and that we stop: how it was before, and how it goes on as it was, once its
 * debugger has gone, however that went. Linux; elsewhere the system lets a process go on when its debugger ends.
 *
 * A tracer that ends (ptrace(2)) leaves behind the stop signal that it attached with, and its breakpoints.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { beginningOf, hasEnded, signal, statOf, threadsOf, tracingOf } from "./proc.js";
import { type ChangedCode, changedCode, restoreCode } from "./traps.js";

export interface Target {
  readonly pid: number;
  readonly beginning: string | undefined;
  /** Somebody else had stopped it: then it is left so. */
  readonly wasStopped: boolean;
  /** Code that was not as in its file. */
  readonly changed: readonly number[];
}

const SIGSTOP = 1n << 18n;
const LOOK_MS = 2;
/** So often in a row nothing waits to stop it: a signal between being taken and being obeyed is not seen. */
const CALM = 5;
const LIMIT_MS = 10_000;

export function targetAsFound(pid: number): Target {
  return {
    pid,
    beginning: beginningOf(pid),
    wasStopped: statOf(pid)?.state === "T",
    changed: [...changedCode(pid)],
  };
}

/** Resolves when it goes on as it was before, without its debugger; or has ended, or has another debugger by now. */
export async function goesOn(target: Target): Promise<void> {
  const { pid, beginning, wasStopped } = target;
  if (process.platform !== "linux") return;
  const before: ChangedCode = new Set(target.changed);
  const giveUpAt = performance.now() + LIMIT_MS;
  let isRestored = false;
  let calm = 0;
  while (calm < CALM && performance.now() < giveUpAt && !hasEnded(pid, beginning)) {
    const tracing = threadsOf(pid).flatMap((thread) => tracingOf(`${pid}/task/${thread}`) ?? []);
    const isTraced = tracing.some(({ tracer }) => tracer !== 0);
    if (!isTraced && !isRestored) {
      restoreCode(pid, before);
      isRestored = true;
    }
    const isAsBefore = (statOf(pid)?.state === "T") === wasStopped;
    const isCalm = !isTraced && isAsBefore && !tracing.some(({ pending }) => (pending & SIGSTOP) !== 0n);
    if (!isCalm && !isTraced) signal(pid, wasStopped ? "SIGSTOP" : "SIGCONT");
    calm = isCalm ? calm + 1 : 0;
    await sleep(LOOK_MS);
  }
}
