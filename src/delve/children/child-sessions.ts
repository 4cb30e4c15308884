/**
 * The children of a program, each as a session of its own: where the client can start sessions, it is asked to start one
 * for each child that is there at a stop, behind a door of its own. The first session is then about the parent alone.
 *
 * A child whose session the client does not start, or has left, is shown in the parent's when it is what has stopped.
 */
import { setInterval } from "node:timers";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { clientChannel } from "../dap/channel.js";
import { type ChildParts, ChildSession, type StoppedBody } from "./child-session.js";
import { beginningOf, hasEnded } from "../../process/proc.js";
import { shortName } from "./delve-targets.js";
import { type Frame, messageOf } from "../dap/framing.js";
import { type Door, openDoor } from "../session/one-client.js";
import type { ProcessRow } from "../session/requests.js";
import { event } from "../dap/messages.js";

interface Stop {
  /** Whose it is. */
  readonly pid: number;
  readonly body: StoppedBody;
}

interface Child {
  readonly beginning: string | undefined;
  door: Door | undefined;
  session: ChildSession | undefined;
}

export interface ChildSessionsSettings {
  readonly log: (line: string) => void;
  /** Shows a process in the parent's session, as what has stopped. */
  readonly showInParent: (pid: number, body: StoppedBody) => Promise<void>;
}

/** How soon a child that ends while the program runs is known to have ended. */
const LOOK_MS = 500;

