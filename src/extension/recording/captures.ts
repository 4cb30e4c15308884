/**
 * Captured profiles as files of the workspace's storage, opened in the profile editor: they survive a reload, can be
 * saved elsewhere, and the oldest make room.
 */
import * as vscode from "vscode";
import { PROFILE_EDITOR } from "../profiles/view-types.js";

const MAX_KEPT = 100;

/** Captures that are shown before they are taken, by the file that they are going to be in. */
const underWay = new Map<string, Promise<void>>();

/** Resolves when what a file is for is in it; rejects when it never will be. */
export async function whenTaken(uri: vscode.Uri): Promise<void> {
  await underWay.get(uri.toString());
}

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

/** Shows what is being taken: the viewer opens meanwhile, which takes about as long. */
export async function showCapture(
  context: vscode.ExtensionContext,
  name: string,
  taking: Promise<Uint8Array>,
): Promise<void> {
  taking.catch(() => {}); // it is told below, when the file is there
  const uri = await keepCapture(context, name, new Uint8Array());
  const taken = taking.then((bytes) => vscode.workspace.fs.writeFile(uri, bytes));
  underWay.set(uri.toString(), taken);
  const opening = openCapture(uri);
  try {
    await taken;
    await opening;
    await openCapture(uri); // in front again, should the debugger have shown a source meanwhile
  } catch (error) {
    await closeAndForget(uri);
    throw error;
  } finally {
    underWay.delete(uri.toString());
  }
}

export async function openCapture(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand("vscode.openWith", uri, PROFILE_EDITOR);
}

async function closeAndForget(uri: vscode.Uri): Promise<void> {
  const isOf = ({ input }: vscode.Tab) =>
    input instanceof vscode.TabInputCustom && input.uri.toString() === uri.toString();
  await vscode.window.tabGroups.close(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(isOf)));
  await vscode.workspace.fs.delete(uri);
}

/** "19.04.31.250": sorts, and is a file name everywhere. */
function timeOfDay(time: Date): string {
  const two = (number: number, digits = 2) => String(number).padStart(digits, "0");
  return `${[time.getHours(), time.getMinutes(), time.getSeconds()].map((one) => two(one)).join(".")}.${two(time.getMilliseconds(), 3)}`;
}

async function forgetOldest(folder: vscode.Uri): Promise<void> {
  const files = (await vscode.workspace.fs.readDirectory(folder)).map(([file]) => vscode.Uri.joinPath(folder, file));
  if (files.length <= MAX_KEPT) return;
  const dated = await Promise.all(
    files.map(async (uri) => ({ uri, mtime: (await vscode.workspace.fs.stat(uri)).mtime })),
  );
  dated.sort((a, b) => a.mtime - b.mtime);
  for (const { uri } of dated.slice(0, files.length - MAX_KEPT)) await vscode.workspace.fs.delete(uri);
}
