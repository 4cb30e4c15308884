/** Saved histories (*.golive) as read-only editors: the Live page without rows that come. */
import type * as vscode from "vscode";
import { nameOf } from "../profiles/profile-editor.js";
import { readRun } from "./live-files.js";
import { connectLive } from "./live-page.js";

export const LIVE_EDITOR = "goDiagnostics.liveFile";

export class LiveEditor implements vscode.CustomReadonlyEditorProvider {
  readonly #context: vscode.ExtensionContext;

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => {} };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const page = connectLive(this.#context, {
      webview: panel.webview,
      title: nameOf(uri),
      session: () => undefined,
      content: async () => {
        const { bytes: run, program, goVersion } = await readRun(uri);
        return {
          type: "live",
          run,
          about: {
            title: goVersion === "" ? program : `${program}, ${goVersion}`,
            state: "file",
            source: nameOf(uri),
            lacking: [],
            captures: false,
            isNarrow: false,
          },
        };
      },
    });
    panel.onDidDispose(() => page.dispose());
  }
}
