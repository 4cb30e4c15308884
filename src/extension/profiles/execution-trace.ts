/**
 * An execution trace, looked at: what goroutines waited for as flame graphs in the editor, and all of it in the browser
 * by Go's own tool.
 */
import * as vscode from "vscode";
import { sentenceOf } from "../../capture/capture-problem.js";
import { profileOfTrace, type TraceProfile } from "../../capture/trace-profile.js";
import { keepCapture, openCapture } from "../recording/captures.js";
import { toolsEnvironment } from "../configurations/go-tools.js";
import { nameOf } from "./profile-editor.js";
import { withCancel } from "../with-cancel.js";

interface Look extends vscode.QuickPickItem {
  /** Undefined for the whole. */
  readonly type: TraceProfile | undefined;
}

const LOOKS: readonly Look[] = [
  { label: "Waiting for a processor", detail: "Goroutines that could have run: scheduler latency.", type: "sched" },
  { label: "Waiting for each other", detail: "Channels, locks, wait groups and the like.", type: "sync" },
  { label: "Waiting for the network", detail: "Reads, writes and accepts.", type: "net" },
  { label: "In system calls", detail: "Files, sleeping devices, C code.", type: "syscall" },
  {
    label: "Everything, in the browser",
    detail: "go tool trace: each goroutine and processor on a line of time, the garbage collector, user regions.",
    type: undefined,
  },
];

/** The command: the file that was clicked in the Explorer, else one that is asked for. */
export async function openTrace(context: vscode.ExtensionContext, clicked?: unknown): Promise<void> {
  const [uri] =
    clicked instanceof vscode.Uri
      ? [clicked]
      : ((await vscode.window.showOpenDialog({ title: "Open Go Execution Trace", openLabel: "Open Trace" })) ?? []);
  if (uri) await lookAtTrace(context, uri);
}

/** Asks what of it is wanted, and shows that. */
export async function lookAtTrace(context: vscode.ExtensionContext, trace: vscode.Uri): Promise<void> {
  if (!vscode.workspace.isTrusted) throw new Error("This workspace is not trusted to run the go command.");
  const env = toolsEnvironment(vscode.workspace.workspaceFolders?.[0]?.uri);
  const look = await vscode.window.showQuickPick(LOOKS, { title: `${nameOf(trace)}: what?`, ignoreFocusOut: true });
  if (!look) return;
  const { type, label } = look;
  if (type === undefined) {
    const shellArgs = ["tool", "trace", "-http=localhost:0", trace.fsPath];
    return vscode.window.createTerminal({ name: "go tool trace", shellPath: "go", shellArgs, env }).show();
  }
  const stop = new AbortController();
  const profile = await withCancel("Reading the trace", stop, () =>
    profileOfTrace(trace.fsPath, type, { env, signal: stop.signal }),
  );
  if (profile.ok) return openCapture(await keepCapture(context, `${label} - ${nameOf(trace)}`, profile.value));
  if (profile.problem.code !== "aborted") throw new Error(sentenceOf(profile.problem));
}
