/** Everything about debug sessions, wired. */
import type * as vscode from "vscode";
import { registerDumps } from "./dump-commands.js";
import { registerDebugStart } from "./debug-start.js";
import { GoroutineSources } from "./goroutine-source.js";
import { GoroutineView, useGoroutineView } from "./goroutine-view.js";
import { registerHitRanges } from "./hit-range.js";
import { LeakProblems } from "./leak-problems.js";
import { registerProxyStatus } from "./proxy-status.js";
import { registerReports } from "./report-document.js";

export function registerDebugging(context: vscode.ExtensionContext): vscode.Disposable[] {
  const sources = new GoroutineSources();
  const view = new GoroutineView(context, sources);
  useGoroutineView(view);
  return [
    sources,
    view,
    ...registerDebugStart(context, sources),
    new LeakProblems(view),
    registerProxyStatus(sources),
    registerHitRanges(),
    registerReports(),
    registerDumps(context),
  ];
}
