/** "Start" above every Go configuration, and "Fix" where something can be fixed without a question. */
import * as vscode from "vscode";
import { check } from "../../launch/check.js";
import { readDocument } from "../../launch/document.js";
import { findingsOf } from "../../launch/fix-one.js";
import { rangeOf } from "./launch-diagnostics.js";
import { kindOfDocument } from "./launch-documents.js";
import { knownFacts } from "./launch-facts.js";
import { setting } from "../settings.js";

export function launchLenses(document: vscode.TextDocument): vscode.CodeLens[] {
  if (!setting("goDiagnostics.launch.codeLens", document.uri)) return [];
  const text = document.getText();
  const kind = kindOfDocument(document);
  const findings = check(text, kind, knownFacts(document));
  return readDocument(text, kind).configurations.flatMap((configuration) => {
    if (configuration.type !== "go" || configuration.name === "") return [];
    const range = rangeOf(document, { offset: configuration.node.offset, length: 0 });
    const args = [document.uri, configuration.name];
    const lenses = [
      new vscode.CodeLens(range, {
        title: "$(debug-start) Start",
        tooltip: `Start debugging "${configuration.name}"`,
        command: "goDiagnostics.launch.start",
        arguments: args,
      }),
    ];
    if (process.platform !== "win32") {
      lenses.push(
        new vscode.CodeLens(range, {
          title: "Delve's Log",
          tooltip:
            "Start with Delve's Log: Delve logs what it is asked and does; the log opens as a table when the session ends",
          command: "goDiagnostics.launch.startWithLog",
          arguments: args,
        }),
      );
    }
    const fixable = findingsOf(configuration, findings).filter(({ fix }) => fix).length;
    if (fixable > 0) {
      lenses.push(
        new vscode.CodeLens(range, {
          title: `$(lightbulb-autofix) Fix ${fixable === 1 ? "1 problem" : `${fixable} problems`}`,
          tooltip: "Apply the fixes that need no question; comments and formatting stay",
          command: "goDiagnostics.launch.fix",
          arguments: args,
        }),
      );
    }
    return lenses;
  });
}
