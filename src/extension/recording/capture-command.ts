/**
 * Capture while debugging, as people know it from JavaScript: the record button of a session, what to capture, when to
 * take it; then it opens by itself.
 */
import * as vscode from "vscode";
import { captureOf } from "./capture-session.js";
import { type CaptureKind, type CaptureWhen, kindsFor, waysToEnd, CAPTURE_KINDS } from "./capture-kinds.js";
import { keepCapture, openCapture, showCapture } from "./captures.js";
import { view } from "../goroutines/goroutine-view.js";
import { log } from "../log.js";
import { withCancel } from "../with-cancel.js";
import { showInformation } from "../messages.js";

const CPU_SECONDS = 10;
const SECONDS = 5;

/** Of the session that was clicked in the Call Stack view, which hands over its id; else of the one in front. */
export async function captureProfile(context: vscode.ExtensionContext, clicked?: unknown): Promise<void> {
  const { sources } = view();
  const proxied = sources.sessions.find(({ session }) => session.id === clicked) ?? sources.activeSession;
  if (!proxied) {
    throw new Error("There is no Go session with the proxy in it. Start one; goDiagnostics.proxy.enabled must be on.");
  }
  const { session, isRunning } = proxied;
  const state = isRunning ? "running" : "paused";
  const kind = await pickKind(`Capture a profile of "${session.name}" (${state})`, isRunning);
  const when = kind && (await pickWhen(kind, isRunning));
  if (kind && when) await captureThen(context, session, kind, when);
}

/** The goroutines of the paused program, or of the dump, as a flame graph. */
export async function showAsFlameGraph(context: vscode.ExtensionContext): Promise<void> {
  const { sources } = view();
  const { current } = sources;
  if (!current?.session) throw new Error("Pause a Go program in the debugger first.");
  const kind = CAPTURE_KINDS.find(({ paused }) => paused === "goroutine")!;
  await captureThen(context, current.session, kind, { at: "now" });
}

async function captureThen(
  context: vscode.ExtensionContext,
  session: vscode.DebugSession,
  kind: CaptureKind,
  when: CaptureWhen,
): Promise<void> {
  if (when.at === "hand") {
    const title = `${kind.label} of "${session.name}": press the button when it is time.`;
    if (!(await showInformation(title, "Take It Now"))) return;
  }
  const name = `${kind.label} of ${session.name}`;
  const stop = new AbortController();
  const ended = vscode.debug.onDidTerminateDebugSession((one) => one.id === session.id && stop.abort());
  try {
    const captured = await withCancel(`Capturing ${kind.label.toLowerCase()}`, stop, async (report) => {
      report(waitWords(kind, when));
      await waited(session, kind, when, stop.signal);
      if (stop.signal.aborted) return undefined;
      const taking = captureOf(view().sources, session, kind, {
        signal: stop.signal,
        ...(when.at === "seconds" && { seconds: when.seconds }),
      });
      const bytes = taking.then((captured) => captured.bytes);
      // Over HTTP there may be nothing to show; reading memory does not fail.
      const isRead = view().sources.proxied(session)?.isRunning === false;
      if (isRead) await showCapture(context, name, bytes);
      else await openCapture(await keepCapture(context, name, await bytes, isTraceKind(kind) ? "trace" : "pb.gz"));
      return taking;
    });
    if (!captured) return;
    for (const note of captured.notes) log().info(`capture: ${note}`);
    if (captured.notes.length > 0) void showInformation(captured.notes.join(" "));
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    ended.dispose();
  }
}

function isTraceKind({ running }: CaptureKind): boolean {
  return running === "trace" || running === "flightrecorder";
}

function waitWords(kind: CaptureKind, when: CaptureWhen): string {
  switch (when.at) {
    case "now":
    case "hand":
      return "reading";
    case "stop":
      return "at the next stop";
    case "seconds":
      return kind.records ? `for ${when.seconds} s` : `in ${when.seconds} s`;
  }
}

/** Until it is time to take it; a kind that records begins at once. */
function waited(
  session: vscode.DebugSession,
  kind: CaptureKind,
  when: CaptureWhen,
  signal: AbortSignal,
): Promise<void> {
  if (when.at === "now" || when.at === "hand" || kind.records) return Promise.resolve();
  return new Promise((resolve) => {
    const stopped = view().sources.onDidStop((one) => when.at === "stop" && one.session.id === session.id && done());
    const timer = when.at === "seconds" ? setTimeout(() => done(), when.seconds * 1000) : undefined;
    const done = () => {
      clearTimeout(timer);
      stopped.dispose();
      resolve();
    };
    signal.addEventListener("abort", done);
  });
}

async function pickKind(title: string, isRunning: boolean): Promise<CaptureKind | undefined> {
  return vscode.window.showQuickPick(kindsFor(isRunning), { title, matchOnDetail: true });
}

async function pickWhen(kind: CaptureKind, isRunning: boolean): Promise<CaptureWhen | undefined> {
  const ways = waysToEnd(kind, isRunning);
  const words: Readonly<Record<CaptureWhen["at"], string>> = {
    now: "Now",
    hand: "When I say so",
    seconds: kind.records ? "Record for some seconds…" : "After some seconds…",
    stop: "At the next breakpoint or pause",
  };
  const items = ways.map((at) => ({ label: words[at], at }));
  const title = `${kind.label}: when?`;
  const at = items.length === 1 ? items[0].at : (await vscode.window.showQuickPick(items, { title }))?.at;
  if (at !== "seconds") return at && { at };
  const text = await vscode.window.showInputBox({
    title: `${kind.label}: how many seconds?`,
    value: String(kind.records ? CPU_SECONDS : SECONDS),
    validateInput: (value) => (Number(value) >= 1 && Number(value) <= 3600 ? undefined : "Give 1 to 3600 seconds."),
  });
  return text === undefined ? undefined : { at, seconds: Number(text) };
}
