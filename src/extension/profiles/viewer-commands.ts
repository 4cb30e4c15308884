/** The viewer's commands, which run in every extension host; the others need Node: see commands.ts. */
import type { Command } from "../command.js";
import { log } from "../log.js";
import { openProfile } from "./profile-editor.js";
import { compareProfiles } from "./profile-panel.js";
import { revealInFlameGraph } from "./reveal-command.js";
import { showSourceCosts } from "./source-costs.js";

export const viewerCommands: Readonly<Record<string, Command>> = {
  "goDiagnostics.profiles.compare": compareProfiles,
  "goDiagnostics.profiles.hideSourceCosts": () => showSourceCosts(undefined),
  "goDiagnostics.profiles.open": openProfile,
  "goDiagnostics.profiles.reveal": revealInFlameGraph,
  "goDiagnostics.log.show": () => log().show(),
};
