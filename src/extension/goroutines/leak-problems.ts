/**
 * Goroutine leaks in the Problems panel, on the line that blocks: information, unless the setting says otherwise. They
 * are of the last stop, and go with the session.
 */
import * as vscode from "vscode";
import { printable } from "../../core/text/printable.js";
import type { FrameJson, LeakJson } from "../../core/goroutines/answer-bodies.js";
import type { GoroutineView } from "./goroutine-view.js";
import { findSource } from "../profiles/open-source.js";
import { setting } from "../settings.js";

const MAX_PROBLEMS = 100;

const SEVERITIES: Readonly<Record<string, vscode.DiagnosticSeverity | undefined>> = {
  information: 2 satisfies vscode.DiagnosticSeverity.Information,
  warning: 1 satisfies vscode.DiagnosticSeverity.Warning,
};

export class LeakProblems {
  readonly #problems: vscode.DiagnosticCollection;
  readonly #subscriptions: vscode.Disposable[];
  #asked = 0;

  constructor(view: GoroutineView) {
    this.#problems = vscode.languages.createDiagnosticCollection("go-diagnostics-leaks");
    this.#subscriptions = [
      this.#problems,
      // A program that goes on still has its leaks: they stay until the next stop or the end.
      view.onDidLoad((loaded) => {
        const findings = loaded?.top.findings;
        if (findings) void this.#show(findings);
        else if (!loaded && !view.sources.current) void this.#show([]);
      }),
    ];
  }

  dispose(): void {
    for (const one of this.#subscriptions) one.dispose();
  }

  async #show(findings: readonly LeakJson[]): Promise<void> {
    const asked = ++this.#asked;
    const severity = SEVERITIES[setting("goDiagnostics.goroutines.problems")];
    const found = severity === undefined ? [] : findings.slice(0, MAX_PROBLEMS);
    const located = await Promise.all(found.map((finding) => problemOf(finding, severity)));
    if (asked !== this.#asked) return;
    this.#problems.clear();
    const byFile = new Map<string, { readonly uri: vscode.Uri; readonly problems: vscode.Diagnostic[] }>();
    for (const one of located) {
      if (!one) continue;
      const entry = byFile.get(one.uri.toString()) ?? { uri: one.uri, problems: [] };
      entry.problems.push(one.problem);
      byFile.set(one.uri.toString(), entry);
    }
    for (const { uri, problems } of byFile.values()) this.#problems.set(uri, problems);
  }
}

async function problemOf(
  finding: LeakJson,
  severity: vscode.DiagnosticSeverity | undefined,
): Promise<{ readonly uri: vscode.Uri; readonly problem: vscode.Diagnostic } | undefined> {
  const location = await locationOf(finding);
  if (!location) return undefined;
  const words = `${printable(finding.explanation)} ${printable(finding.advice)}`;
  const problem = new vscode.Diagnostic(location.range, words, severity);
  problem.source = "Go Diagnostics";
  problem.code =
    finding.level === "confirmed" ? `goroutine leak: ${finding.pattern}` : `likely goroutine leak: ${finding.pattern}`;
  const creator = finding.createdBy && (await locationOf(finding.createdBy));
  if (creator)
    problem.relatedInformation = [new vscode.DiagnosticRelatedInformation(creator, "They are started here.")];
  return { uri: location.uri, problem };
}

async function locationOf(frame: FrameJson): Promise<vscode.Location | undefined> {
  const uri = frame.line > 0 ? await findSource(frame.file) : undefined;
  if (!uri) return undefined;
  const document = await vscode.workspace.openTextDocument(uri);
  if (frame.line > document.lineCount) return undefined;
  const line = document.lineAt(frame.line - 1);
  return new vscode.Location(
    uri,
    new vscode.Range(line.lineNumber, line.firstNonWhitespaceCharacterIndex, line.lineNumber, line.text.length),
  );
}
