/**
 * Quick fixes at a finding, and all safe fixes at once: from the lightbulb, the command, or on save
 * (`source.fixAll.goDiagnostics`).
 */
import * as vscode from "vscode";
import { check, fixAll } from "../../launch/check.js";
import type { Fix } from "../../launch/rule.js";
import { diagnosticOf, rangeOf } from "./launch-diagnostics.js";
import { kindOfDocument } from "./launch-documents.js";
import { knownFacts } from "./launch-facts.js";
import { changedPart } from "./text-change.js";
import { textEdit } from "./text-edit.js";

/** `source.fixAll.goDiagnostics` */
const fixAllKind = () => vscode.CodeActionKind.SourceFixAll.append("goDiagnostics");

/** What fixing everything would change, as one edit; undefined where there is nothing to fix. */
export function fixAllEdit(document: vscode.TextDocument): vscode.TextEdit | undefined {
  const text = document.getText();
  const fixed = fixAll(text, kindOfDocument(document), knownFacts(document)).text;
  return fixed === text ? undefined : textEdit(document, changedPart(text, fixed));
}

export function launchFixes(
  document: vscode.TextDocument,
  range: vscode.Range,
  context: vscode.CodeActionContext,
): vscode.CodeAction[] {
  const wants = (kind: vscode.CodeActionKind) => context.only === undefined || context.only.contains(kind);
  const actions: vscode.CodeAction[] = [];
  if (wants(vscode.CodeActionKind.QuickFix)) actions.push(...quickFixes(document, range));
  // On save nobody looks at the findings of a place; in a menu "fix all" makes sense only where one of them is.
  const bySave = context.only !== undefined && vscode.CodeActionKind.Source.contains(context.only);
  if (bySave ? wants(fixAllKind()) : actions.length > 0) {
    const edit = fixAllEdit(document);
    if (edit) {
      const kind = bySave ? fixAllKind() : vscode.CodeActionKind.QuickFix;
      actions.push(action(document, { title: "Fix all Go Diagnostics problems", edits: [edit] }, kind));
    }
  }
  return actions;
}

function quickFixes(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
  const actions: vscode.CodeAction[] = [];
  for (const finding of check(document.getText(), kindOfDocument(document), knownFacts(document))) {
    if (!finding.fix && !finding.alternatives) continue;
    if (!rangeOf(document, finding).intersection(range)) continue;
    const diagnostics = [diagnosticOf(document, finding)];
    const add = ({ title, edits }: Fix, isPreferred: boolean) => {
      const texts = edits.map((edit) => textEdit(document, edit));
      const one = action(document, { title, edits: texts }, vscode.CodeActionKind.QuickFix);
      actions.push(Object.assign(one, { diagnostics, isPreferred }));
    };
    if (finding.fix) add(finding.fix, true);
    for (const alternative of finding.alternatives ?? []) add(alternative, false);
  }
  return actions;
}

function action(
  document: vscode.TextDocument,
  { title, edits }: { readonly title: string; readonly edits: readonly vscode.TextEdit[] },
  kind: vscode.CodeActionKind,
): vscode.CodeAction {
  const one = new vscode.CodeAction(title, kind);
  one.edit = new vscode.WorkspaceEdit();
  one.edit.set(document.uri, [...edits]);
  return one;
}
