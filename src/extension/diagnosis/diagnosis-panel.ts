/** The panel that shows a diagnosis: the viewer's page with findings first. It comes back after a reload. */
import type * as vscode from "vscode";
import { type DiagnosisResult, keepDiagnosis, loadDiagnosis } from "./diagnosis-store.js";
import { newPanel, refillPanels } from "../kept-panel.js";
import { showViewer } from "../profiles/viewer.js";

const DIAGNOSIS_VIEW = "goDiagnostics.diagnosis";

export async function openDiagnosis(context: vscode.ExtensionContext, result: DiagnosisResult): Promise<void> {
  const id = await keepDiagnosis(context, result);
  const panel = newPanel(context, DIAGNOSIS_VIEW, titleOf(result));
  await fill(context, panel, result, id);
}

export function refillDiagnosisPanels(context: vscode.ExtensionContext): vscode.Disposable {
  const load = (id: string) => loadDiagnosis(context, id);
  return refillPanels(context, DIAGNOSIS_VIEW, load, (panel, result, id) => fill(context, panel, result, id));
}

/** The diagnosis in front; undefined when something else is. */
export function diagnosisInFront(): DiagnosisResult | undefined {
  for (const [panel, result] of opened) if (panel.active) return result;
  return undefined;
}

const opened = new Map<vscode.WebviewPanel, DiagnosisResult>();

async function fill(
  context: vscode.ExtensionContext,
  panel: vscode.WebviewPanel,
  result: DiagnosisResult,
  id: string,
): Promise<void> {
  const { diagnosis, profiles } = result;
  opened.set(panel, result);
  await showViewer(context, {
    panel,
    title: panel.title,
    content: () => Promise.resolve({ type: "show", id, profiles, diagnosis }),
  });
  panel.onDidDispose(() => opened.delete(panel));
}

function titleOf({ diagnosis: { target } }: DiagnosisResult): string {
  const program = /(?:service_name|job)="([^"]*)"/.exec(target)?.[1]; // of an engine
  return `Memory of ${program ?? (URL.canParse(target) ? new URL(target).host : target)}`;
}
