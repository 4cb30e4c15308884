/**
 * "Edit Runtime Traces (GODEBUG)…": GODEBUG settings turned on and off in the environment of a Go
 * configuration or a task, in the file of the editor or in the workspace's launch.json and tasks.json.
 */
import * as vscode from "vscode";
import {
  type EnvironmentHolder,
  type HolderKind,
  environmentHolders,
  withToggles,
} from "../../launch/writing/runtime-traces.js";
import { isLaunchDocument, kindOfDocument, launchFileOf } from "./launch-documents.js";
import { changedPart } from "./text-change.js";
import { textEdit } from "./text-edit.js";

interface Place {
  readonly document: vscode.TextDocument;
  readonly kind: HolderKind;
  readonly index: number;
  readonly holder: EnvironmentHolder;
}

export async function environmentToggles(): Promise<void> {
  const place = await pickPlace();
  if (!place) return;
  const { document, kind, index, holder } = place;
  const items = holder.toggles.map(({ id, label, effect, godebug }) => ({
    label,
    description: Object.entries(godebug ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .join(","),
    detail: effect,
    picked: holder.on.includes(id),
    id,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: `What "${holder.name}" traces`, canPickMany: true });
  if (!picked) return;
  const before = document.getText();
  const on = picked.map(({ id }) => id);
  const after = withToggles(before, kind, index, on);
  if (after === undefined)
    throw new Error(`The environment of "${holder.name}" is no object of names and values. Fix it first.`);
  if (after === before) return;
  const wasDirty = document.isDirty;
  const change = new vscode.WorkspaceEdit();
  change.set(document.uri, [textEdit(document, changedPart(before, after))]);
  if (!(await vscode.workspace.applyEdit(change))) throw new Error("The file cannot be edited.");
  if (!wasDirty) await document.save();
}

/** The configuration that the cursor is in, else one that is picked. */
async function pickPlace(): Promise<Place | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (editor) {
    const at = editor.document.offsetAt(editor.selection.active);
    const here = placesIn(editor.document).find(
      ({ holder }) => at >= holder.offset && at <= holder.offset + holder.length,
    );
    if (here) return here;
  }
  const uris = (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => [
    launchFileOf(folder),
    vscode.Uri.joinPath(folder.uri, ".vscode", "tasks.json"),
  ]);
  const opened = await Promise.allSettled(uris.map((uri) => vscode.workspace.openTextDocument(uri)));
  const places = opened.flatMap((one) => (one.status === "fulfilled" ? placesIn(one.value) : []));
  if (places.length === 0) throw new Error("There is no Go configuration that launches a program, and no task, yet.");
  if (places.length === 1) return places[0];
  const items = places.map((place) => ({
    label: place.holder.name,
    description: vscode.workspace.asRelativePath(place.document.uri),
    place,
  }));
  return (await vscode.window.showQuickPick(items, { title: "Runtime traces of which configuration?" }))?.place;
}

function placesIn(document: vscode.TextDocument): Place[] {
  const isTasks = document.uri.path.endsWith("/.vscode/tasks.json");
  if (!isTasks && !isLaunchDocument(document)) return [];
  const kind = isTasks ? "tasks" : kindOfDocument(document);
  const holders = environmentHolders(document.getText(), kind);
  return holders.map((holder, index) => ({ document, kind, index, holder }));
}
