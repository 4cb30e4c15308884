/** Saves what the viewer exported, where somebody says. */
import * as vscode from "vscode";
import { showInformation } from "../messages.js";

export async function saveExport(name: string, bytes: Uint8Array): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const safe = name.replace(/[\\/:]/g, "-");
  const to = await vscode.window.showSaveDialog({
    title: "Export",
    saveLabel: "Export",
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, safe) }),
  });
  if (!to) return;
  await vscode.workspace.fs.writeFile(to, bytes);
  const choice = await showInformation(`Saved ${vscode.workspace.asRelativePath(to)}.`, "Open");
  if (choice) await vscode.commands.executeCommand("vscode.open", to);
}
