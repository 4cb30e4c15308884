/** Read-only texts of ours as editors: they can be read with the keyboard, searched and copied, and need no file. */
import * as vscode from "vscode";
import type { Markdown } from "../../core/text/markdown.js";

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
  const document = await vscode.workspace.openTextDocument(kept(title, text));
  await vscode.window.showTextDocument(document, { preview: true });
}

/** As a page with tables, drawn by VS Code itself. */
export async function openMarkdownReport(title: string, text: Markdown): Promise<void> {
  await vscode.commands.executeCommand("markdown.showPreview", kept(`${title}.md`, text));
}

function kept(title: string, text: string): vscode.Uri {
  const name = title.replace(/[^\w.() *-]+/g, " ").slice(-80);
  const path = `/${++opened}/${name}`;
  texts.set(path, text);
  const oldest = texts.keys().next().value;
  if (texts.size > MAX_KEPT && oldest !== undefined) texts.delete(oldest);
  return vscode.Uri.from({ scheme: SCHEME, path });
}
