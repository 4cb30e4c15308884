/**
 * Links to a view of a profile file: `vscode://PUBLISHER.NAME/profile?file=…&view=…`.
 *
 * Anybody can write such a link. It opens one file in the profile editor, which only reads, and hands its page a view,
 * which the page reads with care; a file outside the open folders is asked about first.
 */
import * as vscode from "vscode";
import { tellFile } from "./open-viewers.js";
import { PROFILE_EDITOR } from "./view-types.js";
import { askWarning } from "../messages.js";

const PATH = "/profile";
/** Views of links whose editor has not asked for them yet. */
const waiting = new Map<string, unknown>();

export async function linkTo(context: vscode.ExtensionContext, file: vscode.Uri, view: string): Promise<string> {
  const query = new URLSearchParams({ file: file.toString(), view }).toString();
  const plain = vscode.Uri.from({ scheme: vscode.env.uriScheme, authority: context.extension.id, path: PATH, query });
  // In a browser or over Remote this is another address for the same.
  return (await vscode.env.asExternalUri(plain)).toString(true);
}

/** The view that a link to this file asked for, once. */
export function takeLinkedView(file: vscode.Uri): unknown {
  const view = waiting.get(file.toString());
  waiting.delete(file.toString());
  return view;
}

export class ProfileLinks implements vscode.UriHandler {
  async handleUri({ path, query }: vscode.Uri): Promise<void> {
    const asked = new URLSearchParams(query);
    const file = asked.get("file");
    if (path !== PATH || file === null) return;
    const uri = vscode.Uri.parse(file, true);
    const view = parsed(asked.get("view") ?? "{}");
    const isOurs = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
    if (!isOurs) {
      const words = `A link wants to open ${uri.toString(true)}, which is outside of the open folders.`;
      if ((await askWarning(words, undefined, "Open")) !== "Open") return;
    }
    const isOpen = vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .some(({ input }) => input instanceof vscode.TabInputCustom && input.uri.toString() === uri.toString());
    if (!isOpen) waiting.set(uri.toString(), view);
    await vscode.commands.executeCommand("vscode.openWith", uri, PROFILE_EDITOR);
    if (isOpen) tellFile(uri, { type: "view", view });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
