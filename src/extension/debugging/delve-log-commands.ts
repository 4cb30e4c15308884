/**
 * Delve's log as a table: of a file, or of a session that is started for it: its configuration with `showLog`,
 * `logOutput` and `logDest`, and the log opens when the session has ended.
 */
import * as vscode from "vscode";
import { delveMarkdown } from "../../core/debug-log/log-markdown.js";
import { decodeUtf8 } from "../../core/text/utf8.js";
import { chosenConfiguration } from "../configurations/start-configuration-command.js";
import { folderOf } from "../configurations/launch-documents.js";
import { openMarkdownReport } from "../goroutines/report-document.js";
import { log } from "../log.js";
import { showError, showInformation } from "../messages.js";
import { nameOf } from "../profiles/profile-editor.js";

/** What of Delve is logged: the conversation with the editor, and what it does to the program. */
const COMPONENTS = "dap,debugger";
const MAX_KEPT = 20;

/** The command: the log file that was clicked, else one that is asked for. */
export async function openDelveLog(_context: vscode.ExtensionContext, clicked?: unknown): Promise<void> {
  const file =
    clicked instanceof vscode.Uri
      ? clicked
      : (await vscode.window.showOpenDialog({ title: "Explain Delve's Log", openLabel: "Open Log" }))?.[0];
  if (file) await showLog(file, nameOf(file));
}

/** The command: a Go configuration of launch.json, started so that Delve logs. */
export async function startWithLog(context: vscode.ExtensionContext, uri?: unknown, name?: unknown): Promise<void> {
  if (process.platform === "win32") {
    throw new Error(
      "golang.go cannot write Delve's log to a file on Windows: set showLog, and read the Debug Console.",
    );
  }
  const chosen = await chosenConfiguration("Start with Delve's Log", uri, name);
  if (!chosen) return;
  const folder = folderOf(chosen.uri);
  const workspaceFolder = folder && vscode.workspace.getWorkspaceFolder(folder);
  const configuration = vscode.workspace
    .getConfiguration("launch", chosen.uri)
    .get<vscode.DebugConfiguration[]>("configurations", [])
    .find((one) => one.name === chosen.name);
  if (!configuration) throw new Error(`"${chosen.name}" is not in launch.json any more.`);
  const file = await newLogFile(context, chosen.name);
  const ended = vscode.debug.onDidTerminateDebugSession((session) => {
    if (session.configuration["logDest"] !== file.fsPath) return;
    ended.dispose();
    showLog(file, `Delve's log of ${chosen.name}`).catch((error: unknown) => {
      log().error("Delve's log:", error instanceof Error ? error : String(error));
      void showError(`Delve's log cannot be shown: ${error instanceof Error ? error.message : String(error)}`);
    });
  });
  const started = await vscode.debug.startDebugging(workspaceFolder, {
    ...configuration,
    ...{ showLog: true, logOutput: COMPONENTS, logDest: file.fsPath },
  });
  if (started) void showInformation(`Delve logs "${chosen.name}"; the log opens when the session ends.`);
  else ended.dispose();
}

async function showLog(file: vscode.Uri, title: string): Promise<void> {
  const text = decodeUtf8(await vscode.workspace.fs.readFile(file));
  await openMarkdownReport(title, delveMarkdown(title, text));
}

async function newLogFile(context: vscode.ExtensionContext, name: string): Promise<vscode.Uri> {
  const folder = vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, "delve-logs");
  await vscode.workspace.fs.createDirectory(folder);
  // Their names begin with the time: the oldest come first.
  const files = (await vscode.workspace.fs.readDirectory(folder)).map(([file]) => file).sort();
  for (const oldest of files.slice(0, Math.max(0, files.length - MAX_KEPT + 1))) {
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder, oldest));
  }
  const clean = name.replace(/[^\p{L}\p{N} _.()-]+/gu, "-").slice(0, 80);
  return vscode.Uri.joinPath(folder, `${Date.now()} ${clean}.log`);
}
