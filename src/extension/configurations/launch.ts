/**
 * Everything about debug configurations in the editor and at their start, wired. The rules are loaded when a file that
 * has configurations is seen, or one is started: most windows never do.
 */
import * as vscode from "vscode";
import { isLaunchDocument, LAUNCH_SELECTOR } from "./launch-documents.js";
import { registerStartProvider } from "./start-provider.js";

export function registerLaunch(context: vscode.ExtensionContext): vscode.Disposable[] {
  const { languages, workspace } = vscode;
  const learned = new vscode.EventEmitter<void>();
  const kinds = [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.SourceFixAll.append("goDiagnostics")];
  let diagnostics: Promise<vscode.Disposable> | undefined;
  const seen = (document: vscode.TextDocument) => {
    if (diagnostics || !isLaunchDocument(document)) return;
    diagnostics = import("./launch-diagnostics.js").then(({ LaunchDiagnostics }) => new LaunchDiagnostics(learned));
  };
  workspace.textDocuments.forEach(seen);
  return [
    learned,
    workspace.onDidOpenTextDocument(seen),
    { dispose: () => void diagnostics?.then((one) => void one.dispose()) },
    registerStartProvider(context),
    languages.registerHoverProvider(LAUNCH_SELECTOR, {
      provideHover: async (document, position) => (await import("./launch-hover.js")).launchHover(document, position),
    }),
    languages.registerCompletionItemProvider(
      LAUNCH_SELECTOR,
      {
        provideCompletionItems: async (document, position) =>
          (await import("./launch-completion.js")).launchCompletions(document, position),
      },
      '"',
    ),
    languages.registerCodeActionsProvider(
      LAUNCH_SELECTOR,
      {
        provideCodeActions: async (document, range, about) =>
          (await import("./launch-fixes.js")).launchFixes(document, range, about),
      },
      { providedCodeActionKinds: kinds },
    ),
    languages.registerCodeLensProvider(LAUNCH_SELECTOR, {
      onDidChangeCodeLenses: learned.event,
      provideCodeLenses: async (document) => (await import("./launch-lens.js")).launchLenses(document),
    }),
  ];
}
