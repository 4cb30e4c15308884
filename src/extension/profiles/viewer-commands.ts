/** The viewer's commands, which run in every extension host; the others need Node: see commands.ts. */
import type * as vscode from "vscode";
import { log } from "../log.js";
import { openProfile } from "./profile-editor.js";
import { compareProfiles } from "./profile-panel.js";
import { revealInFlameGraph } from "./reveal-command.js";
import { showSourceCosts } from "./source-costs.js";

export type Command = (context: vscode.ExtensionContext, ...args: unknown[]) => Promise<void> | void;

export const viewerCommands: Readonly<Record<string, Command>> = {
  "goDiagnostics.compareProfiles": compareProfiles,
  "goDiagnostics.hideSourceCosts": () => showSourceCosts(undefined),
  "goDiagnostics.openProfile": openProfile,
  "goDiagnostics.revealInFlameGraph": revealInFlameGraph,
  "goDiagnostics.showLog": () => log().show(),
};
