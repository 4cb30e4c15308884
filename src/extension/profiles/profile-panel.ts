/**
 * A viewer of profiles that are no file: captures, the goroutines at a stop, several files side by side.
 *
 * Two profiles open as a difference, more as a series. The panel comes back after a reload.
 */
import * as vscode from "vscode";
import type { OpenViewer } from "./open-viewers.js";
import { newPanel, refillPanels } from "../kept-panel.js";
import { keepPanel, loadPanel, type NamedProfile } from "../panel-store.js";
import { nameOf } from "./profile-editor.js";
import { PROFILES_VIEW } from "./view-types.js";
import { partsOf, showViewer } from "./viewer.js";

const KIND = "profiles";

export interface OpenedProfiles {
  readonly title: string;
  /** Oldest first. */
  readonly profiles: readonly NamedProfile[];
  /** A part of `ViewState` (webview/page/state.ts): what to show first. */
  readonly view?: Readonly<Record<string, unknown>>;
}

/**
 * Opens profiles in a panel of their own: captures, the goroutines at a stop. `tell` of what it returns shows a function
 * in it (`{type: "reveal", …}`).
 * @public
 */
export async function openProfiles(context: vscode.ExtensionContext, opened: OpenedProfiles): Promise<OpenViewer> {
  const { title, profiles, view } = opened;
  const id = await keepPanel(context, KIND, { profiles, about: { title } });
  const panel = newPanel(context, PROFILES_VIEW, title);
  return fill(context, panel, profiles, id, view);
}

export function refillProfilePanels(context: vscode.ExtensionContext): vscode.Disposable {
  const load = (id: string) => loadPanel(context, KIND, id);
  return refillPanels(context, PROFILES_VIEW, load, (panel, { profiles }, id) =>
    fill(context, panel, profiles, id, undefined),
  );
}

/** The command: the profiles that are selected in the Explorer, or asked for, side by side. */
export async function compareProfiles(
  context: vscode.ExtensionContext,
  _clicked?: unknown,
  selected?: unknown,
): Promise<void> {
  const given = Array.isArray(selected) ? selected.filter((one) => one instanceof vscode.Uri) : [];
  const files =
    given.length > 1
      ? given
      : ((await vscode.window.showOpenDialog({
          title: "Compare Go Profiles",
          openLabel: "Compare",
          canSelectMany: true,
        })) ?? []);
  if (files.length === 0) return;
  if (files.length < 2) throw new Error("Choose two profiles or more: two are subtracted, more are a series.");
  const read = files.map(async (file) => ({
    name: nameOf(file),
    at: (await vscode.workspace.fs.stat(file)).mtime,
    bytes: await vscode.workspace.fs.readFile(file),
  }));
  // Profiles of a series are mostly numbered; where names do not tell, files are as old as their contents.
  const numbered = new Intl.Collator("en", { numeric: true });
  const profiles = (await Promise.all(read)).sort((a, b) => numbered.compare(a.name, b.name) || a.at - b.at);
  const last = profiles.length - 1;
  await openProfiles(context, {
    title: profiles.length === 2 ? `${profiles[1].name} − ${profiles[0].name}` : `${profiles.length} profiles`,
    profiles,
    view: profiles.length === 2 ? { profile: 1, base: 0 } : { profile: last, tab: "growth" },
  });
}

async function fill(
  context: vscode.ExtensionContext,
  panel: vscode.WebviewPanel,
  profiles: readonly NamedProfile[],
  id: string,
  view: OpenedProfiles["view"],
): Promise<OpenViewer> {
  let first = view;
  return showViewer(context, {
    panel,
    title: panel.title,
    content() {
      const now = first;
      first = undefined; // later the page knows better
      return Promise.resolve({
        type: "show",
        id,
        profiles: profiles.map(({ name }) => ({ name })),
        ...(now && { view: now }),
      });
    },
    read(profile) {
      if (!profiles[profile]) throw new RangeError(`profile ${profile} is not here`);
      return partsOf(profiles[profile].bytes);
    },
  });
}
