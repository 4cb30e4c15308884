/** Panels of the viewer that come back after a reload: VS Code hands back the panel with the page's state, which has the id. */
import * as vscode from "vscode";

/** A panel in front, whose page may run its script and load nothing from disk. */
export function newPanel(context: vscode.ExtensionContext, viewType: string, title: string): vscode.WebviewPanel {
  const panel = vscode.window.createWebviewPanel(
    viewType,
    title,
    { viewColumn: vscode.ViewColumn.Active },
    { enableScripts: true, localResourceRoots: [] },
  );
  panel.iconPath = iconOf(context);
  return panel;
}

/** Fills panels of a type again after a reload; closes those whose content was forgotten (`load` finds nothing). */
export function refillPanels<Content>(
  context: vscode.ExtensionContext,
  viewType: string,
  load: (id: string) => Promise<Content | undefined>,
  fill: (panel: vscode.WebviewPanel, content: Content, id: string) => Promise<unknown>,
): vscode.Disposable {
  return vscode.window.registerWebviewPanelSerializer(viewType, {
    async deserializeWebviewPanel(panel, state: { readonly id?: string } | undefined) {
      const id = state?.id;
      const content = id === undefined ? undefined : await load(id);
      if (id === undefined || content === undefined) {
        panel.dispose();
        return;
      }
      panel.iconPath = iconOf(context);
      await fill(panel, content, id);
    },
  });
}

function iconOf({ extensionUri }: vscode.ExtensionContext): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, "media", "icon.png");
}
