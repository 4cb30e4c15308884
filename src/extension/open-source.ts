/** Opens the source line of a frame or finding, beside the viewer, wherever that file is on this machine. */
import * as vscode from "vscode";
import type { FromWebview } from "../../webview/protocol.js";
import { goPlaces } from "./go-places.js";
import { bestSuffixMatch, declarationLine, sourceCandidates } from "./source-candidates.js";

type Place = Omit<Extract<FromWebview, { type: "openSource" }>, "type">;

export async function openSource(place: Place): Promise<void> {
  const uri = await findSource(place.file);
  if (!uri) {
    const known =
      place.file === "" ? "The profile does not say in which file it is." : `${place.file} is not on this machine.`;
    const choice = await vscode.window.showWarningMessage(
      `No source for ${place.function}. ${known} Open its folder, or map its path in the settings.`,
      "Path Mappings",
    );
    if (choice)
      await vscode.commands.executeCommand("workbench.action.openSettings", "goDiagnostics.source.pathMappings");
    return;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const line = Math.max(1, place.line || (declarationLine(document.getText(), place.function) ?? 1));
  const position = document.validatePosition(new vscode.Position(line - 1, 0));
  const start = new vscode.Position(position.line, document.lineAt(position.line).firstNonWhitespaceCharacterIndex);
  await vscode.window.showTextDocument(document, {
    viewColumn: besideViewer(),
    selection: new vscode.Range(start, start),
    preview: true,
  });
}

/** A column that shows text already, which cannot be the viewer's; else a new one beside it. */
function besideViewer(): vscode.ViewColumn {
  const text = vscode.window.visibleTextEditors.find(({ viewColumn }) => viewColumn !== undefined);
  return text?.viewColumn ?? vscode.ViewColumn.Beside;
}

/** The file on this machine that a profile or a process names; undefined when there is none. */
export async function findSource(file: string): Promise<vscode.Uri | undefined> {
  if (file === "") return undefined;
  for (const candidate of sourceCandidates(file, await goPlaces())) {
    const uri = vscode.Uri.file(candidate);
    if (await isFile(uri)) return uri;
  }
  const name = file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
  const escaped = name.replace(/[[\]{}*?!]/g, "?");
  const present = await vscode.workspace.findFiles(`**/${escaped}`, "**/node_modules/**", 500);
  const best = bestSuffixMatch(
    file,
    present.map(({ path }) => path),
  );
  return present.find(({ path }) => path === best);
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type !== vscode.FileType.Directory;
  } catch {
    return false;
  }
}
