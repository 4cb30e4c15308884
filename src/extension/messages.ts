/**
 * The one way by which a text reaches a notification, a progress notification or a hover. VS Code runs links that a text
 * names (`[words](command:…)`), and texts hold names from profiles and words of servers: here they are made harmless.
 * The lint refuses VS Code's own functions everywhere else.
 */
/* eslint-disable no-restricted-syntax */
import * as vscode from "vscode";
import type { Markdown } from "../core/text/markdown.js";
import { notificationText } from "../core/text/printable.js";

/** Resolves with the choice that was made. */
export function showInformation(text: string, ...choices: string[]): Thenable<string | undefined> {
  return vscode.window.showInformationMessage(notificationText(text), ...choices);
}

export function showWarning(text: string, ...choices: string[]): Thenable<string | undefined> {
  return vscode.window.showWarningMessage(notificationText(text), ...choices);
}

export function showError(text: string, ...choices: string[]): Thenable<string | undefined> {
  return vscode.window.showErrorMessage(notificationText(text), ...choices);
}

/** A dialog that must be answered. */
export function askWarning(
  text: string,
  detail: string | undefined,
  ...choices: string[]
): Thenable<string | undefined> {
  const options = { modal: true, ...(detail !== undefined && { detail: notificationText(detail) }) };
  return vscode.window.showWarningMessage(notificationText(text), options, ...choices);
}

type Progress = vscode.Progress<{ message?: string; increment?: number }>;

export function showProgress<Result>(
  options: vscode.ProgressOptions,
  work: (progress: Progress, token: vscode.CancellationToken) => Thenable<Result>,
): Thenable<Result> {
  const shown = { ...options, ...(options.title !== undefined && { title: notificationText(options.title) }) };
  return vscode.window.withProgress(shown, (progress, token) => {
    const report: Progress["report"] = ({ message, ...more }) =>
      progress.report({ ...more, ...(message !== undefined && { message: notificationText(message) }) });
    return work({ report }, token);
  });
}

/** For a hover or an item's documentation. */
export function markdownString(text: Markdown): vscode.MarkdownString {
  return new vscode.MarkdownString(text);
}

/** Paragraphs in which nothing is Markdown. */
export function plainMarkdownString(...paragraphs: readonly string[]): vscode.MarkdownString {
  return new vscode.MarkdownString().appendText(notificationText(paragraphs.join("\n\n")));
}
