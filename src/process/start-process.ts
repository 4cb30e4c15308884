/**
 * Starts a process that ends with us: in a session of its own, so that the terminal's Ctrl-C is ours alone, guarded
 * before it begins, and marked, so that what it starts in turn is known.
 */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import type { RestoredVariable, SocketAddress } from "./detach-delve.js";
import { endProcesses, MARK, membersOf, type StartedProcess } from "./end-processes.js";
import { type GuardEntry, guarded } from "./guard.js";
import type { Guarded } from "./guard-protocol.js";
import { type Attachment, leaveTarget } from "./leave-target.js";
import { beginningOf } from "./proc.js";
import { targetAsFound } from "./target.js";

export interface StartOptions extends Pick<SpawnOptions, "cwd" | "stdio"> {
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Who is asked to end: the process alone, which then ends what it started, or its group (the default). */
  readonly asks?: StartedProcess["asks"];
  /** How long it may take to end when it is asked; then it is killed. */
  readonly patienceMs?: number;
  /** A process that it will attach to, and where it then answers (leave-target.ts). */
  readonly attaching?: { readonly pid: number; readonly address: SocketAddress | undefined };
}

const PATIENCE_MS = 3_000;

export class StartedChild {
  readonly child: ChildProcess;
  /** Settles when the process itself has ended, with how. */
  readonly ended: Promise<string>;
  readonly #entry: GuardEntry;
  #process: StartedProcess;
  #attachment: Attachment | undefined;
  #stopping: Promise<void> | undefined;

  constructor(command: string, args: readonly string[], options: StartOptions) {
    if (basename(command) === command) throw new TypeError(`${command} is no path (see find-tool.ts)`);
    const { cwd, stdio, env = process.env, asks = "group", patienceMs = PATIENCE_MS, attaching } = options;
    this.#process = { mark: randomUUID(), asks, patienceMs };
    if (attaching !== undefined) this.#attachment = attachmentTo(attaching.pid, attaching.address);
    this.#entry = guarded(this.#guardEntry());
    const child = (this.child = spawn(command, args, {
      env: { ...env, [MARK]: this.#process.mark },
      detached: process.platform !== "win32",
      windowsHide: true,
      ...(cwd !== undefined && { cwd }),
      ...(stdio !== undefined && { stdio }),
    }));
    if (child.pid !== undefined) {
      this.#process = { ...this.#process, pid: child.pid, beginning: beginningOf(child.pid) };
      this.#entry.becomes(this.#guardEntry());
    }
    this.ended = new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
      child.once("error", (error) => resolve(error.message));
    });
    void this.ended.then(() => this.#onEnded());
  }

  /** It is about to attach to a process, which is to go on as it was. */
  attaches(pid: number): void {
    this.#attachment = attachmentTo(pid, undefined);
    this.#entry.becomes(this.#guardEntry());
  }

  /** It has attached, and answers; or it is about to let that process run. */
  reaches(phase: "still" | "has-run"): void {
    this.#change({ phase });
  }

  /** What is to be set in that process when it is let go of; replaces what was told before. */
  restoresAtEnd(restore: readonly RestoredVariable[]): void {
    this.#change({ restore });
  }

  /** Where it answers, known only now. */
  answersAt(address: SocketAddress): void {
    this.#change({ address });
  }

  /**
   * Ends it with all that it has started, and lets go on what it has attached to. Resolves when nothing of it is left.
   * `letGoMs` is how long a debugger may take to let go that has not let its process run yet.
   */
  stop(letGoMs?: number): Promise<void> {
    return (this.#stopping ??= this.#stop(letGoMs));
  }

  #change(change: Partial<Attachment>): void {
    if (this.#attachment === undefined) return;
    this.#attachment = { ...this.#attachment, ...change };
    this.#entry.becomes(this.#guardEntry());
  }

  async #stop(letGoMs: number | undefined): Promise<void> {
    if (this.#attachment === undefined) await endProcesses(this.#process);
    else await leaveTarget(this.#attachment, this.#process, letGoMs);
    this.#entry.forget();
    // A process that outlives its end may hold the pipes: do not wait for theirs.
    for (const stream of this.child.stdio) if (stream !== this.child.stdin) stream?.destroy();
  }

  /** A debugger that was killed leaves a process that stands still; others may leave some behind, which stay guarded. */
  #onEnded(): void {
    if (this.#attachment !== undefined) void this.stop();
    else if (membersOf(this.#process).length === 0) this.#entry.forget();
  }

  #guardEntry(): Guarded {
    return { kind: "process", process: this.#process, ...(this.#attachment && { attachment: this.#attachment }) };
  }
}

/**
 * `command` is a path, never a bare name: those are looked for by `toolsNamed` (find-tool.ts), which passes over the
 * relative folders on PATH that the system would look into.
 */
export function startProcess(command: string, args: readonly string[], options: StartOptions = {}): StartedChild {
  return new StartedChild(command, args, options);
}

function attachmentTo(pid: number, address: SocketAddress | undefined): Attachment {
  return { target: targetAsFound(pid), phase: "attaching", address };
}
