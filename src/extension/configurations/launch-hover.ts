/** Hovers over the attributes and flags of Go configurations. */
import * as vscode from "vscode";
import { hoverAt } from "../../launch/writing/hover.js";
import { rangeOf } from "./launch-diagnostics.js";
import { kindOfDocument } from "./launch-documents.js";
import { knownFacts } from "./launch-facts.js";
import { markdownString } from "../messages.js";

export function launchHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
  const offset = document.offsetAt(position);
  const found = hoverAt(document.getText(), kindOfDocument(document), offset, knownFacts(document));
  return found && new vscode.Hover(markdownString(found.markdown), rangeOf(document, found));
}
