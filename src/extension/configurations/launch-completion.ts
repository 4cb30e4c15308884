/** Completions in Go configurations, whole configurations among them. */
import * as vscode from "vscode";
import { type Completion, completionsAt } from "../../launch/writing/completion.js";
import { rangeOf } from "./launch-diagnostics.js";
import { kindOfDocument } from "./launch-documents.js";
import { knownFacts } from "./launch-facts.js";
import { markdownString } from "../messages.js";

export function launchCompletions(document: vscode.TextDocument, position: vscode.Position): vscode.CompletionItem[] {
  const offset = document.offsetAt(position);
  const found = completionsAt(document.getText(), kindOfDocument(document), offset, knownFacts(document));
  return found.map((one) => itemOf(document, one));
}

function itemOf(document: vscode.TextDocument, completion: Completion): vscode.CompletionItem {
  const item = new vscode.CompletionItem(completion.label, KINDS[completion.kind]);
  item.detail = completion.detail;
  item.documentation = markdownString(completion.markdown);
  item.insertText = new vscode.SnippetString(completion.snippet);
  item.range = rangeOf(document, completion);
  // What stands there begins with a quote, and VS Code filters by that.
  const replaced = document.getText(item.range);
  if (replaced.startsWith('"')) item.filterText = JSON.stringify(completion.label);
  return item;
}

/** Property, Value and Snippet of vscode.CompletionItemKind. */
const KINDS: Readonly<Record<Completion["kind"], vscode.CompletionItemKind>> = {
  attribute: 9,
  value: 11,
  configuration: 14,
};
