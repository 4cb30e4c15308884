/**
 * Profile files as read-only editors: *.pprof, *.pb.gz, *.prof, *.pgo open as a flame graph by themselves,
 * any other file by "Open Go Profile" or the editor chooser.
 */
import * as vscode from "vscode";
import type { ProfileBytes } from "../../../webview/protocol.js";
import { pickBase, rememberedBases, rememberBase } from "./bases.js";
import { whenTaken } from "../recording/captures.js";
import { platform } from "../platform.js";
import { linkTo, takeLinkedView } from "./profile-link.js";
import { PROFILE_EDITOR } from "./view-types.js";
import { showViewer } from "./viewer.js";

export class ProfileEditor implements vscode.CustomReadonlyEditorProvider {
  readonly #context: vscode.ExtensionContext;

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => {} };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const files = [uri, ...rememberedBases(this.#context, uri)];
    await showViewer(this.#context, {
      panel,
      title: nameOf(uri),
      file: uri,
      content: async () => {
        await whenTaken(uri);
        const view = takeLinkedView(uri);
        return {
          type: "show",
          profiles: files.map((file) => ({ name: nameOf(file) })),
          ...(view !== undefined && { view }),
        };
      },
      read(profile) {
        if (!files[profile]) throw new RangeError(`profile ${profile} is not here`);
        return platform().read(files[profile]);
      },
      link: (view) => linkTo(this.#context, uri, view),
      chooseBase: async (): Promise<ProfileBytes | undefined> => {
        const base = await pickBase(uri);
        if (!base) return undefined;
        files.push(base);
        await rememberBase(this.#context, uri, files.slice(1));
        return { name: nameOf(base) };
      },
    });
  }
}

/** The command: the file that was clicked in the Explorer, else one that is asked for. */
export async function openProfile(_context: vscode.ExtensionContext, clicked?: unknown): Promise<void> {
  const chosen =
    clicked instanceof vscode.Uri
      ? [clicked]
      : await vscode.window.showOpenDialog({
          title: "Open Go Profile",
          openLabel: "Open Profile",
          canSelectMany: true,
          filters: { "Go profiles": ["pprof", "gz", "pb", "prof", "pgo", "out", "txt"], "All files": ["*"] },
        });
  for (const uri of chosen ?? []) await vscode.commands.executeCommand("vscode.openWith", uri, PROFILE_EDITOR);
}

export function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}
