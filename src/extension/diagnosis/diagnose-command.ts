/**
 * "Diagnose Go Memory": asks for a program, samples it for a while with progress and cancel, opens the result.
 *
 * Cancelling stops the sampling, not the answer: what was captured until then is judged and shown as partial.
 */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import { formatValue } from "../../core/text/format.js";
import { againstKeptBaseline } from "./diagnosis-commands.js";
import { openDiagnosis } from "./diagnosis-panel.js";
import { pickTarget } from "./diagnosis-targets.js";
import type { DiagnosisJob, FromThread, ToThread } from "./diagnosis-thread.js";
import { log } from "../log.js";
import { pausedReading, type PausedReading } from "./paused-reading.js";
import { setting } from "../settings.js";
import { headersFor } from "../../capture/headers-for.js";
import { askWarning, showProgress, showWarning } from "../messages.js";

/** A secret, since an address may have a password in it. */
const LAST_ADDRESS = "diagnose.lastAddress";

type Done = Extract<FromThread, { type: "done" }>;

/** With an address as argument (from a keybinding or another extension) it does not ask. */
export async function diagnoseMemory(context: vscode.ExtensionContext, given?: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    const manage = await showWarning(
      "Diagnosing connects to a program; this workspace is not trusted to do that.",
      "Manage Trust",
    );
    if (manage) await vscode.commands.executeCommand("workbench.trust.manage");
    return;
  }
  const target =
    typeof given === "string"
      ? ({ kind: "address", address: given } as const)
      : await pickTarget(await context.secrets.get(LAST_ADDRESS));
  if (target === undefined) return;
  const samples = setting("goDiagnostics.diagnose.samples");
  const settings = {
    samples,
    intervalMs: setting("goDiagnostics.diagnose.intervalSeconds") * 1000,
    adaptive: true,
  };
  if (target.kind === "session") {
    const { session, pid } = target;
    const paused = { paused: session.name, ...(pid !== undefined && { pid }) };
    log().info(`diagnosing "${session.name}" at pauses: ${samples} samples, one every ${settings.intervalMs} ms`);
    return show(context, await sampleWithProgress(context, { ...settings, target: paused }, session.name, session));
  }
  const { address } = target;
  await context.secrets.store(LAST_ADDRESS, address);
  const job: DiagnosisJob = { ...settings, target: address, access: { headers: headersOf(address) } };
  log().info(`diagnosing ${shortName(address)}: ${samples} snapshots, one every ${job.intervalMs} ms`);
  const first = await sampleWithProgress(context, job, shortName(address));
  const untrusted = first.diagnosis === undefined && first.partial?.code === "untrusted";
  if (!untrusted || !(await trusts(first.partial.why))) return show(context, first);
  const access = { ...job.access, anyCertificate: true };
  return show(context, await sampleWithProgress(context, { ...job, access }, shortName(address)));
}

async function show(context: vscode.ExtensionContext, { diagnosis, profiles, partial }: Done): Promise<void> {
  if (partial) log().warn(`${partial.what}: ${partial.why}. ${partial.todo}`);
  if (!diagnosis) {
    // Cancelled before the first snapshot: nothing to say.
    if (!partial || partial.code === "aborted") return;
    throw new Error(sentence(`${partial.what}: ${partial.why}. ${partial.todo}`));
  }
  const notes = partial
    ? [{ code: "partial", message: `Sampling ended early: ${partial.why}. This is about the snapshots until then.` }]
    : [];
  const compared = againstKeptBaseline(context, { ...diagnosis, notes: [...notes, ...diagnosis.notes] });
  await openDiagnosis(context, { diagnosis: compared, profiles });
}

/** For this one time. */
async function trusts(why: string): Promise<boolean> {
  const go = "Connect Anyway";
  const detail = "Whoever answers there could be somebody else. Connect only when it is your own program or machine.";
  return (await askWarning(sentence(why), detail, go)) === go;
}

