/**
 * Which documents hold debug configurations or Go settings, and where their folder is.
 */
import * as vscode from "vscode";
import { type DocumentKind, kindOf } from "../../launch/document-kind.js";

/** Any scheme: launch.json may lie on a remote machine, the user's own settings have a scheme of theirs. */
export const LAUNCH_SELECTOR: vscode.DocumentSelector = [
  { pattern: "**/.vscode/{launch,settings}.json" },
  { pattern: "**/*.code-workspace" },
  { scheme: "vscode-userdata", pattern: "**/settings.json" },
];

export function isLaunchDocument(document: vscode.TextDocument): boolean {
  return vscode.languages.match(LAUNCH_SELECTOR, document) > 0;
}

export function kindOfDocument(document: vscode.TextDocument): DocumentKind {
  return kindOf(document.uri.path);
}

/** What ${workspaceFolder} stands for in it; a workspace file and the user's settings have no folder of their own. */
export function folderOf(uri: vscode.Uri): vscode.Uri | undefined {
  const path = /^(.*)\/\.vscode\/[^/]+$/.exec(uri.path)?.[1];
  return path === undefined ? undefined : uri.with({ path: path || "/" });
}

export function launchFileOf(folder: vscode.WorkspaceFolder): vscode.Uri {
  return vscode.Uri.joinPath(folder.uri, ".vscode", "launch.json");
}
