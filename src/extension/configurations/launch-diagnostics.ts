/**
 * Findings as squiggles in launch.json, settings.json and *.code-workspace, as you type.
 *
 * Typing is never waited on: a short pause after the last keystroke the rules run with the facts that are there, and
 * once more when the machine had more to say.
 */
import * as vscode from "vscode";
import { check } from "../../launch/check.js";
import type { Facts, Finding, Severity } from "../../launch/rule.js";
import { isLaunchDocument, kindOfDocument } from "./launch-documents.js";
import { forgetFacts, forgetFactsOf, gatherFacts, knownFacts } from "./launch-facts.js";
import { log } from "../log.js";
import { setting } from "../settings.js";

const SOURCE = "Go Diagnostics";
const PAUSE_MS = 150;

export class LaunchDiagnostics implements vscode.Disposable {
  readonly #shown = vscode.languages.createDiagnosticCollection("goDiagnostics");
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #changed: vscode.EventEmitter<void>;
  readonly #subscriptions: vscode.Disposable[];

  /** `changed` tells that findings may differ without a change of text: the machine was asked. */
  constructor(changed: vscode.EventEmitter<void>) {
    this.#changed = changed;
    const { workspace } = vscode;
    this.#subscriptions = [
      this.#shown,
      workspace.onDidOpenTextDocument((document) => this.#soon(document, 0)),
      workspace.onDidChangeTextDocument(({ document }) => this.#soon(document, PAUSE_MS)),
      workspace.onDidSaveTextDocument((document) => this.#soon(document, 0)),
      workspace.onDidCloseTextDocument((document) => this.#forget(document)),
      workspace.onDidGrantWorkspaceTrust(() => this.#all(forgetFacts)),
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("go") || change.affectsConfiguration("goDiagnostics")) this.#all(forgetFacts);
      }),
      // A program may have been built, or dlv updated, in the meantime.
      vscode.window.onDidChangeWindowState(({ focused }) => focused && this.#all()),
    ];
    this.#all();
  }

  dispose(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    for (const one of this.#subscriptions) one.dispose();
  }

  #all(before?: () => void): void {
    before?.();
    for (const document of vscode.workspace.textDocuments) this.#soon(document, 0);
  }

  #soon(document: vscode.TextDocument, afterMs: number): void {
    if (!isLaunchDocument(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.#waiting.get(key));
    const timer = setTimeout(() => {
      this.#waiting.delete(key);
      this.#run(document).catch((error: unknown) => log().error(`checking ${key}:`, String(error)));
    }, afterMs);
    this.#waiting.set(key, timer);
  }

  async #run(document: vscode.TextDocument): Promise<void> {
    if (document.isClosed) return;
    const before = knownFacts(document);
    this.#show(document, before);
    const { version } = document;
    const facts = await gatherFacts(document);
    if (document.isClosed || document.version !== version || JSON.stringify(facts) === JSON.stringify(before)) return;
    this.#show(document, facts);
    this.#changed.fire();
  }

  #show(document: vscode.TextDocument, facts: Facts): void {
    if (!setting("goDiagnostics.launch.check", document.uri)) {
      this.#shown.delete(document.uri);
      return;
    }
    const findings = check(document.getText(), kindOfDocument(document), facts);
    this.#shown.set(
      document.uri,
      findings.map((finding) => diagnosticOf(document, finding)),
    );
  }

  #forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.#waiting.get(key));
    this.#waiting.delete(key);
    this.#shown.delete(document.uri);
    forgetFactsOf(document);
  }
}

export function diagnosticOf(document: vscode.TextDocument, finding: Finding): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(rangeOf(document, finding), finding.message, SEVERITIES[finding.severity]);
  diagnostic.source = SOURCE;
  diagnostic.code = finding.rule;
  return diagnostic;
}

export function rangeOf(
  document: vscode.TextDocument,
  { offset, length }: { readonly offset: number; readonly length: number },
): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}

const SEVERITIES: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: 0,
  warning: 1,
  information: 2,
};
