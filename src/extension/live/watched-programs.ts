/**
 * Who is watched: the program that was picked, else the one that is debugged in front. A debugged program is watched from
 * when the view is first seen; its history stays until another session of the same kind begins.
 */
import * as vscode from "vscode";
import { goProcesses } from "../../capture/go-processes.js";
import { goSessions, onDidChangeSession, pidOf } from "../debugging/debugged-processes.js";
import { iconless } from "../goroutines/goroutine-picker.js";
import { LiveSession, type Watched } from "./live-session.js";

/** Whether there is somebody whose live numbers can be shown. */
export const LIVE_CONTEXT = "goDiagnostics.liveShown";
/** Ended ones that are kept, to be looked at and compared with. */
const MOST_ENDED = 3;

export class WatchedPrograms {
  readonly #context: vscode.ExtensionContext;
  readonly #sessions: LiveSession[] = [];
  readonly #shown = new vscode.EventEmitter<LiveSession | undefined>();
  /** The program to be shown has changed. */
  readonly onDidShow = this.#shown.event;
  readonly #listening: vscode.Disposable;
  #current: LiveSession | undefined;
  #isWanted = false;

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
    this.#listening = vscode.Disposable.from(
      onDidChangeSession(() => void this.#follow()),
      vscode.debug.onDidChangeActiveDebugSession(() => void this.#follow()),
    );
  }

  get current(): LiveSession | undefined {
    return this.#current;
  }

  /** Somebody looks: the debugged program is watched from now on. */
  want(): void {
    this.#isWanted = true;
    void this.#follow();
  }

  watch(watched: Watched): LiveSession {
    const same = this.#sessions.find(({ watched: { pid }, hasEnded }) => pid === watched.pid && !hasEnded);
    const session = same ?? new LiveSession(this.#context, watched);
    if (same === undefined) this.#sessions.push(session);
    this.#forgetEnded();
    this.#show(session);
    return session;
  }

  dispose(): void {
    this.#listening.dispose();
    for (const session of this.#sessions) session.dispose();
    this.#shown.dispose();
  }

  /** The session in front is watched once its process is known. */
  async #follow(): Promise<void> {
    const [session] = goSessions();
    await setShown(session !== undefined || this.#current !== undefined);
    if (session === undefined || !this.#isWanted) return;
    const pid = await pidOf(session);
    const isNew = pid !== undefined && this.#current?.watched.pid !== pid;
    // What was picked stays, as long as it runs.
    const isFree = this.#current === undefined || this.#current.hasEnded || this.#current.watched.session !== undefined;
    if (isNew && isFree) this.watch({ pid, name: session.name, session });
  }

  #show(session: LiveSession): void {
    this.#current = session;
    void setShown(true);
    this.#shown.fire(session);
  }

  #forgetEnded(): void {
    const ended = this.#sessions.filter((one) => one.hasEnded && one !== this.#current);
    for (const session of ended.slice(0, Math.max(0, ended.length - MOST_ENDED))) {
      this.#sessions.splice(this.#sessions.indexOf(session), 1);
      session.dispose();
    }
  }
}

async function setShown(isShown: boolean): Promise<void> {
  await vscode.commands.executeCommand("setContext", LIVE_CONTEXT, isShown);
}

/** Undefined when the person thought better of it. */
export async function pickProgram(): Promise<Watched | undefined> {
  const debugged = await Promise.all(goSessions().map(async (session) => ({ session, pid: await pidOf(session) })));
  const sessions = debugged.flatMap(({ session, pid }) =>
    pid === undefined
      ? []
      : [
          {
            label: `$(debug-alt) ${iconless(session.name)}`,
            description: `process ${pid}, the program that is being debugged`,
            watched: { pid, name: session.name, session },
          },
        ],
  );
  const known = new Set(sessions.map(({ watched }) => watched.pid));
  const others = (await goProcesses())
    .filter(({ pid }) => !known.has(pid))
    // The one that has just been started is the likeliest.
    .sort((a, b) => b.pid - a.pid)
    .map(({ pid, name }) => ({
      label: `$(server-process) ${iconless(name)}`,
      description: `process ${pid}`,
      watched: { pid, name },
    }));
  if (sessions.length + others.length === 0) {
    const where =
      process.platform === "linux" ? "of this user runs on this machine" : "can be watched: this works on Linux only";
    throw new Error(`No Go program ${where}.`);
  }
  const options = {
    title: "Watch a Go Program",
    placeHolder: "It is not stopped, and needs no import",
    matchOnDescription: true,
  };
  return (await vscode.window.showQuickPick([...sessions, ...others], options))?.watched;
}
