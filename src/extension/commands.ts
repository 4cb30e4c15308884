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
  "goDiagnostics.launch.addConfiguration": addConfiguration,
  "goDiagnostics.launch.askAgainAtStart": askAgain,
  "goDiagnostics.diagnosis.run": diagnoseMemory,
  "goDiagnostics.diagnosis.keepBaseline": keepBaseline,
  "goDiagnostics.diagnosis.saveReport": saveReport,
  "goDiagnostics.launch.editRuntimeTraces": environmentToggles,
  "goDiagnostics.launch.fix": fixLaunch,
  "goDiagnostics.launch.start": startConfiguration,
};

export function registerCommands(context: vscode.ExtensionContext): vscode.Disposable[] {
  return registerAll(context, commands);
}
