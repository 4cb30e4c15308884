/** "profile heap | cpu | trace" above each test and benchmark. */
import * as vscode from "vscode";
import { setting } from "../settings.js";
import { testFunctions } from "./test-functions.js";

export function registerTestLens(): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  return vscode.Disposable.from(
    changed,
    vscode.workspace.onDidChangeConfiguration(
      (change) => change.affectsConfiguration("goDiagnostics.test.codeLens") && changed.fire(),
    ),
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
    vscode.languages.registerCodeLensProvider(
      { language: "go", pattern: "**/*_test.go", scheme: "file" },
      {
        onDidChangeCodeLenses: changed.event,
        provideCodeLenses(document) {
          if (!vscode.workspace.isTrusted || !setting("goDiagnostics.test.codeLens", document.uri)) return [];
          return testFunctions(document.getText()).flatMap(({ name, line }) => {
            const range = new vscode.Range(line, 0, line, 0);
            const lens = (title: string, kind: string) =>
              new vscode.CodeLens(range, {
                command: "goDiagnostics.test.profile",
                title,
                arguments: [document.uri, name, kind],
              });
            return [lens("$(flame) profile heap", "heap"), lens("profile cpu", "cpu"), lens("trace", "trace")];
          });
        },
      },
    ),
  );
}
