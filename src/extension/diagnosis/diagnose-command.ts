/**
 * "Diagnose Go Memory": asks for a program, samples it for a while in sight of its live numbers, opens the result.
 *
 * Cancelling stops the sampling, not the answer: what was captured until then is judged and shown as partial.
 */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import { isEngine } from "../../capture/fleet/engine-target.js";
import { againstKeptBaseline } from "./diagnosis-commands.js";
import { DiagnosisProgress } from "./diagnosis-progress.js";
import { openDiagnosis } from "./diagnosis-panel.js";
import { pickTarget } from "./diagnosis-targets.js";
import type { DiagnosisJob, FromThread, ToThread } from "./diagnosis-thread.js";
import { sessionOf } from "../debugging/debugged-processes.js";
import { withKnownLeaks } from "./known-verdicts.js";
import { diagnoseEngine } from "../fleet/fleet-commands.js";
import { log } from "../log.js";
import { pausedReading, type PausedReading } from "./paused-reading.js";
import { setting } from "../settings.js";
import { headersFor } from "../../capture/headers-for.js";
import { askWarning, showWarning } from "../messages.js";

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
  if (target.kind === "address" && isEngine(target.address)) return diagnoseEngine(context, target.address);
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

async function sampleWithProgress(
  context: vscode.ExtensionContext,
  job: DiagnosisJob,
  name: string,
  session?: vscode.DebugSession,
): Promise<Done> {
  const thread = new Worker(join(context.extensionPath, "dist", "diagnosis-thread.cjs"), { workerData: job });
  const tell = (message: ToThread) => thread.postMessage(message);
  const onWait = () => progress.say(`${name} stands still: it is sampled on when you continue it (F5)`);
  const reading = session && pausedReading(session, job.intervalMs, onWait);
  const progress = new DiagnosisProgress(name, {
    onEnd: () => {
      tell({ type: "stop" });
      reading?.cancel();
    },
    onLonger: () => tell({ type: "longer" }),
  });
  const next = samplesOf(reading);
  let debugged: Promise<vscode.DebugSession | undefined> = Promise.resolve(session);
  const found = async (pid: number | undefined) => {
    const known = session ?? (pid === undefined ? undefined : await sessionOf(pid));
    progress.found(pid, known);
    return known;
  };
  let done: Done | undefined;
  try {
    done = await new Promise<Done>((resolve, reject) => {
      thread.on("message", (message: FromThread) => {
        if (message.type === "found") debugged = found(message.pid);
        progress.take(message);
        if (message.type === "done") resolve(message);
        if (message.type === "read") void next(message.withDump).then(tell);
      });
      thread.on("error", reject);
      thread.on("exit", (code) => reject(new Error(`The diagnosis ended unexpectedly (exit code ${code}).`)));
    });
    const own = await debugged;
    return own && done.diagnosis ? { ...done, diagnosis: withKnownLeaks(done.diagnosis, own) } : done;
  } finally {
    progress.end(done?.diagnosis);
    void thread.terminate();
    // The session may be over, and then there is nothing to put back.
    void reading?.end().catch(() => {});
  }
}

/** Answers one after the other, with what is to be known of all of them beside the first. */
function samplesOf(reading: PausedReading | undefined): (withDump: boolean) => Promise<ToThread> {
  let begun: { notes: readonly string[]; recordsLate: boolean } | undefined;
  return async (withDump) => {
    try {
      if (reading === undefined) throw new Error("there is no debug session");
      const notes = begun ? [] : (begun = await reading.begin()).notes;
      const { heap, goroutines, dump, totals: read, pausedMs } = await reading.sample(withDump);
      const totals = { ...read, ...(begun?.recordsLate && { recordedLate: true }) };
      const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));
      const sample = { heap: bytes(heap), goroutines: bytes(goroutines), totals, pausedMs, notes };
      return { type: "sample", ...sample, ...(dump !== undefined && { dump: bytes(dump) }) };
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
