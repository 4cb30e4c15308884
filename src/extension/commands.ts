/**
 * Every command, by the id that package.json contributes. The one place that catches whatever a command throws
 * and says it in words.
 */
import * as vscode from "vscode";
import { diagnoseMemory } from "./diagnose-command.js";
import { log } from "./log.js";
import { openProfile } from "./profile-editor.js";

type Command = (context: vscode.ExtensionContext, ...args: unknown[]) => Promise<void> | void;

export const commands: Readonly<Record<string, Command>> = {
  "goDiagnostics.diagnoseMemory": diagnoseMemory,
  "goDiagnostics.openProfile": openProfile,
  "goDiagnostics.showLog": () => log().show(),
};

export function registerCommands(context: vscode.ExtensionContext): vscode.Disposable[] {
  return Object.entries(commands).map(([id, run]) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        await run(context, ...args);
      } catch (error) {
        log().error(`${id}:`, error instanceof Error ? error : String(error));
        const words = error instanceof Error ? error.message : String(error);
        void vscode.window.showErrorMessage(words, "Show Log").then((choice) => choice && log().show());
      }
    }),
  );
}
