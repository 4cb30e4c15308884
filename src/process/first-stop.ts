/**
 * How long the first stop of a process lasts that a debugger is about to attach to, as the process itself sees it: from
 * the moment in which it stands still, long before the debugger answers.
 */
import { statOf } from "./proc.js";

const LOOK_MS = 2;

export interface FirstStop {
  /** Milliseconds from its first stop until now; 0 where it did not stop, or /proc does not tell. Looks no longer. */
  end(): number;
}

export function watchFirstStop(pid: number): FirstStop {
  let stoppedAt: number | undefined;
  const timer = setInterval(() => {
    if (!/[Tt]/.test(statOf(pid)?.state ?? "")) return;
    stoppedAt = performance.now();
    clearInterval(timer);
  }, LOOK_MS);
  return {
    end() {
      clearInterval(timer);
      return stoppedAt === undefined ? 0 : performance.now() - stoppedAt;
    },
  };
}
