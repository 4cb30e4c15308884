/**
 * An execution trace, looked at: where goroutines waited as flame graphs in the editor, which reads the file itself, and
 * all of it in the browser by Go's own tool.
 */
import * as vscode from "vscode";
import { findGo } from "../../process/go-command.js";
import { toolsEnvironment } from "../configurations/go-tools.js";
import { nameOf } from "./profile-editor.js";
import { ANY_PROFILE_EDITOR } from "./view-types.js";

interface Look extends vscode.QuickPickItem {
  readonly in: "editor" | "browser";
}

const LOOKS: readonly Look[] = [
  {
    label: "Where goroutines waited",
    detail: "Flame graphs: for a processor and who woke them, for each other, for the network, in system calls.",
    in: "editor",
  },
  {
    label: "Everything, in the browser",
    detail: "go tool trace: each goroutine and processor on a line of time, the garbage collector, user regions.",
    in: "browser",
  },
];

/** The command: the file that was clicked in the Explorer, else one that is asked for. */
export async function openTrace(context: vscode.ExtensionContext, clicked?: unknown): Promise<void> {
  const [uri] =
    clicked instanceof vscode.Uri
      ? [clicked]
      : ((await vscode.window.showOpenDialog({ title: "Open Go Execution Trace", openLabel: "Open Trace" })) ?? []);
  if (uri) await lookAtTrace(context, uri);
}

/** Asks what of it is wanted, and shows that. */
export async function lookAtTrace(_context: vscode.ExtensionContext, trace: vscode.Uri): Promise<void> {
  const look = await vscode.window.showQuickPick(LOOKS, { title: `${nameOf(trace)}: what?`, ignoreFocusOut: true });
  if (!look) return;
  if (look.in === "editor") return vscode.commands.executeCommand("vscode.openWith", trace, ANY_PROFILE_EDITOR);
  if (!vscode.workspace.isTrusted) throw new Error("This workspace is not trusted to run the go command.");
  const env = toolsEnvironment(vscode.workspace.workspaceFolders?.[0]?.uri);
  const go = await findGo({ ...process.env, ...env });
  if (go === undefined) throw new Error("There is no go command on PATH. Install Go, or open the trace in the editor.");
  const shellArgs = ["tool", "trace", "-http=localhost:0", trace.fsPath];
  vscode.window.createTerminal({ name: "go tool trace", shellPath: go, shellArgs, env }).show();
}
