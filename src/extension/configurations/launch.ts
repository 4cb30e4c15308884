/** Everything about debug configurations in the editor and at their start, wired. */
import * as vscode from "vscode";
import { registerLaunchCompletion } from "./launch-completion.js";
import { LaunchDiagnostics } from "./launch-diagnostics.js";
import { LAUNCH_SELECTOR } from "./launch-documents.js";
import { registerLaunchFixes } from "./launch-fixes.js";
import { registerLaunchHover } from "./launch-hover.js";
import { LaunchLens } from "./launch-lens.js";
import { registerLaunchStart } from "./launch-start.js";

export function registerLaunch(context: vscode.ExtensionContext): vscode.Disposable[] {
  const diagnostics = new LaunchDiagnostics();
  return [
    diagnostics,
    registerLaunchFixes(),
    registerLaunchHover(),
    registerLaunchCompletion(),
    registerLaunchStart(context),
    vscode.languages.registerCodeLensProvider(LAUNCH_SELECTOR, new LaunchLens(diagnostics.onDidLearn)),
  ];
}
