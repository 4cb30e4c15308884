/**
 * How long the first stop of a process lasts that a debugger is about to attach to, as the process itself sees it: from
 * the moment in which its first thread stands still, long before the debugger answers. The debugger stops one thread
 * after another: the program may get on a little longer than that, and never less.
 */
import { statOf } from "./proc.js";

const LOOK_MS = 2;

export interface FirstStop {
  /** Milliseconds from its first stop until now; 0 where it did not stop, or /proc does not tell. Looks no longer. */
  end(): number;
  /** Until it was last seen standing still, of a process that goes on by now. Looks no longer. */
  endSeen(): number;
}

/** `onStop` is told when it stands still, otherwise than it did before. */
export function watchFirstStop(pid: number, onStop: () => void = () => {}): FirstStop {
  const before = statOf(pid)?.state;
  let stoppedAt: number | undefined;
  let seenAt = 0;
  const timer = setInterval(() => {
    const state = statOf(pid)?.state;
    if (state === before || (state !== "T" && state !== "t")) return;
    seenAt = performance.now();
    if (stoppedAt !== undefined) return;
    stoppedAt = seenAt;
    onStop();
  }, LOOK_MS);
  return {
    end() {
      clearInterval(timer);
      return stoppedAt === undefined ? 0 : performance.now() - stoppedAt;
    },
    endSeen() {
      clearInterval(timer);
      return stoppedAt === undefined ? 0 : seenAt - stoppedAt;
    },
  };
}
