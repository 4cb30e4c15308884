/**
 * A debugged program without an endpoint, sampled by reading its memory at pauses of a moment, which the proxy makes
 * (`goDiagnostics/sample`) and the editor hears nothing of. A program that stands at a breakpoint is waited for.
 */
import type * as vscode from "vscode";
import { collectEvery } from "../../capture/paused-sampled.js";
import type { SampleBody, SeriesBody } from "../../delve/session/requests.js";
import { isStopped, untilRunning } from "../debugging/debugged-processes.js";

export interface PausedReading {
  /** What is to be known of the whole series. Rejects with a sentence. */
  begin(): Promise<SeriesBody>;
  /** Rejects with a sentence when the session ends, or `cancel` was called. With all goroutines when asked for. */
  sample(withDump?: boolean): Promise<SampleBody>;
  cancel(): void;
  /** Puts back what `begin` changed. */
  end(): Promise<void>;
}

/** `onWait` is called when the program stands still of its own and nothing can be sampled until it is continued. */
export function pausedReading(session: vscode.DebugSession, intervalMs: number, onWait: () => void): PausedReading {
  const cancelled = new AbortController();
  const ask = async <Body>(command: string, args: object): Promise<Body> =>
    (await session.customRequest(command, args)) as Body;
  return {
    async begin() {
      const body = await ask<SeriesBody>("goDiagnostics/series", { collectEveryMs: collectEvery(intervalMs) });
      // It was chosen to be sampled while it stood still: it shall run.
      if (isStopped(session)) await session.customRequest("continue", { threadId: 1 });
      return body;
    },
    async sample(withDump = false) {
      for (;;) {
        if (isStopped(session)) onWait();
        await untilRunning(session, cancelled.signal);
        try {
          return await ask<SampleBody>("goDiagnostics/sample", withDump ? { dump: true } : {});
        } catch (error) {
          // A breakpoint was hit just then.
          if (!isStopped(session)) throw error;
        }
      }
    },
    cancel: () => cancelled.abort(),
    end: async () => void (await ask("goDiagnostics/series", {})),
  };
}
