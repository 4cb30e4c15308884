/** Read-only texts of ours as editors: they can be read with the keyboard, searched and copied, and need no file. */
import * as vscode from "vscode";

const SCHEME = "go-diagnostics-report";
const MAX_KEPT = 50;

const texts = new Map<string, string>();
let opened = 0;

export function registerReports(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: (uri) => texts.get(uri.path) ?? "This report was of a session that has ended.\n",
  });
}

export async function openReport(title: string, text: string): Promise<void> {
  const name = title.replace(/[^\w.() *-]+/g, " ").slice(0, 80);
  const path = `/${++opened}/${name}`;
  texts.set(path, text);
  const oldest = texts.keys().next().value;
  if (texts.size > MAX_KEPT && oldest !== undefined) texts.delete(oldest);
  const document = await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme: SCHEME, path }));
  await vscode.window.showTextDocument(document, { preview: true });
}
