/** The commands of the Live view. */
import * as vscode from "vscode";
import type { LiveSession, Watched } from "./live-session.js";
import { LIVE_VIEW, type LivePanel } from "./live-view.js";
import { LIVE_CONTEXT, pickProgram, type WatchedPrograms } from "./watched-programs.js";

let registered: { readonly programs: WatchedPrograms; readonly panel: LivePanel } | undefined;

/** The extension's entry sets them. */
export function useWatchedPrograms(programs: WatchedPrograms, panel: LivePanel): void {
  registered = { programs, panel };
}

function parts(): NonNullable<typeof registered> {
  if (!registered) throw new Error("the extension's entry has not set who is watched");
  return registered;
}

/** Asks for a program and shows its live numbers in a tab. */
export async function watchProgram(): Promise<void> {
  const picked = await pickProgram();
  if (picked === undefined) return;
  parts().programs.watch(picked);
  parts().panel.reveal();
}

/** Watches a program and shows it, for a diagnosis of it. */
export function watchForDiagnosis(watched: Watched): LiveSession {
  const session = parts().programs.watch(watched);
  parts().panel.reveal();
  return session;
}

export function openWide(): void {
  parts().panel.reveal();
}

export async function showLive(): Promise<void> {
  parts().programs.want();
  await vscode.commands.executeCommand("setContext", LIVE_CONTEXT, true);
  await vscode.commands.executeCommand(`${LIVE_VIEW}.focus`);
}
