/**
 * Profiles of a watched program: taken now, kept, marked on the time axis, and compared with earlier ones. A debugged
 * program that serves no profiles is paused for as long as reading its memory takes.
 */
import { basename } from "node:path";
import * as vscode from "vscode";
import { sentenceOf } from "../../capture/capture-problem.js";
import { findSampled } from "../../capture/find-target.js";
import type { SampleBody } from "../../delve/session/requests.js";
import { view } from "../goroutines/goroutine-view.js";
import { log } from "../log.js";
import { nameOf } from "../profiles/profile-editor.js";
import { openProfiles } from "../profiles/profile-panel.js";
import { CAPTURE_KINDS } from "../recording/capture-kinds.js";
import { captureOf } from "../recording/capture-session.js";
import { keepCapture, openCapture } from "../recording/captures.js";
import { withCancel } from "../with-cancel.js";
import type { LiveSession, Watched } from "./live-session.js";

export type LiveKind = "heap" | "goroutine";

const LABELS: Readonly<Record<LiveKind, string>> = { heap: "Heap", goroutine: "Goroutines" };

/** Takes it, keeps it, marks it, opens it. */
export async function captureNow(
  context: vscode.ExtensionContext,
  session: LiveSession,
  kind: LiveKind,
): Promise<void> {
  const uri = await taken(context, session, kind);
  if (uri) await openCapture(uri);
}

/** What is kept under this name of a mark of the session, in an editor. */
export async function openKept(session: LiveSession, kept: string): Promise<void> {
  await openCapture(await keptFile(session, kept));
}

/** The same profile once more, without what there was then. */
export async function compareSince(
  context: vscode.ExtensionContext,
  session: LiveSession,
  kept: string,
): Promise<void> {
  const before = await keptFile(session, kept);
  const kind =
    session.run.history.marks.find((mark) => mark.kept === kept)?.label === LABELS.goroutine ? "goroutine" : "heap";
  const after = await taken(context, session, kind);
  if (!after) return;
  const profiles = await Promise.all(
    [before, after].map(async (uri) => ({ name: nameOf(uri), bytes: await vscode.workspace.fs.readFile(uri) })),
  );
  const title = `${LABELS[kind]} of ${session.watched.name}: changes`;
  await openProfiles(context, { title, profiles, view: { profile: 1, base: 0 } });
}

/** Undefined when it was cancelled. */
async function taken(
  context: vscode.ExtensionContext,
  session: LiveSession,
  kind: LiveKind,
): Promise<vscode.Uri | undefined> {
  const { watched } = session;
  const stop = new AbortController();
  try {
    return await withCancel(`Capturing ${LABELS[kind].toLowerCase()}`, stop, async () => {
      const bytes = await profileOf(watched, kind, stop.signal);
      if (stop.signal.aborted) return undefined;
      const uri = await keepCapture(context, `${LABELS[kind]} of ${watched.name}`, bytes);
      session.mark("capture", LABELS[kind], uri.toString());
      return uri;
    });
  } catch (error) {
    if (stop.signal.aborted) return undefined;
    throw error;
  }
}

async function profileOf(watched: Watched, kind: LiveKind, signal: AbortSignal): Promise<Uint8Array> {
  const { session, pid } = watched;
  if (session === undefined) {
    const found = await findSampled(`pid:${pid}`, {}, process.env, signal);
    if (!found.ok) throw new Error(sentenceOf(found.problem));
    const options = { signal };
    const fetched = await (kind === "heap" ? found.value.heap(options) : found.value.goroutines(options));
    if (!fetched.ok) throw new Error(sentenceOf(fetched.problem));
    return fetched.value;
  }
  const { sources } = view();
  const captureKind = CAPTURE_KINDS.find(({ running }) => running === kind)!;
  try {
    return (await captureOf(sources, session, captureKind, { signal })).bytes;
  } catch (error) {
    // It serves no profiles, or refuses: its memory is read while it stands still for a moment.
    if (signal.aborted || sources.proxied(session)?.isRunning !== true) throw error;
    log().info(`live: ${error instanceof Error ? error.message : String(error)} Its memory is read at a pause.`);
    const { heap, goroutines } = (await session.customRequest("goDiagnostics/sample", {})) as SampleBody;
    return new Uint8Array(Buffer.from(kind === "heap" ? heap : goroutines, "base64"));
  }
}

/** The oldest captures make room for new ones. */
async function keptFile(session: LiveSession, kept: string): Promise<vscode.Uri> {
  // A page names files; only those that this session has kept are opened.
  if (!session.run.history.marks.some((mark) => mark.kept === kept)) throw new Error("That was not captured here.");
  const uri = vscode.Uri.parse(kept, true);
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    throw new Error(`${basename(uri.path)} is not kept any more: it made room for later captures.`);
  }
  return uri;
}
