/** The Go modules of the open folders: where each go.mod lies, and what path it declares. */
import * as vscode from "vscode";
import type { GoPlaces } from "./source-candidates.js";

export async function workspaceModules(): Promise<GoPlaces["modules"]> {
  const files = await vscode.workspace.findFiles("**/go.mod", "**/{node_modules,vendor}/**", 200);
  const read = files.map(async (uri) => {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    const path = /^module\s+"?([^\s"]+)/m.exec(text)?.[1];
    return path === undefined ? [] : [{ folder: folderOf(vscode.Uri.joinPath(uri, "..")), path }];
  });
  return (await Promise.all(read)).flat();
}

/** On a disk as the system writes it, else as the file system of the folder does. */
function folderOf(uri: vscode.Uri): string {
  return uri.scheme === "file" ? uri.fsPath : uri.path;
}
