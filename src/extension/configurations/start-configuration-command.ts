/** "Start a Go Configuration…": the one that the lens stands above, else one that is picked. */
import * as vscode from "vscode";
import { readDocument } from "../../launch/document.js";
import { folderOf, kindOfDocument, launchFileOf } from "./launch-documents.js";

export async function startConfiguration(
  _context: vscode.ExtensionContext,
  uri?: unknown,
  name?: unknown,
): Promise<void> {
  const chosen = await chosenConfiguration("Start a Go Configuration…", uri, name);
  if (!chosen) return;
  const document = await vscode.workspace.openTextDocument(chosen.uri);
  // VS Code starts what is on the disk.
  if (document.isDirty) await document.save();
  const folder = folderOf(chosen.uri);
  await vscode.debug.startDebugging(folder && vscode.workspace.getWorkspaceFolder(folder), chosen.name);
}

/** The configuration that a command was given, else one that is picked. */
export async function chosenConfiguration(title: string, uri: unknown, name: unknown): Promise<Chosen | undefined> {
  if (uri instanceof vscode.Uri && typeof name === "string") return { uri, name };
  return pick(title, await goConfigurations());
}

interface Chosen {
  readonly uri: vscode.Uri;
  readonly name: string;
}

async function goConfigurations(): Promise<Chosen[]> {
  const all = (vscode.workspace.workspaceFolders ?? []).map(async (folder) => {
    const uri = launchFileOf(folder);
    const document = await vscode.workspace.openTextDocument(uri).then(undefined, () => undefined);
    if (!document) return [];
    const { configurations } = readDocument(document.getText(), kindOfDocument(document));
    return configurations.filter(({ type, name }) => type === "go" && name !== "").map(({ name }) => ({ uri, name }));
  });
  return (await Promise.all(all)).flat();
}

async function pick(title: string, configurations: readonly Chosen[]): Promise<Chosen | undefined> {
  if (configurations.length === 0) throw new Error("There is no Go configuration in launch.json yet.");
  const items = configurations.map((one) => ({
    label: one.name,
    description: vscode.workspace.asRelativePath(one.uri),
    one,
  }));
  return (await vscode.window.showQuickPick(items, { title }))?.one;
}
