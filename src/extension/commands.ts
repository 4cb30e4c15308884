/** Every command, by the id that package.json contributes. */
import type * as vscode from "vscode";
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
import { registerAll } from "./register-commands.js";
import { startConfiguration } from "./start-configuration-command.js";
import { type Command, viewerCommands } from "./viewer-commands.js";

export const commands: Readonly<Record<string, Command>> = {
  ...viewerCommands,
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
  "goDiagnostics.startConfiguration": startConfiguration,
};

export function registerCommands(context: vscode.ExtensionContext): vscode.Disposable[] {
  return registerAll(context, commands);
}
