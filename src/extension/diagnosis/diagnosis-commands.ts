/**
 * What can be done with a diagnosis that is open: keep it as the baseline that later ones are compared with, and save it
 * as one page that can be sent to somebody.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import { againstBaseline, type BaselineFinding } from "../../core/diagnosis/report/baseline.js";
import type { Diagnosis } from "../../core/diagnosis/diagnosis.js";
import { htmlPage } from "../../core/views/page.js";
import { shareableDiagnosis } from "../../core/diagnosis/report/shareable.js";
import { diagnosisInFront } from "./diagnosis-panel.js";
import type { DiagnosisResult } from "./diagnosis-store.js";
import type { NamedBytes } from "../../capture/diagnosis-run.js";
import type { FromThread, ShareJob } from "./diagnosis-thread.js";
import { assets } from "../profiles/viewer.js";
import { showInformation } from "../messages.js";

const BASELINE = "diagnose.baseline";

interface KeptBaseline {
  readonly target: string;
  /** Milliseconds since 1970. */
  readonly keptAt: number;
  readonly findings: readonly BaselineFinding[];
}

export async function keepBaseline(context: vscode.ExtensionContext): Promise<void> {
  const { diagnosis } = inFront();
  const { target, findings } = diagnosis;
  const kept: KeptBaseline = {
    target,
    keptAt: Date.now(),
    findings: findings.map(({ kind, level, function: name, slopePerMinute, stack }) => {
      return {
        kind,
        level,
        function: name,
        slopePerMinute,
        stack: stack.map((frame) => ({ function: frame.function })),
      };
    }),
  };
  await context.workspaceState.update(BASELINE, kept);
  const forget = "Forget Baseline";
  const choice = await showInformation(
    `Kept as the baseline of this workspace (${findings.length === 1 ? "1 finding" : `${findings.length} findings`}): the next diagnosis says what is new since then, and what grows faster.`,
    forget,
  );
  if (choice === forget) await context.workspaceState.update(BASELINE, undefined);
}

/** The diagnosis with what changed since the baseline, where one was kept. */
export function againstKeptBaseline(context: vscode.ExtensionContext, diagnosis: Diagnosis): Diagnosis {
  const kept = context.workspaceState.get<KeptBaseline>(BASELINE);
  if (kept === undefined) return diagnosis;
  const compared = againstBaseline(diagnosis, kept.findings);
  const message = `Compared with the baseline of ${new Date(kept.keptAt).toLocaleString()} (${kept.target}).`;
  return { ...compared, notes: [...compared.notes, { code: "baseline", message }] };
}

export async function saveReport(context: vscode.ExtensionContext): Promise<void> {
  const { diagnosis, profiles } = inFront();
  const choice = await vscode.window.showQuickPick(
    [
      { label: "Paths as they are", description: "for yourself", shortPaths: false },
      { label: "Shortened paths", description: "to send to somebody: no folders of this machine", shortPaths: true },
    ],
    {
      title: "Save the diagnosis as one HTML page",
      placeHolder: "Passwords, tokens and queries are taken out either way",
      ignoreFocusOut: true, // the page behind it takes the focus back as the palette closes
    },
  );
  if (choice === undefined) return;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, "diagnosis.html") }),
    filters: { HTML: ["html"] },
  });
  if (uri === undefined) return;
  const { shortPaths } = choice;
  const shared = await shareable(context, { share: profiles, sharing: { shortPaths } });
  const page = htmlPage({
    title: `Diagnosis of ${diagnosis.target}`,
    assets: await assets(context.extensionUri),
    nonce: randomBytes(16).toString("base64"),
    data: {
      diagnosis: shareableDiagnosis(diagnosis, { shortPaths }),
      profiles: shared.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString("base64") })),
    },
  });
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(page));
  const open = "Open in Browser";
  const done = await showInformation(`Saved ${vscode.workspace.asRelativePath(uri)}.`, open);
  if (done === open) await vscode.env.openExternal(uri);
}

function inFront(): DiagnosisResult {
  const result = diagnosisInFront();
  if (result === undefined)
    throw new Error("No diagnosis is in front. Run Diagnose Go Memory first, or select its tab.");
  return result;
}

/** Decoding and encoding megabytes is not for the extension host's thread. */
function shareable(context: vscode.ExtensionContext, job: ShareJob): Promise<readonly NamedBytes[]> {
  const thread = new Worker(join(context.extensionPath, "dist", "diagnosis-thread.cjs"), { workerData: job });
  return new Promise<readonly NamedBytes[]>((resolve, reject) => {
    thread.on("message", (message: FromThread) => message.type === "shared" && resolve(message.profiles));
    thread.on("error", reject);
  }).finally(() => void thread.terminate());
}
