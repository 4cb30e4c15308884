/**
 * Where the check at F5 (launch-start.ts) comes in.
 *
 * Registered for every type, since such providers run after those of one type, golang.go's among them; and in the first
 * stage, where `${…}` is still as written: what a fix adds is then filled in by VS Code and completed by golang.go like
 * everything else. Whatever goes wrong here, the configuration passes unchanged.
 */
import * as vscode from "vscode";
import { isOfChild } from "../debugging/proxied-start.js";
import { log } from "../log.js";

export function registerStartProvider(context: vscode.ExtensionContext): vscode.Disposable {
  return vscode.debug.registerDebugConfigurationProvider("*", {
    async resolveDebugConfiguration(folder, configuration) {
      if (configuration.type !== "go" || !vscode.workspace.isTrusted || isOfChild(configuration)) return configuration;
      try {
        const { checkedStart } = await import("./launch-start.js");
        return await checkedStart(context, folder, configuration);
      } catch (error) {
        log().error(`"${configuration.name}" starts unchecked:`, error instanceof Error ? error : String(error));
        return configuration;
      }
    },
  });
}
