/**
 * A debugged program without an endpoint, sampled by reading its memory: paused for each snapshot, then let go on, with
 * the person's consent.
 */
import * as vscode from "vscode";
import type { PausedProfileKind, ProfileBody } from "../delve/requests.js";
import { isStopped, untilStopped } from "./debugged-processes.js";

const STOP_LIMIT_MS = 15_000;

export interface PausedReading {
  /** The heap comes first, the goroutines after it at the same stop. Rejects with a sentence. */
  read(kind: Extract<PausedProfileKind, "heap" | "goroutine">): Promise<Uint8Array>;
  /** Lets the program run on where a reading was broken off. */
  end(): Promise<void>;
}

/** Whether the person agrees that the program is paused again and again. */
export async function agreesToPausing(session: vscode.DebugSession, samples: number): Promise<boolean> {
  const go = "Pause and Read";
  const detail =
    `It serves no pprof pages that could be found, so its memory is read while it stands still: ${samples} times or more, ` +
    "each time for a moment. It runs in between, also when it stands still now. No collection is forced: what is read is " +
    "the heap as of the last one.";
  const choice = await vscode.window.showInformationMessage(
    `Pause "${session.name}" to read its memory?`,
    { modal: true, detail },
    go,
  );
  return choice === go;
}

export function pausedReading(session: vscode.DebugSession): PausedReading {
  const resume = async () => {
    if (!isStopped(session)) return;
    await session.customRequest("continue", { threadId: 1 });
  };
  return {
    async read(kind) {
      if (!isStopped(session)) {
        await session.customRequest("pause", { threadId: 1 });
        await untilStopped(session, STOP_LIMIT_MS);
      }
      const { base64 } = (await session.customRequest("goDiagnostics/profile", { kind })) as ProfileBody;
      if (kind === "goroutine") await resume();
      return new Uint8Array(Buffer.from(base64, "base64"));
    },
    end: resume,
  };
}
