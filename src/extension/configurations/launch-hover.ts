/** Hovers over the attributes and flags of Go configurations. */
import * as vscode from "vscode";
import { hoverAt } from "../../launch/writing/hover.js";
import { rangeOf } from "./launch-diagnostics.js";
import { LAUNCH_SELECTOR, kindOfDocument } from "./launch-documents.js";
import { knownFacts } from "./launch-facts.js";

export function registerLaunchHover(): vscode.Disposable {
  return vscode.languages.registerHoverProvider(LAUNCH_SELECTOR, {
    provideHover(document, position) {
      const offset = document.offsetAt(position);
      const found = hoverAt(document.getText(), kindOfDocument(document), offset, knownFacts(document));
      return found && new vscode.Hover(new vscode.MarkdownString(found.markdown), rangeOf(document, found));
    },
  });
}
