/** An execution trace: its time line in the editor, which reads the file itself; or in the browser, by Go's own tool. */
import * as vscode from "vscode";
import { findGo } from "../../process/go-command.js";
import { toolsEnvironment } from "../configurations/go-tools.js";
import { PROFILE_EDITOR } from "./view-types.js";

/** The command: the file that was clicked in the Explorer, else one that is asked for. */
export async function openTrace(_context: vscode.ExtensionContext, clicked?: unknown): Promise<void> {
  const trace = await chosen(clicked);
  if (trace) await vscode.commands.executeCommand("vscode.openWith", trace, PROFILE_EDITOR);
}

/** The command: `go tool trace` of it, in a terminal of its own, which ends it when it is closed. */
export async function openTraceInBrowser(_context: vscode.ExtensionContext, clicked?: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) throw new Error("This workspace is not trusted to run the go command.");
  const trace = await chosen(clicked);
  if (!trace) return;
  const env = toolsEnvironment(vscode.workspace.workspaceFolders?.[0]?.uri);
  const go = await findGo({ ...process.env, ...env });
  if (go === undefined) throw new Error("There is no go command on PATH. Install Go, or open the trace in the editor.");
  const shellArgs = ["tool", "trace", "-http=localhost:0", trace.fsPath];
  vscode.window.createTerminal({ name: "go tool trace", shellPath: go, shellArgs, env }).show();
}

async function chosen(clicked: unknown): Promise<vscode.Uri | undefined> {
  if (clicked instanceof vscode.Uri) return clicked;
  return (await vscode.window.showOpenDialog({ title: "Open Go Execution Trace", openLabel: "Open Trace" }))?.[0];
}
