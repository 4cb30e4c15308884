/**
 * The thread that looks at a running program once a second: opening its executable takes longer than the extension host
 * may be kept from others. Its bundle is dist/live-thread.cjs.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { LiveClock } from "../../core/live/live-clock.js";
import { heatOf, type LiveRow, type Look, valuesOf } from "../../core/live/live-row.js";
import { LiveLooks } from "../../process/live/live-looks.js";

export interface LiveJob {
  readonly pid: number;
  readonly intervalMs: number;
}

export type FromLiveThread =
  | { readonly type: "opened"; readonly goVersion: string }
  | { readonly type: "row"; readonly row: LiveRow }
  /** The program stands still; the next row says that it runs again. */
  | { readonly type: "stopped" }
  /** The runtime's numbers cannot be had: why, in sentences. Rows of the system's go on. */
  | { readonly type: "lacking"; readonly why: string }
  /** `why` goes after its name. */
  | { readonly type: "ended"; readonly why: string };

const say = (message: FromLiveThread) => parentPort?.postMessage(message);
const stop = new AbortController();

async function run({ pid, intervalMs }: LiveJob): Promise<void> {
  const looks = new LiveLooks(pid);
  const clock = new LiveClock(intervalMs);
  let before: Look | undefined;
  let isOpened = false;
  let isStopped = false;
  let isLacking = false;
  try {
    for (let next = performance.now(); !stop.signal.aborted;) {
      const looked = await looks.look();
      if (looked.state === "ended") return say({ type: "ended", why: looked.why });
      if (!isOpened && looks.readsMemory) {
        isOpened = true;
        say({ type: "opened", goVersion: looks.goVersion ?? "" });
      }
      if (!isLacking && looks.lacking !== undefined) {
        isLacking = true;
        say({ type: "lacking", why: looks.lacking });
      }
      if (looked.state === "stopped") {
        clock.interrupt();
        if (!isStopped) say({ type: "stopped" });
        isStopped = true;
        // What was counted before a stop is no rate of what comes after.
        before = undefined;
      } else {
        isStopped = false;
        const { look } = looked;
        const { details } = look;
        const row: LiveRow = {
          ...clock.next(look.monotonicMs),
          atMs: Date.now(),
          values: valuesOf(look, before),
          heats: { pauses: heatOf(details?.pauses), latencies: heatOf(details?.latencies) },
        };
        before = look;
        say({ type: "row", row });
      }
      // After a long sleep of the machine it goes on with the next moment, not with all that were missed.
      next += intervalMs * Math.max(1, Math.ceil((performance.now() - next) / intervalMs));
      await sleep(Math.max(0, next - performance.now()), undefined, { signal: stop.signal }).catch(() => undefined);
    }
  } finally {
    looks.close();
  }
}

parentPort?.on("message", () => {
  stop.abort();
  parentPort?.close();
});
void run(workerData as LiveJob).finally(() => parentPort?.close());