/** Of the settings, for this address alone. Throws where some stand under no address. */
function headersOf(address: string): Readonly<Record<string, string>> {
  const { headers, unbound } = headersFor(address, setting("goDiagnostics.diagnose.headers"), process.env);
  if (unbound.length === 0) return headers;
  const example = `{ "https://host:6060": { "${unbound[0]}": "…" } }`;
  throw new Error(`goDiagnostics.diagnose.headers does not say whom ${unbound[0]} is for. Write it as ${example}`);
}

function sampleWithProgress(
  context: vscode.ExtensionContext,
  job: DiagnosisJob,
  name: string,
  session?: vscode.DebugSession,
): Thenable<Done> {
  const options = { location: vscode.ProgressLocation.Notification, title: "Diagnosing Go memory", cancellable: true };
  return showProgress(options, async (progress, token) => {
    progress.report({ message: `connecting to ${name}` });
    const onWait = () =>
      progress.report({ message: `${name} stands still: it is sampled on when you continue it (F5)` });
    const reading = session && pausedReading(session, job.intervalMs, onWait);
    return sample(context, job, token, reading, (message) => {
      switch (message.type) {
        case "snapshot": {
          const { numbers, index, of } = message;
          const bytes = numbers.heapInuse ?? numbers.rss;
          const what = numbers.heapInuse === undefined ? "resident" : "heap";
          const heap = bytes === undefined ? "" : `, ${what} ${formatValue(bytes, "bytes")}`;
          const goroutines = numbers.goroutines === undefined ? "" : `, ${numbers.goroutines} goroutines`;
          const text = `${name}: snapshot ${index + 1} of ${of}${heap}${goroutines}`;
          progress.report({ message: text, increment: 100 / of });
          break;
        }
        case "judging":
          progress.report({ message: "comparing the snapshots" });
          break;
        case "read":
        case "shared":
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
  reading: PausedReading | undefined,
  onMessage: (message: FromThread) => void,
): Promise<Done> {
  const thread = new Worker(join(context.extensionPath, "dist", "diagnosis-thread.cjs"), { workerData: job });
  const tell = (message: ToThread) => thread.postMessage(message);
  const next = samplesOf(reading);
  return new Promise<Done>((resolve, reject) => {
    token.onCancellationRequested(() => {
      tell({ type: "stop" });
      reading?.cancel();
    });
    thread.on("message", (message: FromThread) => {
      onMessage(message);
      if (message.type === "done") resolve(message);
      if (message.type === "read") void next().then(tell);
    });
    thread.on("error", reject);
    thread.on("exit", (code) => reject(new Error(`The diagnosis ended unexpectedly (exit code ${code}).`)));
  }).finally(() => {
    void thread.terminate();
    // The session may be over, and then there is nothing to put back.
    void reading?.end().catch(() => {});
  });
}

/** Answers one after the other, with what is to be known of all of them beside the first. */
function samplesOf(reading: PausedReading | undefined): () => Promise<ToThread> {
  let begun: { notes: readonly string[]; recordsLate: boolean } | undefined;
  return async () => {
    try {
      if (reading === undefined) throw new Error("there is no debug session");
      const notes = begun ? [] : (begun = await reading.begin()).notes;
      const { heap, goroutines, totals: read, pausedMs } = await reading.sample();
      const totals = { ...read, ...(begun?.recordsLate && { recordedLate: true }) };
      const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));
      return { type: "sample", heap: bytes(heap), goroutines: bytes(goroutines), totals, pausedMs, notes };
    } catch (error) {
      return { type: "unreadable", why: error instanceof Error ? error.message.replace(/\.$/, "") : String(error) };
    }
  };
}

/** Without credentials. */
function shortName(address: string): string {
  return /^https?:/i.test(address) && URL.canParse(address) ? new URL(address).host : address.replace(/\?.*$/, "");
}

function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
