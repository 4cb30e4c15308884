/** Every command, by the id that package.json contributes. */
import type * as vscode from "vscode";
import { addConfiguration } from "./configurations/add-configuration-command.js";
import { debugCommands } from "./debugging/debug-commands.js";
import { diagnoseMemory } from "./diagnosis/diagnose-command.js";
import { keepBaseline, saveReport } from "./diagnosis/diagnosis-commands.js";
import { environmentToggles } from "./configurations/environment-toggles-command.js";
import { fixLaunch } from "./configurations/fix-launch-command.js";
import { askAgain } from "./configurations/launch-start.js";
import { registerAll } from "./register-commands.js";
import { startConfiguration } from "./configurations/start-configuration-command.js";
import { type Command, viewerCommands } from "./profiles/viewer-commands.js";

export const commands: Readonly<Record<string, Command>> = {
  ...viewerCommands,
  ...debugCommands,
  "goDiagnostics.addConfiguration": addConfiguration,
  "goDiagnostics.askAgainAtStart": askAgain,
  "goDiagnostics.diagnoseMemory": diagnoseMemory,
  "goDiagnostics.keepBaseline": keepBaseline,
  "goDiagnostics.saveReport": saveReport,
  "goDiagnostics.environmentToggles": environmentToggles,
  "goDiagnostics.fixLaunch": fixLaunch,
  "goDiagnostics.startConfiguration": startConfiguration,
};

export function registerCommands(context: vscode.ExtensionContext): vscode.Disposable[] {
  return registerAll(context, commands);
}
