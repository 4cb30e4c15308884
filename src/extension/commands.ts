/** Every command, by the id that package.json contributes; each is loaded when it is first used. */
import type * as vscode from "vscode";
import { type Command, from } from "./command.js";
import { debugCommands } from "./debugging/debug-commands.js";
import { viewerCommands } from "./profiles/viewer-commands.js";
import { registerAll } from "./register-commands.js";

const addConfigurationCommand = () => import("./configurations/add-configuration-command.js");
const neverAsk = () => import("./configurations/never-ask.js");
const diagnoseCommand = () => import("./diagnosis/diagnose-command.js");
const diagnosisCommands = () => import("./diagnosis/diagnosis-commands.js");
const environmentTogglesCommand = () => import("./configurations/environment-toggles-command.js");
const fleetCommands = () => import("./fleet/fleet-commands.js");
const fixLaunchCommand = () => import("./configurations/fix-launch-command.js");
const liveCommands = () => import("./live/live-commands.js");
const startConfigurationCommand = () => import("./configurations/start-configuration-command.js");

export const commands: Readonly<Record<string, Command>> = {
  ...viewerCommands,
  ...debugCommands,
  "goDiagnostics.launch.addConfiguration": from(addConfigurationCommand, "addConfiguration"),
  "goDiagnostics.launch.askAgainAtStart": from(neverAsk, "askAgain"),
  "goDiagnostics.diagnosis.run": from(diagnoseCommand, "diagnoseMemory"),
  "goDiagnostics.diagnosis.keepBaseline": from(diagnosisCommands, "keepBaseline"),
  "goDiagnostics.diagnosis.saveReport": from(diagnosisCommands, "saveReport"),
  "goDiagnostics.live.openWide": from(liveCommands, "openWide"),
  "goDiagnostics.live.show": from(liveCommands, "showLive"),
  "goDiagnostics.live.watch": from(liveCommands, "watchProgram"),
  "goDiagnostics.fleet.openInstance": from(fleetCommands, "openInstance"),
  "goDiagnostics.fleet.push": from(fleetCommands, "pushToEngine"),
  "goDiagnostics.fleet.setToken": from(fleetCommands, "setToken"),
  "goDiagnostics.launch.editRuntimeTraces": from(environmentTogglesCommand, "environmentToggles"),
  "goDiagnostics.launch.fix": from(fixLaunchCommand, "fixLaunch"),
  "goDiagnostics.launch.start": from(startConfigurationCommand, "startConfiguration"),
};

export function registerCommands(context: vscode.ExtensionContext): vscode.Disposable[] {
  return registerAll(context, commands);
}
