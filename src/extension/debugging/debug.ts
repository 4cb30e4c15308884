/** Everything about debug sessions, wired. */
import type * as vscode from "vscode";
import { registerDumps } from "../goroutines/dump-commands.js";
import { registerDebugStart } from "./debug-start.js";
import { registerDebuggedProcesses } from "./debugged-processes.js";
import { GoroutineSources } from "../goroutines/goroutine-source.js";
import { GoroutineView, useGoroutineView } from "../goroutines/goroutine-view.js";
import { onGoroutinesWanted, setGoroutinesAvailable } from "../goroutines/goroutines-here.js";
import { registerKnownVerdicts } from "../diagnosis/known-verdicts.js";
import { registerHitRanges } from "./hit-range.js";
import { LeakProblems } from "../goroutines/leak-problems.js";
import { useProfilePoints } from "../recording/profile-point-commands.js";
import { ProfilePoints } from "../recording/profile-points.js";
import { registerProxyStatus } from "./proxy-status.js";
import { registerReports } from "../goroutines/report-document.js";
import { registerTasks } from "../tasks.js";
import { registerTestLens } from "../recording/test-lens.js";

export function registerDebugging(context: vscode.ExtensionContext): vscode.Disposable[] {
  const sources = new GoroutineSources();
  const view = new GoroutineView(context, sources);
  useGoroutineView(view);
  const points = new ProfilePoints(context, sources);
  useProfilePoints(points);
  const both = [
    // Both ways between the flame graph and the goroutines.
    view.onDidLoad((loaded) => setGoroutinesAvailable(loaded !== undefined)),
    onGoroutinesWanted(({ function: name }) => void showThoseOf(view, name)),
  ];
  return [
    ...both,
    sources,
    view,
    ...registerDebugStart(context, sources),
    new LeakProblems(view),
    registerProxyStatus(sources),
    registerDebuggedProcesses(),
    registerKnownVerdicts(),
    registerHitRanges(),
    registerReports(),
    registerDumps(context),
    points,
    registerTestLens(),
    registerTasks(context),
  ];
}

async function showThoseOf(view: GoroutineView, functionName: string): Promise<void> {
  await view.show();
  await view.ask({ filter: `func:"${functionName.replaceAll('"', "")}"` });
}
