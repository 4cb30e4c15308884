/**
 * Where the Goroutines view gets its goroutines from: the debug session in front, else a dump that was opened. Sessions
 * are known by the proxy's event (requests.ts) and by having been started through it.
 */
import * as vscode from "vscode";
import { type Ask, STOP_EVENT, type StatusBody, type StopEventBody } from "../../delve/session/requests.js";
import { joined } from "./goroutine-text.js";

/** Set by `when` clauses: whether the session in front debugs several processes. */
const PROCESSES_CONTEXT = "goDiagnostics.severalProcesses";

export interface GoroutineSource {
  /** "Launch shop", "panic.txt". */
  readonly name: string;
  readonly ask: Ask;
  /** Undefined for a dump. */
  readonly session: vscode.DebugSession | undefined;
  /** Of a session: whether it runs, when nothing can be asked. */
  readonly isRunning: boolean;
  /** Differs from one stop, or process, to the next. */
  readonly moment: string;
  /** Of a session that has followed a child: whose goroutines they are, "worker 4711". */
  readonly process: string | undefined;
}

interface Proxied {
  readonly session: vscode.DebugSession;
  status: StatusBody | undefined;
  isRunning: boolean;
  stop: number;
  process: string | undefined;
}

/** An opened dump as the source of the view; `close` frees what it holds. */
export interface OpenedDump {
  readonly name: string;
  readonly ask: Ask;
  close(): void;
}

export class GoroutineSources {
  readonly #sessions = new Map<string, Proxied>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #stopped = new vscode.EventEmitter<{ readonly session: vscode.DebugSession; readonly stop: number }>();
  readonly #subscriptions: vscode.Disposable[];
  #dump: OpenedDump | undefined;
  #dumps = 0;
  #isSeveral = false;

  /** Another source, another stop, or the program runs again. */
  readonly onDidChange = this.#changed.event;
  readonly onDidStop = this.#stopped.event;

  constructor() {
    this.#subscriptions = [
      vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
        if (event === STOP_EVENT) this.#heard(session, body as StopEventBody);
      }),
      vscode.debug.onDidTerminateDebugSession((session) => {
        if (this.#sessions.delete(session.id)) this.#changed.fire();
      }),
      vscode.debug.onDidChangeActiveDebugSession(() => this.#changed.fire()),
      this.onDidChange(() => {
        const isSeveral = (this.activeSession?.status?.processes.length ?? 0) > 1;
        if (isSeveral === this.#isSeveral) return;
        this.#isSeveral = isSeveral;
        void vscode.commands.executeCommand("setContext", PROCESSES_CONTEXT, isSeveral);
      }),
    ];
  }

  dispose(): void {
    for (const one of this.#subscriptions) one.dispose();
    this.#dump?.close();
    this.#changed.dispose();
    this.#stopped.dispose();
  }

  /** A session that was started through the proxy; the proxy says the rest by itself. */
  async add(session: vscode.DebugSession): Promise<void> {
    const known = this.#known(session);
    try {
      known.status = (await session.customRequest("goDiagnostics/status", {})) as StatusBody;
      known.isRunning = known.status.running;
      known.stop = known.status.stop;
    } catch {
      // It may end while it starts, and it may not know itself before the program is there: its events say more.
    }
    this.#changed.fire();
  }

  openDump(dump: OpenedDump): void {
    this.#dump?.close();
    this.#dump = dump;
    this.#dumps++;
    this.#changed.fire();
  }

  closeDump(): void {
    this.#dump?.close();
    this.#dump = undefined;
    this.#changed.fire();
  }

  get hasDump(): boolean {
    return this.#dump !== undefined;
  }

  /** A dump is what somebody opened on purpose: it stays until it is closed. */
  get current(): GoroutineSource | undefined {
    if (this.#dump) {
      return { ...this.#dump, session: undefined, isRunning: false, moment: String(this.#dumps), process: undefined };
    }
    const proxied = this.activeSession;
    if (!proxied) return undefined;
    const { session, isRunning, stop, process } = proxied;
    return {
      name: session.name,
      ask: askOf(session),
      session,
      isRunning,
      moment: joined([String(stop), process]),
      process,
    };
  }

  /** The session in front, when the proxy is in it. */
  get activeSession(): Readonly<Proxied> | undefined {
    const active = vscode.debug.activeDebugSession;
    return active && this.#sessions.get(active.id);
  }

  /** The one of these, or the one in front, when the proxy is in it. */
  proxied(session: vscode.DebugSession | undefined = vscode.debug.activeDebugSession): Readonly<Proxied> | undefined {
    return session && this.#sessions.get(session.id);
  }

  get sessions(): readonly Readonly<Proxied>[] {
    return [...this.#sessions.values()];
  }

  #heard(session: vscode.DebugSession, { stop, running, process }: StopEventBody): void {
    const known = this.#known(session);
    const isSameStop = known.stop === stop && known.isRunning === running;
    known.isRunning = running;
    known.stop = stop;
    known.process = process;
    this.#changed.fire();
    if (!running && !isSameStop) this.#stopped.fire({ session, stop });
    // Where children are followed each stop has its own processes.
    if (!known.status || process !== undefined) void this.add(session);
  }

  #known(session: vscode.DebugSession): Proxied {
    let known = this.#sessions.get(session.id);
    if (!known) {
      known = { session, status: undefined, isRunning: true, stop: 0, process: undefined };
      this.#sessions.set(session.id, known);
      // A program that is started now is what somebody wants to look at.
      this.#dump?.close();
      this.#dump = undefined;
    }
    return known;
  }
}

function askOf(session: vscode.DebugSession): Ask {
  return (name, about) => session.customRequest(name, about) as Promise<never>;
}
