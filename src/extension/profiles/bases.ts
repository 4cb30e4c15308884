/**
 * Which profile to subtract: one that is open, or a file; remembered per profile, so that a reloaded editor finds its
 * base again.
 */
import * as vscode from "vscode";

const KEY = "bases";
/** Profiles whose bases are remembered, the last ones. */
const REMEMBERED = 50;

/** Undefined when nothing was chosen. */
export async function pickBase(of: vscode.Uri): Promise<vscode.Uri | undefined> {
  const open = vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .flatMap(({ input }) =>
      input instanceof vscode.TabInputCustom && input.viewType.startsWith("goDiagnostics.") ? [input.uri] : [],
    )
    .filter((uri) => uri.toString() !== of.toString());
  const others = [...new Map(open.map((uri) => [uri.toString(), uri])).values()];
  const items = others.map((uri) => ({
    label: uri.path.slice(uri.path.lastIndexOf("/") + 1),
    description: vscode.workspace.asRelativePath(uri),
    uri,
  }));
  const file = { label: "$(folder-opened) Choose a file…", description: "", uri: undefined };
  const chosen =
    items.length === 0
      ? file
      : await vscode.window.showQuickPick([...items, file], { title: "Subtract which profile?" });
  if (!chosen) return undefined;
  if (chosen.uri) return chosen.uri;
  const picked = await vscode.window.showOpenDialog({
    title: "Subtract which profile?",
    openLabel: "Subtract",
    defaultUri: vscode.Uri.joinPath(of, ".."),
  });
  return picked?.[0];
}

export function rememberedBases({ workspaceState }: vscode.ExtensionContext, of: vscode.Uri): vscode.Uri[] {
  return (known(workspaceState)[of.toString()] ?? []).map((text) => vscode.Uri.parse(text));
}

export async function rememberBase(
  { workspaceState }: vscode.ExtensionContext,
  of: vscode.Uri,
  bases: readonly vscode.Uri[],
): Promise<void> {
  const others = Object.entries(known(workspaceState)).filter(([profile]) => profile !== of.toString());
  const kept = [...others.slice(1 - REMEMBERED), [of.toString(), bases.map(String)]];
  await workspaceState.update(KEY, Object.fromEntries(kept));
}

function known(memory: vscode.Memento): Readonly<Record<string, readonly string[]>> {
  return memory.get(KEY, {});
}
