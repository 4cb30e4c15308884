/** The extension host's entry: wires, and nothing else. */
import * as vscode from "vscode";
import { registerCommands } from "./commands.js";
import { registerDebugging } from "./debug.js";
import { DIAGNOSIS_VIEW, DiagnosisSerializer } from "./diagnosis-panel.js";
import { registerLaunch } from "./launch.js";
import { closeLog } from "./log.js";
import { PROFILE_EDITOR, ProfileEditor } from "./profile-editor.js";

export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    ...registerCommands(context),
    vscode.window.registerCustomEditorProvider(PROFILE_EDITOR, new ProfileEditor(context), {
      supportsMultipleEditorsPerDocument: true,
    }),
    vscode.window.registerWebviewPanelSerializer(DIAGNOSIS_VIEW, new DiagnosisSerializer(context)),
    ...registerLaunch(context),
    ...registerDebugging(context),
    { dispose: closeLog },
  );
}
