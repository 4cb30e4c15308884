/** How golang.go is told to find and run its tools: settings that this extension reads, too. */
import * as vscode from "vscode";
import { filledPath, type PathContext } from "../../machine/named-path.js";

/** The environment that golang.go gives its tools. */
export function toolsEnvironment(folder: vscode.Uri | undefined): Record<string, string | undefined> {
  const set = vscode.workspace.getConfiguration("go", folder).get<Record<string, unknown>>("toolsEnvVars") ?? {};
  const own = Object.entries(set).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { ...process.env, ...Object.fromEntries(own) };
}

/** The dlv that golang.go is told to use. */
export function dlvSetting(folder: vscode.Uri | undefined): string | undefined {
  const tools = vscode.workspace.getConfiguration("go", folder).get<Record<string, unknown>>("alternateTools") ?? {};
  const setting = tools["dlv"];
  return typeof setting === "string" && setting !== "" ? filledPath(setting, pathContext(folder)) : undefined;
}

/** What `${…}` and relative paths mean in a folder. */
export function pathContext(folder: vscode.Uri | undefined): PathContext {
  return {
    folder: fsPath(folder),
    env: process.env,
    workspaceFolder: (name) => fsPath(vscode.workspace.workspaceFolders?.find((one) => one.name === name)?.uri),
  };
}

function fsPath(uri: vscode.Uri | undefined): string | undefined {
  return uri?.scheme === "file" ? uri.fsPath : undefined;
}
