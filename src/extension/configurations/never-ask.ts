/** Configurations that are started without a question because their author said "Don't Ask". */
import * as vscode from "vscode";

/** The key in the workspace's memory; its value is a list of configurations. */
export const NEVER_ASK = "launch.neverAsk";

/** The command that takes every "Don't Ask" back. */
export async function askAgain(context: vscode.ExtensionContext): Promise<void> {
  await context.workspaceState.update(NEVER_ASK, undefined);
  vscode.window.setStatusBarMessage("$(check) Go Diagnostics: every Go configuration is checked at its start", 8000);
}
