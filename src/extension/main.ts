/** The extension host's entry: wires, and nothing else. */
import type * as vscode from "vscode";
import { registerCommands } from "./commands.js";
import { registerDebugging } from "./debugging/debug.js";
import { refillDiagnosisPanels } from "./diagnosis/diagnosis-panel.js";
import { registerLaunch } from "./configurations/launch.js";
import { registerLive } from "./live/live.js";
import { closeLog } from "./log.js";
import { nodePlatform } from "./node-platform.js";
import { usePlatform } from "./platform.js";
import { registerViewer } from "./profiles/viewer-parts.js";

export function activate(context: vscode.ExtensionContext): void {
  usePlatform(nodePlatform);
  context.subscriptions.push(
    ...registerCommands(context),
    ...registerViewer(context),
    refillDiagnosisPanels(context),
    ...registerLaunch(context),
    ...registerDebugging(context),
    ...registerLive(context),
    { dispose: closeLog },
  );
}
