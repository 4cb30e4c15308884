/** All of the viewer that an extension host has to know: its editors, panels, links and what it shows beside the code. */
import * as vscode from "vscode";
import { ProfileEditor } from "./profile-editor.js";
import { ProfileLinks } from "./profile-link.js";
import { refillProfilePanels } from "./profile-panel.js";
import { registerSourceCosts } from "./source-costs.js";
import { ANY_PROFILE_EDITOR, PROFILE_EDITOR } from "./view-types.js";

export function registerViewer(context: vscode.ExtensionContext): vscode.Disposable[] {
  const editor = new ProfileEditor(context);
  const several = { supportsMultipleEditorsPerDocument: true };
  return [
    vscode.window.registerCustomEditorProvider(PROFILE_EDITOR, editor, several),
    vscode.window.registerCustomEditorProvider(ANY_PROFILE_EDITOR, editor, several),
    refillProfilePanels(context),
    vscode.window.registerUriHandler(new ProfileLinks()),
    ...registerSourceCosts(),
  ];
}
