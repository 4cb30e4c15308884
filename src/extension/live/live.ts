/** Everything about live numbers, wired. */
import * as vscode from "vscode";
import { LIVE_EDITOR, LiveEditor } from "./live-editor.js";
import { useWatchedPrograms } from "./live-commands.js";
import { LIVE_TAB_VIEW, LIVE_VIEW, LivePanel, LiveView } from "./live-view.js";
import { WatchedPrograms } from "./watched-programs.js";

export function registerLive(context: vscode.ExtensionContext): vscode.Disposable[] {
  const programs = new WatchedPrograms(context);
  const panel = new LivePanel(context, programs);
  useWatchedPrograms(programs, panel);
  return [
    programs,
    vscode.window.registerWebviewViewProvider(LIVE_VIEW, new LiveView(context, programs)),
    vscode.window.registerWebviewPanelSerializer(LIVE_TAB_VIEW, panel),
    vscode.window.registerCustomEditorProvider(LIVE_EDITOR, new LiveEditor(context), {
      supportsMultipleEditorsPerDocument: true,
    }),
  ];
}
