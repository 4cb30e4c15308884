/** Work that people see in a notification, and can cancel there. */
import * as vscode from "vscode";
import { showProgress } from "./messages.js";

/** Cancelling aborts `stop`; `report` says what is being done. */
export function withCancel<Result>(
  title: string,
  stop: AbortController,
  work: (report: (message: string) => void) => Promise<Result>,
): Thenable<Result> {
  return showProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (progress, token) => {
      token.onCancellationRequested(() => stop.abort());
      return work((message) => progress.report({ message }));
    },
  );
}
