/** "Add Profile Point" and what its lens offers. */
import * as vscode from "vscode";
import { breakpointAt } from "../debugging/breakpoint-commands.js";
import { nameOf } from "../profiles/profile-editor.js";
import { openProfiles } from "../profiles/profile-panel.js";
import { POINT_KINDS, type ProfilePoints } from "./profile-points.js";

let points: ProfilePoints | undefined;

export function useProfilePoints(used: ProfilePoints | undefined): void {
  points = used;
}

/** At the line of the gutter that was clicked, else of the cursor. */
export async function addProfilePoint(_context: unknown, where?: unknown): Promise<void> {
  const title = "Profile point: what to capture each time the line is reached?";
  const kind = await vscode.window.showQuickPick(POINT_KINDS, { title, matchOnDetail: true });
  if (kind) await points?.add(breakpointAt(where), kind);
}

export async function removeProfilePoint(_context: unknown, id?: unknown): Promise<void> {
  if (typeof id === "string") await points?.remove(id);
}

/** All that a point has captured: one profile, the difference of two, or how more of them grow. */
export async function showProfilePoint(context: vscode.ExtensionContext, id?: unknown): Promise<void> {
  const series = typeof id === "string" ? (points?.series(id) ?? []) : [];
  if (series.length === 0) throw new Error("This profile point has captured nothing yet: the line was not reached.");
  const profiles = await Promise.all(
    series.map(async (uri) => ({ name: nameOf(uri), bytes: await vscode.workspace.fs.readFile(uri) })),
  );
  const last = profiles.length - 1;
  const view = last === 0 ? undefined : last === 1 ? { profile: 1, base: 0 } : { profile: last, tab: "growth" };
  await openProfiles(context, { title: `Profile point (${profiles.length})`, profiles, ...(view && { view }) });
}
