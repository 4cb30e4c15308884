/**
 * What panels show that is no file, on disk, so that it survives the window: the last few of this workspace, each a
 * folder with the profiles as captured and what else there is about them as JSON.
 */
import * as vscode from "vscode";

const KEPT = 10;

export interface NamedProfile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface PanelContent {
  readonly profiles: readonly NamedProfile[];
  /** Plain data. */
  readonly about: unknown;
}

interface Stored {
  readonly about: unknown;
  /** By the number of their file. */
  readonly names: readonly string[];
}

/** `kind` names the folder. Returns the id to load it by. */
export async function keepPanel(
  context: vscode.ExtensionContext,
  kind: string,
  { profiles, about }: PanelContent,
): Promise<string> {
  const id = new Date().toISOString().replace(/[:.]/g, "-");
  const folder = vscode.Uri.joinPath(store(context, kind), id);
  await vscode.workspace.fs.createDirectory(folder);
  await Promise.all(profiles.map(({ bytes }, i) => vscode.workspace.fs.writeFile(profileFile(folder, i), bytes)));
  const stored: Stored = { about, names: profiles.map(({ name }) => name) };
  await vscode.workspace.fs.writeFile(index(folder), new TextEncoder().encode(JSON.stringify(stored)));
  await forgetOldest(context, kind);
  return id;
}

/** Undefined when it was forgotten meanwhile. */
export async function loadPanel(
  context: vscode.ExtensionContext,
  kind: string,
  id: string,
): Promise<PanelContent | undefined> {
  if (!/^[\dTZ-]+$/.test(id)) return undefined;
  const folder = vscode.Uri.joinPath(store(context, kind), id);
  try {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(index(folder)));
    const { about, names } = JSON.parse(text) as Stored;
    const read = names.map(async (name, i) => ({
      name,
      bytes: await vscode.workspace.fs.readFile(profileFile(folder, i)),
    }));
    return { about, profiles: await Promise.all(read) };
  } catch {
    return undefined;
  }
}

async function forgetOldest(context: vscode.ExtensionContext, kind: string): Promise<void> {
  const entries = await vscode.workspace.fs.readDirectory(store(context, kind));
  const ids = entries.map(([name]) => name).sort();
  for (const id of ids.slice(0, Math.max(0, ids.length - KEPT))) {
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(store(context, kind), id), { recursive: true });
  }
}

function store({ storageUri, globalStorageUri }: vscode.ExtensionContext, kind: string): vscode.Uri {
  return vscode.Uri.joinPath(storageUri ?? globalStorageUri, kind);
}

function index(folder: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(folder, "panel.json");
}

function profileFile(folder: vscode.Uri, number: number): vscode.Uri {
  return vscode.Uri.joinPath(folder, `${number}.pb.gz`);
}
