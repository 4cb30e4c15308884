/** "Show in Flame Graph": a function of the code, a goroutine's stack, in the viewer that was looked at last. */
import type * as vscode from "vscode";
import { revealInLastViewer } from "./open-viewers.js";
import { placeAtCursor } from "./source-costs.js";
import { showInformation } from "../messages.js";

/**
 * Called with `{function, file, line, stack?}` (stack: names of functions, root first), or without for the function at
 * the cursor.
 */
export function revealInFlameGraph(_context: vscode.ExtensionContext, given?: unknown): void {
  const { function: name, file, line, stack } = (given ?? {}) as Readonly<Record<string, unknown>>;
  const place =
    typeof name === "string"
      ? { function: name, file: typeof file === "string" ? file : "", line: typeof line === "number" ? line : 0 }
      : placeAtCursor();
  const names = Array.isArray(stack) ? stack.filter((one) => typeof one === "string") : undefined;
  if (!place) {
    void showInformation("No open profile says what this code costs.");
  } else if (!revealInLastViewer(place, names)) {
    void showInformation("Open a profile first: there is no flame graph to show this in.");
  }
}
