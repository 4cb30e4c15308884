/**
 * Profile files as read-only editors: *.pprof, *.pb.gz, *.prof, *.pgo open as a flame graph by themselves,
 * any other file by "Open Go Profile".
 */
import * as vscode from "vscode";
import { showViewer } from "./viewer.js";

export const PROFILE_EDITOR = "goDiagnostics.profile";

export class ProfileEditor implements vscode.CustomReadonlyEditorProvider {
  readonly #context: vscode.ExtensionContext;

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => {} };
  }

  async resolveCustomEditor(document: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const name = document.uri.path.slice(document.uri.path.lastIndexOf("/") + 1);
    const listening = await showViewer(this.#context, {
      webview: panel.webview,
      title: name,
      content: async () => ({
        type: "show",
        profiles: [{ name, bytes: await vscode.workspace.fs.readFile(document.uri) }],
      }),
    });
    panel.onDidDispose(() => void listening.dispose());
  }
}

/** The command: the file that was clicked in the Explorer, else one that is asked for. */
export async function openProfile(_context: vscode.ExtensionContext, clicked?: unknown): Promise<void> {
  const chosen =
    clicked instanceof vscode.Uri
      ? [clicked]
      : await vscode.window.showOpenDialog({
          title: "Open Go Profile",
          openLabel: "Open Profile",
          canSelectMany: true,
          filters: { "Go profiles": ["pprof", "gz", "pb", "prof", "pgo", "out", "txt"], "All files": ["*"] },
        });
  for (const uri of chosen ?? []) await vscode.commands.executeCommand("vscode.openWith", uri, PROFILE_EDITOR);
}
