/**
 * The processes that debug sessions run, and whether they stand still: heard from the adapters' own events, so that it
 * works no matter who starts dlv. The proxy knows the process, too, where dlv does not say (`processes` of its status).
 */
import * as vscode from "vscode";
import { RESUMING_REQUESTS, type StatusBody } from "../../delve/session/requests.js";

interface Heard {
  readonly session: vscode.DebugSession;
  pid: number | undefined;
  isStopped: boolean;
}

interface DapMessage {
  readonly type?: string;
  readonly event?: string;
  readonly command?: string;
  readonly success?: boolean;
  readonly body?: { readonly systemProcessId?: number };
}

const heard = new Map<string, Heard>();
/** Called with the id of a session whose process became known, that stopped, runs again or ended. */
const listeners = new Set<(session: string) => void>();

function tell(session: string): void {
  for (const listener of [...listeners]) listener(session);
}

export function registerDebuggedProcesses(): vscode.Disposable {
  const createDebugAdapterTracker = (session: vscode.DebugSession): vscode.DebugAdapterTracker => {
    const { id } = session;
    const state: Heard = { session, pid: undefined, isStopped: false };
    heard.set(id, state);
    return {
      onDidSendMessage: ({ type, event, command, success, body }: DapMessage) => {
        if (event === "process") {
          state.pid = body?.systemProcessId;
          tell(id);
        }
        const runsAgain =
          event === "continued" || (type === "response" && success === true && RESUMING_REQUESTS.has(command ?? ""));
        if (event !== "stopped" && !runsAgain) return;
        state.isStopped = event === "stopped";
        tell(id);
      },
    };
  };
  return vscode.Disposable.from(
    ...["go", "go-diagnostics"].map((type) =>
      vscode.debug.registerDebugAdapterTrackerFactory(type, { createDebugAdapterTracker }),
    ),
    vscode.debug.onDidTerminateDebugSession(({ id }) => {
      heard.delete(id);
      tell(id);
    }),
  );
}

/** Hears of every session whose process became known, that stopped, runs again or ended. */
export function onDidChangeSession(listener: (session: string) => void): vscode.Disposable {
  listeners.add(listener);
  return { dispose: () => void listeners.delete(listener) };
}

/** Sessions of Go programs, the one in front first. */
export function goSessions(): readonly vscode.DebugSession[] {
  const active = vscode.debug.activeDebugSession;
  const known = [...heard.values()].map(({ session }) => session);
  return known.sort((a, b) => Number(b.id === active?.id) - Number(a.id === active?.id));
}

/** Whether the proxy is in the session: then its memory can be read. */
export async function isProxied(session: vscode.DebugSession): Promise<boolean> {
  return (await statusOf(session)) !== undefined;
}

/** The process of a session, where it is known. */
export async function pidOf(session: vscode.DebugSession): Promise<number | undefined> {
  const pid = heard.get(session.id)?.pid;
  if (pid !== undefined && pid > 0) return pid;
  const processes = (await statusOf(session))?.processes ?? [];
  return (processes.find(({ selected }) => selected) ?? processes[0])?.pid;
}

/** The session that debugs a process; undefined when nobody does. */
export async function sessionOf(pid: number): Promise<vscode.DebugSession | undefined> {
  const pids = await Promise.all(goSessions().map(async (session) => ({ session, pid: await pidOf(session) })));
  return pids.find((one) => one.pid === pid)?.session;
}

async function statusOf(session: vscode.DebugSession): Promise<StatusBody | undefined> {
  try {
    return (await session.customRequest("goDiagnostics/status", {})) as StatusBody;
  } catch {
    return undefined; // the proxy is not in this session
  }
}

export function isStopped(session: vscode.DebugSession): boolean {
  return heard.get(session.id)?.isStopped === true;
}

/** Resolves when the program of the session runs; rejects when the session ends, or `signal` says so. */
export async function untilRunning(session: vscode.DebugSession, signal: AbortSignal): Promise<void> {
  if (!isStopped(session)) return;
  let listener: ((id: string) => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      listener = (id) => {
        if (id !== session.id) return;
        if (!heard.has(id)) reject(new Error("The debug session ended."));
        else if (!isStopped(session)) resolve();
      };
      listeners.add(listener);
      signal.addEventListener("abort", () => reject(new Error("It was interrupted.")));
    });
  } finally {
    if (listener) listeners.delete(listener);
  }
}
