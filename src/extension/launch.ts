/** Everything about debug configurations in the editor and at their start, wired. */
import * as vscode from "vscode";
import { LaunchDiagnostics } from "./launch-diagnostics.js";
import { LAUNCH_SELECTOR } from "./launch-documents.js";
import { registerLaunchFixes } from "./launch-fixes.js";
import { LaunchLens } from "./launch-lens.js";

export function registerLaunch(_context: vscode.ExtensionContext): vscode.Disposable[] {
  const diagnostics = new LaunchDiagnostics();
  return [
    diagnostics,
    registerLaunchFixes(),
    vscode.languages.registerCodeLensProvider(LAUNCH_SELECTOR, new LaunchLens(diagnostics.onDidLearn)),
  ];
}