export class ChildSessions {
  readonly #parts: Omit<ChildParts, "resumed" | "left">;
  readonly #settings: ChildSessionsSettings;
  readonly #children = new Map<number, Child>();
  /** Those without a session. */
  readonly #inParent = new Set<number>();
  /** The stop that the first session knows of, and one that it is about to. */
  #stop: Stop | undefined;
  #coming: Stop | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(parts: Omit<ChildParts, "resumed" | "left">, settings: ChildSessionsSettings) {
    this.#parts = parts;
    this.#settings = settings;
  }

  /**
   * A stop of Delve: what the first session is told of it in its place; undefined for the stop itself. Its process is
   * selected from then on.
   */
  async stopped(frame: Frame): Promise<object | undefined> {
    const { processes } = this.#parts;
    const message = messageOf<DebugProtocol.StoppedEvent>(frame);
    const { rows } = processes;
    const selected = rows.find((row) => row.selected);
    const parent = rows.find(({ pid }) => pid === processes.first);
    this.#stop = undefined;
    for (const pid of this.#children.keys()) if (!rows.some((row) => row.pid === pid)) this.#endOf(pid);
    for (const pid of this.#inParent) if (!rows.some((row) => row.pid === pid)) this.#inParent.delete(pid);
    if (message === undefined || selected === undefined) return undefined;
    this.#coming = { pid: selected.pid, body: message.body };
    // The parent may have ended before its children: the first session then shows what has stopped.
    if (parent === undefined) return undefined;
    for (const row of rows) {
      if (row !== parent && !this.#children.has(row.pid) && !this.#inParent.has(row.pid)) this.#open(row);
    }
    if (!this.#children.has(selected.pid)) return undefined;
    await processes.show(parent.pid);
    const goroutine = processes.goroutineOf(parent.pid) ?? (await this.#firstOfParent());
    return event("stopped", stoppedWith(nameOf(selected), goroutine));
  }

  /** The first session knows; now the others. */
  async tellStop(): Promise<void> {
    const stop = (this.#stop = this.#coming);
    this.#coming = undefined;
    if (stop === undefined) return;
    for (const { session } of this.#children.values()) if (session !== undefined) await this.#tell(session, stop);
  }

  /** The program runs again. */
  onResumed(): void {
    this.#stop = undefined;
    for (const { session } of this.#children.values()) session?.onResumed();
  }

  tellBreakpoint(body: DebugProtocol.BreakpointEvent["body"]): void {
    for (const { session } of this.#children.values()) session?.tellBreakpoint(body);
  }

  /** The program comes back as another process. */
  forget(): void {
    for (const pid of [...this.#children.keys()]) this.#endOf(pid);
    this.#inParent.clear();
  }

  end(): void {
    this.#isOver = true;
    this.forget();
  }

  async #tell(session: ChildSession, { pid, body }: Stop): Promise<void> {
    if (session.pid === pid) return session.onStopped(body);
    const { rows } = this.#parts.processes;
    const other = rows.find((row) => row.pid === pid);
    const goroutine = await session.goroutine().catch(() => 1);
    if (this.#stop?.body === body) session.onStopped(stoppedWith(other === undefined ? "" : nameOf(other), goroutine));
  }

  #open(row: ProcessRow): void {
    const { pid, name: commandLine = "" } = row;
    const child: Child = { beginning: beginningOf(pid), door: undefined, session: undefined };
    this.#children.set(pid, child);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
    this.#connect(child, { pid, commandLine, name: nameOf(row) }).catch((error: Error) => {
      this.#settings.log(`process ${pid} stays in the session of its parent: ${error.message}`);
      void this.#leave(pid);
    });
  }

  async #connect(child: Child, process: ConstructorParameters<typeof ChildSession>[1]): Promise<void> {
    const { forwarder } = this.#parts;
    const door = (child.door = await openDoor({}, this.#settings.log));
    if (this.#children.get(process.pid) !== child) return door.close();
    const { host, port } = door;
    // golang.go takes its legacy adapter for what is remote, unless it is told.
    const remote = { mode: "remote", host, port, debugAdapter: "dlv-dap" };
    const configuration = { name: process.name, ...remote, __childOf: this.#parts.processes.first };
    const started = forwarder.askClient("startDebugging", { request: "attach", configuration });
    started.then(
      ({ success }) => success || door.close(),
      () => door.close(),
    );
    const socket = await door.client;
    if (socket === undefined) throw new Error("its client did not come");
    if (this.#children.get(process.pid) !== child) return void socket.destroy();
    const session = new ChildSession(clientChannel(socket), process, {
      ...this.#parts,
      resumed: () => this.#resumed(),
      left: () => void this.#leave(process.pid),
    });
    child.session = session;
    if (this.#stop !== undefined) await this.#tell(session, this.#stop);
  }

  /** A child's client has let the program run: the first one knows before the answer, lest it show its stop again. */
  #resumed(): void {
    const { forwarder, state, stops } = this.#parts;
    if (state.isRunning) return; // of a step Delve tells by itself
    forwarder.tell(event("continued", { threadId: 1, allThreadsContinued: true }));
    stops.afterForward({ type: "event", event: "continued" });
  }

  /** It has no session, or none any more: the parent's shows it. */
  async #leave(pid: number): Promise<void> {
    const child = this.#children.get(pid);
    if (child === undefined || this.#isOver) return;
    this.#children.delete(pid);
    child.door?.close();
    this.#inParent.add(pid);
    const stop = this.#stop;
    if (stop?.pid === pid) await this.#settings.showInParent(pid, stop.body).catch(() => {});
  }

  #look(): void {
    for (const [pid, { beginning }] of this.#children) if (hasEnded(pid, beginning)) this.#endOf(pid);
  }

  #endOf(pid: number): void {
    const child = this.#children.get(pid);
    this.#children.delete(pid);
    child?.session?.end();
    child?.door?.close();
    if (this.#children.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #firstOfParent(): Promise<number> {
    const { forwarder, processes } = this.#parts;
    const { body } = (await processes.whileShown(() => forwarder.ask("threads"))) as DebugProtocol.ThreadsResponse;
    return body.threads[0].id;
  }
}

const nameOf = ({ pid, name = "" }: ProcessRow) => `${shortName(name)} ${pid}`;

/** All processes stop together; this one has no reason of its own. */
function stoppedWith(other: string, threadId: number): StoppedBody {
  return {
    reason: "pause",
    description: `Stopped with ${other}`,
    threadId,
    preserveFocusHint: true,
    allThreadsStopped: true,
  };
}
