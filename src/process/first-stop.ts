/**
 * How long a process stands still that a debugger is about to stop, as the process itself sees it. A debugger that
 * attaches stops one thread after another, and reads debug information in between: `onStop` is told of the first, and the
 * stop is counted from when the last one stands, for until then the program gets on.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { statOf, threadsOf } from "./proc.js";

const LOOK_MS = 2;

export interface FirstStop {
  /**
   * Of a process that was told to go on: waits until it does, and answers for how long it stood still, in milliseconds; 0
   * where it did not stop, or /proc does not tell. Looks no longer.
   */
  over(): Promise<number>;
  /** Looks no longer. */
  close(): void;
}

const GOES_ON_LIMIT_MS = 1_000;

/** `onStop` is told when its first thread stands still, otherwise than it did before. */
export function watchFirstStop(pid: number, onStop: () => void = () => {}): FirstStop {
  const before = statOf(pid)?.state;
  const isStopped = (path: string) => {
    const state = statOf(path)?.state;
    return state !== before && (state === "T" || state === "t");
  };
  let hasStopped = false;
  let stillSince: number | undefined;
  let seenAt = 0;
  /** Whether its first thread stands still. */
  const look = () => {
    if (!isStopped(String(pid))) return false;
    seenAt = performance.now();
    if (!hasStopped) {
      hasStopped = true;
      onStop();
    }
    if (stillSince === undefined && threadsOf(pid).every((thread) => isStopped(`${pid}/task/${thread}`))) {
      stillSince = seenAt;
    }
    return true;
  };
  const timer = setInterval(look, LOOK_MS);
  const close = () => clearInterval(timer);
  return {
    async over() {
      close();
      const giveUpAt = performance.now() + GOES_ON_LIMIT_MS;
      while (look() && performance.now() < giveUpAt) await sleep(1);
      return stillSince === undefined ? 0 : seenAt - stillSince;
    },
    close,
  };
}
