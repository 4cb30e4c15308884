/** The "Go Diagnostics" output channel: what was done, and errors in full; people see words in notifications. */
import * as vscode from "vscode";

let channel: vscode.LogOutputChannel | undefined;

export function log(): vscode.LogOutputChannel {
  return (channel ??= vscode.window.createOutputChannel("Go Diagnostics", { log: true }));
}

export function closeLog(): void {
  channel?.dispose();
  channel = undefined;
}
