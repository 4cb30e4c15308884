/**
 * Every command, by the id that package.json contributes. The one place that catches whatever a command throws
 * and says it in words.
 */
import * as vscode from "vscode";
import { addConfiguration } from "./add-configuration-command.js";
import { breakEveryHit, breakFromToHit, breakOnlyHere } from "./breakpoint-commands.js";
import { diagnoseMemory } from "./diagnose-command.js";
import { closeDump, compareDump, openDump, openDumpFromClipboard } from "./dump-commands.js";
import { environmentToggles } from "./environment-toggles-command.js";
import { fixLaunch } from "./fix-launch-command.js";
import {
  clearFilter,
  copyStack,
  explain,
  filterGoroutines,
  goToBlockingLine,
  goToCreator,
  groupGoroutines,
  loadMore,
  openNode,
  refreshGoroutines,
  showGoroutines,
  switchTo,
} from "./goroutine-commands.js";
import { askAgain } from "./launch-start.js";
import { log } from "./log.js";
import { openProfile } from "./profile-editor.js";
import { startConfiguration } from "./start-configuration-command.js";

type Command = (context: vscode.ExtensionContext, ...args: unknown[]) => Promise<void> | void;

export const commands: Readonly<Record<string, Command>> = {
  "goDiagnostics.addConfiguration": addConfiguration,
  "goDiagnostics.askAgainAtStart": askAgain,
  "goDiagnostics.breakEveryHit": breakEveryHit,
  "goDiagnostics.breakFromToHit": breakFromToHit,
  "goDiagnostics.diagnoseMemory": diagnoseMemory,
  "goDiagnostics.environmentToggles": environmentToggles,
  "goDiagnostics.fixLaunch": fixLaunch,
  "goDiagnostics.closeDump": closeDump,
  "goDiagnostics.compareDump": compareDump,
  "goDiagnostics.openDump": openDump,
  "goDiagnostics.openDumpFromClipboard": openDumpFromClipboard,
  "goDiagnostics.goroutines.breakOnlyHere": breakOnlyHere,
  "goDiagnostics.goroutines.clearFilter": clearFilter,
  "goDiagnostics.goroutines.copyStack": copyStack,
  "goDiagnostics.goroutines.explain": explain,
  "goDiagnostics.goroutines.filter": filterGoroutines,
  "goDiagnostics.goroutines.goToBlockingLine": goToBlockingLine,
  "goDiagnostics.goroutines.goToCreator": goToCreator,
  "goDiagnostics.goroutines.group": groupGoroutines,
  "goDiagnostics.goroutines.loadMore": loadMore,
  "goDiagnostics.goroutines.open": openNode,
  "goDiagnostics.goroutines.refresh": refreshGoroutines,
  "goDiagnostics.goroutines.show": showGoroutines,
  "goDiagnostics.goroutines.switch": switchTo,
  "goDiagnostics.openProfile": openProfile,
  "goDiagnostics.startConfiguration": startConfiguration,
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
