/**
 * Diagnoses on disk, so that a result survives the window: the last few of this workspace, each a folder with the
 * profiles as captured and the diagnosis as JSON.
 */
import * as vscode from "vscode";
import type { Diagnosis } from "../core/diagnosis.js";
import type { NamedBytes } from "./diagnosis-thread.js";

const KEPT = 10;

export interface DiagnosisResult {
  readonly diagnosis: Diagnosis;
  readonly profiles: readonly NamedBytes[];
}

interface Stored {
  readonly diagnosis: Diagnosis;
  /** By the number of their file. */
  readonly names: readonly string[];
}

/** Returns the id to load it by. */
export async function keepDiagnosis(
  context: vscode.ExtensionContext,
  { diagnosis, profiles }: DiagnosisResult,
): Promise<string> {
  const id = new Date().toISOString().replace(/[:.]/g, "-");
  const folder = vscode.Uri.joinPath(store(context), id);
  await vscode.workspace.fs.createDirectory(folder);
  await Promise.all(profiles.map(({ bytes }, i) => vscode.workspace.fs.writeFile(profileFile(folder, i), bytes)));
  const stored: Stored = { diagnosis, names: profiles.map(({ name }) => name) };
  await vscode.workspace.fs.writeFile(index(folder), new TextEncoder().encode(JSON.stringify(stored)));
  await forgetOldest(context);
  return id;
}

/** Undefined when it was forgotten meanwhile. */
export async function loadDiagnosis(
  context: vscode.ExtensionContext,
  id: string,
): Promise<DiagnosisResult | undefined> {
  if (!/^[\dTZ-]+$/.test(id)) return undefined;
  const folder = vscode.Uri.joinPath(store(context), id);
  try {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(index(folder)));
    const { diagnosis, names } = JSON.parse(text) as Stored;
    const read = names.map(async (name, i) => ({
      name,
      bytes: await vscode.workspace.fs.readFile(profileFile(folder, i)),
    }));
    return { diagnosis, profiles: await Promise.all(read) };
  } catch {
    return undefined;
  }
}

async function forgetOldest(context: vscode.ExtensionContext): Promise<void> {
  const entries = await vscode.workspace.fs.readDirectory(store(context));
  const ids = entries.map(([name]) => name).sort();
  for (const id of ids.slice(0, Math.max(0, ids.length - KEPT))) {
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(store(context), id), { recursive: true });
  }
}

function store({ storageUri, globalStorageUri }: vscode.ExtensionContext): vscode.Uri {
  return vscode.Uri.joinPath(storageUri ?? globalStorageUri, "diagnoses");
}

function index(folder: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(folder, "diagnosis.json");
}

function profileFile(folder: vscode.Uri, number: number): vscode.Uri {
  return vscode.Uri.joinPath(folder, `${number}.pb.gz`);
}
