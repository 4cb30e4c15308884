/**
 * "Fix launch.json": applies every fix that needs no question, to the file in the editor or to all launch.json of the
 * workspace; from the lens, to one configuration. A file that had no unsaved changes is saved, one undo takes it back.
 */
import * as vscode from "vscode";
import { check } from "../../launch/check.js";
import { fixOne } from "../../launch/fix-one.js";
import { isLaunchDocument, kindOfDocument, launchFileOf } from "./launch-documents.js";
import { gatherFacts } from "./launch-facts.js";
import { fixAllEdit } from "./launch-fixes.js";
import { changedPart } from "./text-change.js";
import { textEdit } from "./text-edit.js";
import { showInformation } from "../messages.js";

export async function fixLaunch(_context: vscode.ExtensionContext, uri?: unknown, name?: unknown): Promise<void> {
  const documents = uri instanceof vscode.Uri ? [await vscode.workspace.openTextDocument(uri)] : await theirDocuments();
  if (documents.length === 0) {
    const add = await showInformation("There is no launch.json yet.", "Add Configuration…");
    if (add) await vscode.commands.executeCommand("goDiagnostics.launch.addConfiguration");
    return;
  }
  const before = await problemsOf(documents);
  for (const document of documents) await fixDocument(document, typeof name === "string" ? name : undefined);
  const left = await problemsOf(documents);
  const fixed = before - left;
  const did =
    fixed > 0 ? `${count(fixed)} fixed` : before === 0 ? "No problems found" : "Nothing to fix without asking";
  const open = left > 0 ? `, ${count(left)} left that only you can decide` : "";
  vscode.window.setStatusBarMessage(`$(check) Go Diagnostics: ${did}${open}`, 8000);
  if (typeof name !== "string") await vscode.window.showTextDocument(documents[0]);
}

/** Saves when nothing else was unsaved in it. */
export async function fixDocument(document: vscode.TextDocument, name?: string): Promise<void> {
  const facts = await gatherFacts(document);
  const text = document.getText();
  const edit =
    name === undefined
      ? fixAllEdit(document)
      : textEdit(document, changedPart(text, fixOne(text, kindOfDocument(document), facts, name)));
  if (!edit) return;
  const wasDirty = document.isDirty;
  const change = new vscode.WorkspaceEdit();
  change.set(document.uri, [edit]);
  if (!(await vscode.workspace.applyEdit(change))) throw new Error(`${shortName(document)} cannot be edited.`);
  if (!wasDirty && !(await document.save())) throw new Error(`${shortName(document)} cannot be saved.`);
}

async function theirDocuments(): Promise<vscode.TextDocument[]> {
  const active = vscode.window.activeTextEditor?.document;
  if (active && isLaunchDocument(active)) return [active];
  const uris = (vscode.workspace.workspaceFolders ?? []).map(launchFileOf);
  const opened = await Promise.allSettled(uris.map((uri) => vscode.workspace.openTextDocument(uri)));
  return opened.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}

async function problemsOf(documents: readonly vscode.TextDocument[]): Promise<number> {
  const all = await Promise.all(
    documents.map(async (document) => check(document.getText(), kindOfDocument(document), await gatherFacts(document))),
  );
  return all.flat().filter(({ severity }) => severity !== "information").length;
}

function shortName({ uri }: vscode.TextDocument): string {
  return vscode.workspace.asRelativePath(uri);
}

function count(problems: number): string {
  return problems === 1 ? "1 problem" : `${problems} problems`;
}
