/** Diagnoses on disk: see panel-store.ts. */
import type * as vscode from "vscode";
import type { Diagnosis } from "../../core/diagnosis/diagnosis.js";
import { keepPanel, loadPanel, type NamedProfile } from "../panel-store.js";

const KIND = "diagnoses";

export interface DiagnosisResult {
  readonly diagnosis: Diagnosis;
  readonly profiles: readonly NamedProfile[];
}

/** Returns the id to load it by. */
export function keepDiagnosis(
  context: vscode.ExtensionContext,
  { diagnosis, profiles }: DiagnosisResult,
): Promise<string> {
  return keepPanel(context, KIND, { profiles, about: diagnosis });
}

/** Undefined when it was forgotten meanwhile. */
export async function loadDiagnosis(
  context: vscode.ExtensionContext,
  id: string,
): Promise<DiagnosisResult | undefined> {
  const content = await loadPanel(context, KIND, id);
  return content && { diagnosis: content.about as Diagnosis, profiles: content.profiles };
}
