/** Opens the source line of a frame or finding, beside the viewer, wherever that file is on this machine. */
import * as vscode from "vscode";
import type { CodePlace } from "../../../webview/protocol.js";
import { platform } from "../platform.js";
import { setting } from "../settings.js";
import { bestSuffixMatch, declarationLine, mappingFor, sourceCandidates } from "./source-candidates.js";
import { rememberSource } from "./source-costs.js";
import { showWarning } from "../messages.js";

export async function openSource(place: CodePlace): Promise<void> {
  const uri = (await findSource(place.file)) ?? (await askWhere(place));
  if (!uri) return;
  rememberSource(uri, place.file);
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
  for (const candidate of sourceCandidates(file, await platform().goPlaces())) {
    const uri = onThisMachine(candidate);
    if (await isFile(uri)) return uri;
  }
  const escaped = baseName(file).replace(/[[\]{}*?!]/g, "?");
  const present = await vscode.workspace.findFiles(`**/${escaped}`, "**/node_modules/**", 500);
  const best = bestSuffixMatch(
    file,
    present.map(({ path }) => path),
  );
  return present.find(({ path }) => path === best);
}

/** Asks once where a file is, and remembers in the settings where its like are. */
async function askWhere({ function: name, file }: CodePlace): Promise<vscode.Uri | undefined> {
  if (file === "") {
    const words = `No source for ${name}. The profile does not say in which file it is.`;
    void showWarning(words);
    return undefined;
  }
  const choice = await showWarning(
    `No source for ${name}. ${file} is not on this machine, or in no folder that is open.`,
    "Locate File…",
    "Path Mappings",
  );
  if (choice === "Path Mappings") {
    await vscode.commands.executeCommand("workbench.action.openSettings", "goDiagnostics.source.pathMappings");
  }
  if (choice !== "Locate File…") return undefined;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const picked = await vscode.window.showOpenDialog({
    title: `Where is ${file}?`,
    openLabel: "This File",
    ...(folder && { defaultUri: folder }),
  });
  const uri = picked?.[0];
  const mapping = uri && mappingFor(file, uri.path);
  if (mapping) await remember(mapping);
  return uri;
}

async function remember([from, to]: readonly [string, string]): Promise<void> {
  const before: Readonly<Record<string, string>> = setting("goDiagnostics.source.pathMappings");
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global;
  const after = { ...before, [from]: to };
  await vscode.workspace.getConfiguration().update("goDiagnostics.source.pathMappings", after, target);
}

/** A path of this machine's, on whatever file system the open folder is: a disk, or a repository in the browser. */
function onThisMachine(path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return folder && folder.scheme !== "file" ? folder.with({ path }) : vscode.Uri.file(path);
}

function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type !== vscode.FileType.Directory;
  } catch {
    return false;
  }
}
