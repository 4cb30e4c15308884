/**
 * "Diagnose Go memory": asks for a program, samples it for a while with progress and cancel, opens the result.
 *
 * Cancelling stops the sampling, not the answer: what was captured until then is judged and shown as partial.
 */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import { formatValue } from "../core/format.js";
import { openDiagnosis } from "./diagnosis-panel.js";
import type { DiagnosisJob, FromThread } from "./diagnosis-thread.js";
import { log } from "./log.js";
import { setting } from "./settings.js";

const LAST_URL = "diagnose.lastUrl";

type Done = Extract<FromThread, { type: "done" }>;

/** With a URL as argument (from a keybinding or another extension) it does not ask. */
export async function diagnoseMemory(context: vscode.ExtensionContext, given?: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    const manage = await vscode.window.showWarningMessage(
      "Diagnosing connects to a program; this workspace is not trusted to do that.",
      "Manage Trust",
    );
    if (manage) await vscode.commands.executeCommand("workbench.trust.manage");
    return;
  }
  const url = typeof given === "string" ? given : await askForUrl(context);
  if (url === undefined) return;
  const job = {
    url: withScheme(url),
    samples: setting("goDiagnostics.diagnose.samples"),
    intervalMs: setting("goDiagnostics.diagnose.intervalSeconds") * 1000,
  };
  await context.workspaceState.update(LAST_URL, job.url);
  log().info(`diagnosing ${job.url}: ${job.samples} snapshots, one every ${job.intervalMs} ms`);
  const { diagnosis, profiles, partial } = await sampleWithProgress(context, job);
  if (partial) log().warn(`${partial.what}: ${partial.why}. ${partial.todo}`);
  if (!diagnosis) {
    // Cancelled before the first snapshot: nothing to say.
    if (!partial || partial.code === "aborted") return;
    throw new Error(sentence(`${partial.what}: ${partial.why}. ${partial.todo}`));
  }
  const notes = partial
    ? [{ code: "partial", message: `Sampling ended early: ${partial.why}. This is about the snapshots until then.` }]
    : [];
  await openDiagnosis(context, { diagnosis: { ...diagnosis, notes: [...notes, ...diagnosis.notes] }, profiles });
}

async function askForUrl(context: vscode.ExtensionContext): Promise<string | undefined> {
  const value = context.workspaceState.get<string>(LAST_URL) ?? setting("goDiagnostics.diagnose.url");
  return vscode.window.showInputBox({
    title: "Diagnose Go memory",
    prompt: 'Address of the program\'s pprof endpoints (it imports "net/http/pprof")',
    placeHolder: "http://localhost:6060",
    value,
    valueSelection: [0, value.length],
    ignoreFocusOut: true,
    validateInput: (text) =>
      URL.canParse(withScheme(text)) ? undefined : "Give an address such as http://localhost:6060",
  });
}

/** "localhost:6060" is what people type. */
function withScheme(text: string): string {
  const trimmed = text.trim();
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
}

function sampleWithProgress(context: vscode.ExtensionContext, job: DiagnosisJob): Thenable<Done> {
  const options = { location: vscode.ProgressLocation.Notification, title: "Diagnosing Go memory", cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const host = shortHost(job.url);
    progress.report({ message: `connecting to ${host}` });
    return sample(context, job, token, (message) => {
      switch (message.type) {
        case "snapshot": {
          const { numbers, index } = message;
          const heap = numbers.heapInuse === undefined ? "" : `, heap ${formatValue(numbers.heapInuse, "bytes")}`;
          const goroutines = numbers.goroutines === undefined ? "" : `, ${numbers.goroutines} goroutines`;
          const text = `${host}: snapshot ${index + 1} of ${job.samples}${heap}${goroutines}`;
          progress.report({ message: text, increment: 100 / job.samples });
          break;
        }
        case "judging":
          progress.report({ message: "comparing the snapshots" });
          break;
        case "done":
          break;
      }
    });
  });
}

function sample(
  context: vscode.ExtensionContext,
  job: DiagnosisJob,
  token: vscode.CancellationToken,
  onMessage: (message: FromThread) => void,
): Promise<Done> {
  const thread = new Worker(join(context.extensionPath, "dist", "diagnosis-thread.cjs"), { workerData: job });
  return new Promise<Done>((resolve, reject) => {
    token.onCancellationRequested(() => thread.postMessage("stop"));
    thread.on("message", (message: FromThread) => {
      onMessage(message);
      if (message.type === "done") resolve(message);
    });
    thread.on("error", reject);
    thread.on("exit", (code) => reject(new Error(`The diagnosis ended unexpectedly (exit code ${code}).`)));
  }).finally(() => void thread.terminate());
}

function shortHost(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
