/**
 * The entry where there is no Node: VS Code in a browser without a server. The viewer alone; sources are those of the
 * open folders.
 */
import type * as vscode from "vscode";
import { closeLog } from "./log.js";
import { registerAll } from "./register-commands.js";
import { usePlatform } from "./platform.js";
import { setting } from "./settings.js";
import { viewerCommands } from "./profiles/viewer-commands.js";
import { registerViewer } from "./profiles/viewer-parts.js";
import { wholeFile } from "./whole-file.js";
import { workspaceModules } from "./profiles/workspace-modules.js";

export function activate(context: vscode.ExtensionContext): void {
  usePlatform({
    read: wholeFile,
    goPlaces: async () => ({
      goroot: undefined,
      moduleCache: undefined,
      modules: await workspaceModules(),
      mappings: setting("goDiagnostics.source.pathMappings"),
    }),
  });
  context.subscriptions.push(...registerAll(context, viewerCommands), ...registerViewer(context), {
    dispose: closeLog,
  });
}
