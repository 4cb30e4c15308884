/** The panel that shows a diagnosis: the viewer's page with findings first. It comes back after a reload. */
import * as vscode from "vscode";
import { type DiagnosisResult, keepDiagnosis, loadDiagnosis } from "./diagnosis-store.js";
import { showViewer } from "../profiles/viewer.js";

export const DIAGNOSIS_VIEW = "goDiagnostics.diagnosis";

export async function openDiagnosis(context: vscode.ExtensionContext, result: DiagnosisResult): Promise<void> {
  const id = await keepDiagnosis(context, result);
  const panel = vscode.window.createWebviewPanel(
    DIAGNOSIS_VIEW,
    titleOf(result),
    { viewColumn: vscode.ViewColumn.Active },
    { enableScripts: true, localResourceRoots: [] },
  );
  await fill(context, panel, result, id);
}

/** After a reload VS Code hands back the panel with the page's state, in which the page keeps the diagnosis' id. */
export class DiagnosisSerializer implements vscode.WebviewPanelSerializer {
  readonly #context: vscode.ExtensionContext;

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
  }

  async deserializeWebviewPanel(
    panel: vscode.WebviewPanel,
    state: { readonly id?: string } | undefined,
  ): Promise<void> {
    const id = state?.id;
    const result = id === undefined ? undefined : await loadDiagnosis(this.#context, id);
    if (id === undefined || !result) {
      panel.dispose();
      return;
    }
    await fill(this.#context, panel, result, id);
  }
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
  panel.iconPath = vscode.Uri.joinPath(context.extensionUri, "media", "icon.png");
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
