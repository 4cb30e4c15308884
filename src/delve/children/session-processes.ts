/**
 * The processes of a session: what was launched and, where they are followed, its children. The client's `threads` and
 * stacks are about one of them, that which Delve selected at the stop or the client was switched to; memory is
 * read of any.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { beginningOf, signal } from "../../process/proc.js";
import { dapTargets, type DelveTargets, rpcTargets, shortName, type Target } from "./delve-targets.js";
import { type Frame, messageOf } from "../dap/framing.js";
import type { ProcessRow } from "../session/requests.js";
import { SelectedProcess } from "./selected-process.js";
import type { ReadProcesses } from "../session/session-stops.js";
import { event } from "../dap/messages.js";
import type { Passing, Forwarder } from "../session/forwarder.js";
import type { KnownState } from "../session/session-state.js";

/** How long Delve may take to list or switch its targets, over DAP. */
const LIST_LIMIT_MS = 10_000;

export class SessionProcesses implements ReadProcesses {
  readonly #forwarder: Forwarder;
  readonly #state: KnownState;
  readonly #log: (line: string) => void;
  /** Until the first stop only what was launched. */
  #rows: readonly ProcessRow[] = [];
  /** At a stop of a session that follows children. */
  #targets: readonly Target[] = [];
  #selected: SelectedProcess | undefined;
  #hadChildren = false;
  #first: number | undefined;
  /** All that were told of, with when they began. */
  readonly #announced = new Map<number, string | undefined>();

  constructor(forwarder: Forwarder, state: KnownState, log: (line: string) => void) {
    this.#forwarder = forwarder;
    this.#state = state;
    this.#log = log;
  }

  get rows(): readonly ProcessRow[] {
    const shown = this.#selected?.shown;
    return shown === undefined ? this.#rows : this.#rows.map((row) => ({ ...row, selected: row.pid === shown }));
  }

  /** What was launched; its children begin after it. */
  get first(): number | undefined {
    return this.#first;
  }

