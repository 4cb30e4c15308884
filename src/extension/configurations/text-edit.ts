/** Edits of the rules as VS Code's. */
import * as vscode from "vscode";
import type { Edit } from "../../launch/edit.js";

export function textEdit(document: vscode.TextDocument, { offset, length, content }: Edit): vscode.TextEdit {
  const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
  return new vscode.TextEdit(range, content);
}
