/** Histories as files: saved where somebody says, read with a bound. They are compressed with gzip (docs/live.md). */
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import * as vscode from "vscode";
import { decodeRun, encodeRun, type LiveRun } from "../../core/live/live-file.js";
import { isGzip } from "../../core/text/gzip.js";
import { showInformation } from "../messages.js";

/** A day of one sample a second with all measures. */
const MAX_BYTES = 64 * 1_048_576;
const packed = promisify(gzip);
const unpacked = promisify(gunzip);

export async function saveRun(run: LiveRun): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `${run.program.replace(/[^\p{L}\p{N} _.()-]+/gu, "-").slice(0, 80)}.golive`;
  const uri = await vscode.window.showSaveDialog({
    title: "Save Live Numbers",
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
    filters: { "Live numbers of a Go program": ["golive"] },
  });
  if (uri === undefined) return;
  await vscode.workspace.fs.writeFile(uri, new Uint8Array(await packed(encodeRun(run))));
  const open = "Open";
  const choice = await showInformation(`Saved ${vscode.workspace.asRelativePath(uri)}.`, open);
  if (choice === open) await vscode.commands.executeCommand("vscode.open", uri);
}

/** With what it says of itself. Rejects with a sentence. */
export async function readRun(
  uri: vscode.Uri,
): Promise<Pick<LiveRun, "program" | "goVersion"> & { bytes: Uint8Array }> {
  const bytes = await vscode.workspace.fs.readFile(uri);
  const content = isGzip(bytes)
    ? new Uint8Array(await unpacked(bytes, { maxOutputLength: MAX_BYTES }))
    : new Uint8Array(bytes);
  const { program, goVersion } = decodeRun(content);
  return { program, goVersion, bytes: content };
}

/** Undefined when the person thought better of it. */
export async function chooseRun(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: "Compare with a Saved Run",
    openLabel: "Compare",
    filters: { "Live numbers of a Go program": ["golive"] },
  });
  return chosen?.[0];
}