  /** Delve tells the client of a process; also of a child that it does not follow. */
  onProcess(frame: Frame): Passing {
    const body = messageOf<DebugProtocol.ProcessEvent>(frame)?.body;
    if (body?.systemProcessId === undefined) return "pass";
    this.#first ??= body.systemProcessId;
    this.#announced.set(body.systemProcessId, beginningOf(body.systemProcessId));
    if (this.#rows.length === 0) this.#rows = [{ pid: body.systemProcessId, name: body.name, selected: true }];
    return this.#state.hasChildSessions && body.systemProcessId !== this.#first ? "taken" : "pass";
  }

  /** The events that `dlv dap` sends of what it launched; a remote attach says nothing. */
  async announce(): Promise<void> {
    if (this.#forwarder.engine.rpcAddress === undefined) return;
    const targets = await this.#delve().list();
    this.#first = targets.at(0)?.pid;
    this.#tellOf(targets, { startMethod: "launch" });
    this.#rows = targets.map(rowOf);
  }

  /** Another stop of a session that follows children. Resolves when its processes are known, or cannot be. */
  async stopped(): Promise<void> {
    try {
      const targets = await this.#delve().list();
      const selected = targets.find((target) => target.selected);
      if (selected === undefined) throw new Error("none is selected");
      this.#targets = targets;
      this.#rows = targets.map(rowOf);
      // The parent may have ended before the first stop.
      this.#hadChildren ||= targets.length > 1 || selected.pid !== this.#first;
      this.#tellOf(targets);
      if (this.#selected === undefined) this.#selected = this.#selecting(selected.pid);
      else this.#selected.stopped(selected.pid);
    } catch (error) {
      this.#log(`the processes of this stop are not known: ${(error as Error).message}`);
      this.#selected = undefined;
    }
  }

  /** From now on `threads`, stacks and variables are those of that process. Rejects when it cannot be had. */
  async show(pid: number): Promise<void> {
    await this.#selected?.show(pid);
  }

  /** The goroutine that a process stopped in, where Delve tells. */
  goroutineOf(pid: number): number | undefined {
    return this.#targets.find((target) => target.pid === pid)?.goroutine;
  }

  /** What the first client sees, as people call it; undefined where it can be no other. */
  get shown(): { readonly pid: number; readonly process: string } | undefined {
    const row = this.#hadChildren ? this.#rows.find(({ pid }) => pid === this.#selected?.shown) : undefined;
    return row && { pid: row.pid, process: `${shortName(row.name ?? "")} ${row.pid}` };
  }

  /** What the threads of the first client are marked with; not those of the parent where children are apart. */
  get mark(): string | undefined {
    const { shown } = this;
    return this.#state.hasChildSessions && shown?.pid === this.#first ? undefined : shown?.process;
  }

  named(pid: number | undefined): number | undefined {
    if (pid !== undefined && !this.#rows.some((row) => row.pid === pid)) {
      throw new Error(`There is no process ${pid} at this stop.`);
    }
    return this.#selected && (pid ?? this.#selected.shown);
  }

  whileSelected<T>(pid: number, work: () => Promise<T>): Promise<T> {
    return this.#selected === undefined ? work() : this.#selected.run(pid, work);
  }

  /** … what the client sees, whatever is read of others. */
  whileShown<T>(work: () => Promise<T>): Promise<T> {
    const selected = this.#selected;
    return selected === undefined ? work() : selected.run(selected.shown, work);
  }

  /** Lets the program run while that process is selected; `work` answers whether it runs. */
  async resume(pid: number, work: () => Promise<boolean>): Promise<void> {
    if (this.#selected === undefined) await work();
    else await this.#selected.resume(pid, work);
  }

  /** The client keeps seeing a process as long as it is there; before the first stop that is what was launched. */
  async paused(): Promise<void> {
    if (!this.#state.follows) return;
    const shown = this.#selected?.shown ?? this.#first;
    await this.stopped();
    if (shown !== undefined && this.#rows.some(({ pid }) => pid === shown)) await this.show(shown);
  }

  async home(): Promise<void> {
    await this.whileShown(() => Promise.resolve());
  }

  interrupt(): void {
    this.#selected?.interrupt();
  }

  /** The program comes back as another process. */
  forget(): void {
    this.#first = undefined;
  }

  /** Nothing of what was launched remains, where the system does not tell what belongs to the dlv that has ended. */
  kill(): void {
    if (process.platform === "linux") return;
    for (const { pid } of this.#rows) signal(pid, "SIGKILL");
  }

  #delve(): DelveTargets {
    const { rpcAddress } = this.#forwarder.engine;
    if (rpcAddress !== undefined) return rpcTargets(rpcAddress);
    return dapTargets(async (expression) => {
      const answer = await this.#forwarder.ask("evaluate", { expression, context: "repl" }, LIST_LIMIT_MS);
      if (!answer.success) throw new Error(answer.message ?? `${expression} failed`);
      return (answer as DebugProtocol.EvaluateResponse).body.result;
    });
  }

  #selecting(shown: number): SelectedProcess {
    let release = () => {};
    return new SelectedProcess(shown, {
      select: async (pid) => {
        const target = this.#targets.find((one) => one.pid === pid);
        if (target !== undefined) await this.#delve().select(target);
      },
      hold: () => {
        release = this.#forwarder.hold({ letsLeave: false });
        return this.#forwarder.settled();
      },
      release: () => release(),
      isWaitedFor: () => this.#forwarder.hasHeld,
    });
  }

  /** Delve tells by itself from 1.26 on. */
  #tellOf(targets: readonly Target[], more: object = {}): void {
    for (const { pid, commandLine } of targets) {
      if (this.#announced.has(pid)) continue;
      this.#announced.set(pid, beginningOf(pid));
      if (this.#state.hasChildSessions && pid !== this.#first) continue;
      this.#forwarder.tell(
        event("process", { name: commandLine, systemProcessId: pid, isLocalProcess: true, ...more }),
      );
    }
  }
}

function rowOf({ pid, commandLine, selected }: Target): ProcessRow {
  return { pid, name: commandLine, selected };
}
