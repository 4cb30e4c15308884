/** Commands by their ids. The one place that catches whatever a command throws and says it in words. */
import * as vscode from "vscode";
import { log } from "./log.js";
import type { Command } from "./command.js";
import { showError } from "./messages.js";
import { errorText } from "../core/text/error-text.js";

export function registerAll(
  context: vscode.ExtensionContext,
  commands: Readonly<Record<string, Command>>,
): vscode.Disposable[] {
  return Object.entries(commands).map(([id, run]) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        await run(context, ...args);
      } catch (error) {
        log().error(`${id}:`, error instanceof Error ? error : String(error));
        const words = errorText(error);
        void showError(words, "Show Log").then((choice) => choice && log().show());
      }
    }),
  );
}
