/**
 * Captured profiles as files of the workspace's storage, opened in the profile editor: they survive a reload, can be
 * saved elsewhere, and the oldest make room.
 */
import * as vscode from "vscode";
import { PROFILE_EDITOR } from "./view-types.js";

const MOST_KEPT = 100;

/** `name` is for people: "heap of Crowd". The file's name says when, too. */
export async function keepCapture(
  context: vscode.ExtensionContext,
  name: string,
  bytes: Uint8Array,
  extension: "pb.gz" | "trace" = "pb.gz",
): Promise<vscode.Uri> {
  const folder = vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, "captures");
  await vscode.workspace.fs.createDirectory(folder);
  const clean = name.replace(/[^\p{L}\p{N} _.()-]+/gu, "-").slice(0, 80);
  const uri = vscode.Uri.joinPath(folder, `${clean} ${timeOfDay(new Date())}.${extension}`);
  await vscode.workspace.fs.writeFile(uri, bytes);
  await forgetOldest(folder);
  return uri;
}

export async function openCapture(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand("vscode.openWith", uri, PROFILE_EDITOR);
}

/** "19.04.31.250": sorts, and is a file name everywhere. */
function timeOfDay(time: Date): string {
  const two = (number: number, digits = 2) => String(number).padStart(digits, "0");
  return `${[time.getHours(), time.getMinutes(), time.getSeconds()].map((one) => two(one)).join(".")}.${two(time.getMilliseconds(), 3)}`;
}

async function forgetOldest(folder: vscode.Uri): Promise<void> {
  const files = (await vscode.workspace.fs.readDirectory(folder)).map(([file]) => vscode.Uri.joinPath(folder, file));
  if (files.length <= MOST_KEPT) return;
  const dated = await Promise.all(
    files.map(async (uri) => ({ uri, mtime: (await vscode.workspace.fs.stat(uri)).mtime })),
  );
  dated.sort((a, b) => a.mtime - b.mtime);
  for (const { uri } of dated.slice(0, files.length - MOST_KEPT)) await vscode.workspace.fs.delete(uri);
}
