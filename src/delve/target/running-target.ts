/**
 * A program that runs under a headless Delve which no other client drives, and is stopped for moments to be read: started by
 * us, attached to, or at a Delve that the user started.
 *
 * All is asked over one connection, on which Delve reads what follows a `continue` when the program runs. Over a second
 * one a halt may overtake the `continue`, which forgets it; and a halt that is then asked for again may come too late:
 * Delve halts by SIGTRAP, and one that is left over ends a program that is let go (both measured on 1.24 and 1.27).
 */
import { setTimeout as sleep } from "node:timers/promises";
import { watchFirstStop } from "../../process/first-stop.js";
import { type Assign, rpcAssign, type Setting } from "../dlv/assign.js";
import { parseVersion } from "../dlv/delve-versions.js";
import { type DlvStart, HEADLESS, problemWords, startDlv } from "../dlv/dlv-process.js";
import { type GoroutineReader, openGoroutines, type ScanOptions } from "../memory/goroutine-scan.js";
import { connectRpc, type DelveAddress, type RpcClient } from "../dlv/json-rpc.js";
import { switchOnMemoryProfiling } from "../memory/memory-profiling.js";
import type { PausedProgram } from "../../process/paused-program.js";
import { withAttached } from "./own-attach.js";
import { type AttachOptions, AttachPause, expectShortAttach, withinPause } from "./pause-bound.js";
import { rpcProgram } from "../memory/rpc-program.js";
import { rpcRunningStack } from "../memory/running-stacks.js";
import { expectDebugInformation } from "./debug-information.js";
import { TargetProblem } from "./target-problem.js";
import { expectStill } from "./target-session.js";

/** The program while it stands still. */
export interface Moment {
  readonly program: PausedProgram;
  readonly reader: GoroutineReader;
  readonly scanOptions: ScanOptions;
  readonly assign: Assign;
  readonly pid: number;
}

interface CommandOut {
  readonly State: { readonly exited?: boolean };
}

/** A program that runs, and stands still for moments to be read. */
export interface ReadAtMoments {
  readonly pid: number;
  /** How long it stood still to be attached to. */
  readonly attachMs: number;
  /** How long it stood still at the last moment, one that was ended too. */
  readonly lastPauseMs: number;
  /** What `work` comes to, and how long the program stood still, in milliseconds. */
  atAMoment<Result>(
    work: (at: Moment) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<{ readonly result: Result; readonly pausedMs: number }>;
  /** The same of work that only reads, and may be done twice: where there is this, the program runs on meanwhile. */
  copied?<Result>(
    read: (at: Moment) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<{ readonly result: Result; readonly pausedMs: number }>;
  /** What was set before, to be set again when it is let go of, whatever ends us. */
  restoresAtEnd?: ((before: readonly Setting[]) => void) | undefined;
  stop(): Promise<void>;
}

export class RunningTarget implements ReadAtMoments {
  readonly #client: RpcClient;
  readonly #leave: () => Promise<void>;
  readonly #program: PausedProgram;
  #reader: GoroutineReader | undefined;
  #onStop: (() => void) | undefined;
  #hasEnded = false;
  readonly #settleEnded: () => void;
  /** Settles when the program has ended, or Delve has. */
  readonly ended: Promise<void>;
  readonly pid: number;
  /** How long it stood still to be attached to; 0 of one that was started for us. */
  attachMs = 0;
  /** Of one that was attached to: what is to be set in it when it is left, whatever ends us. */
  restoresAtEnd: ((settings: readonly Setting[]) => void) | undefined;
  /** How long it may stand still to be read. */
  maxPauseMs = Infinity;
  /** How long it stood still at the last moment, one that was ended too. */
  lastPauseMs = 0;

  /** The program stands still. `leave` is how this ends. */
  constructor(
    { client, version, pid }: Connected,
    leave: (target: { readonly client: RpcClient; readonly halt: () => Promise<void> }) => Promise<void>,
  ) {
    this.#client = client;
    this.pid = pid;
    this.#leave = () => leave({ client, halt: () => this.#halt() });
    this.#program = rpcProgram(client, version);
    let settle = () => {};
    this.ended = new Promise((resolve) => (settle = resolve));
    this.#settleEnded = settle;
  }

  /** At its entry, before `run`: its whole life is profiled. */
  async switchOnProfiling(): Promise<void> {
    await switchOnMemoryProfiling(this.#program, rpcAssign(this.#client));
  }

  run(): void {
    void this.#client.call<CommandOut>("Command", { name: "continue" }).then(
      ({ State }) => {
        if (State.exited === true) return this.#end();
        if (this.#onStop !== undefined) return this.#onStop();
        this.run(); // a breakpoint of its own, or a panic on its way out
      },
      () => this.#end(),
    );
  }

  /**
   * What `work` comes to, and how long the program stood still. Rejects with a `TargetProblem` when it has ended, or stands
   * still for too long.
   */
  async atAMoment<Result>(
    work: (at: Moment) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<{ readonly result: Result; readonly pausedMs: number }> {
    const pausedAt = performance.now();
    this.lastPauseMs = 0;
    // A process of this machine tells for how long it really stood.
    const watch = this.restoresAtEnd === undefined ? undefined : watchFirstStop(this.pid);
    try {
      await this.#halt();
      if (this.#hasEnded) throw new TargetProblem("its program has ended", "Start it again");
    } catch (error) {
      watch?.close();
      throw error;
    }
    let result: Result;
    try {
      const bound = { signal, maxPauseMs: this.maxPauseMs };
      result = await withinPause(bound, performance.now() - pausedAt, async (bounded) => {
        const reader = (this.#reader ??= await openGoroutines(this.#program, bounded));
        return work({
          program: this.#program,
          reader,
          scanOptions: { signal: bounded, runningStack: rpcRunningStack(this.#client) },
          assign: rpcAssign(this.#client),
          pid: this.pid,
        });
      });
    } finally {
      this.run();
      this.lastPauseMs = watch === undefined ? performance.now() - pausedAt : await watch.over();
    }
    return { result, pausedMs: this.lastPauseMs };
  }

  /**
   * Ends what was started for it; a program that was there before stays as it was found. `lastPauseMs` is for how long
   * that one stood still to be left.
   */
  async stop(): Promise<void> {
    this.#onStop = () => {};
    const watch = this.restoresAtEnd === undefined ? undefined : watchFirstStop(this.pid);
    await this.#leave().catch(() => {});
    this.lastPauseMs = (await watch?.over()) ?? 0;
    this.#client.close();
  }

  async #halt(): Promise<void> {
    if (this.#hasEnded) return;
    const stopped = new Promise<void>((resolve) => (this.#onStop = resolve));
    const halted = this.#client.call("Command", { name: "halt" }).catch(() => {});
    const isStill = Promise.all([stopped, halted]).then(() => true);
    const isDone = await Promise.race([isStill, this.ended, sleep(HALT_LIMIT_MS, false, { ref: false })]);
    this.#onStop = undefined;
    if (isDone !== false) return;
    this.#end();
    throw new TargetProblem(`Delve did not stop it within ${HALT_LIMIT_MS / 1000} s`, "Try again, or with another dlv");
  }

  #end(): void {
    this.#hasEnded = true;
    this.#settleEnded();
  }
}

const HALT_LIMIT_MS = 20_000;
const START_LIMIT_MS = 30_000;
const ANY_GO = "--check-go-version=false";

export interface StartUnderDelve extends Pick<DlvStart, "cwd" | "env" | "signal"> {
  readonly dlv: string;
  readonly binary: string;
  readonly args: readonly string[];
  /** Output of the program. */
  readonly onOutput: (text: string) => void;
}

/** Started, and profiled from its first allocation. Rejects with a `TargetProblem`, or a `MemoryProblem`. */
export async function startUnderDelve(start: StartUnderDelve): Promise<RunningTarget> {
  const { dlv, binary, args, cwd, env, signal, onOutput } = start;
  const begin = { path: dlv, args: ["exec", binary, ...HEADLESS, ANY_GO], programArgs: args, cwd, env, signal };
  const started = await startDlv({ ...begin, limitMs: START_LIMIT_MS }, (_, text) => onOutput(text));
  if ("code" in started) {
    const todo = "See that it is a program for this machine";
    throw new TargetProblem(problemWords(dlv, started, START_LIMIT_MS), todo);
  }
  try {
    const target = new RunningTarget(await connect(started.address, signal), () => started.stop());
    await target.switchOnProfiling();
    target.run();
    return target;
  } catch (error) {
    await started.stop();
    throw error;
  }
}

/**
 * A process of this machine, which goes on when this ends, and stands still for no longer than is allowed. Rejects with a
 * `TargetProblem`.
 */
export async function attachRunning(pid: number, dlv: string, options: AttachOptions): Promise<RunningTarget> {
  expectShortAttach(pid, options.maxPauseMs);
  const pause = new AttachPause(pid, options);
  try {
    const target = await attachedTo(pid, dlv, pause.signal);
    target.run();
    target.attachMs = await pause.over();
    target.maxPauseMs = options.maxPauseMs;
    return target;
  } catch (error) {
    throw pause.problemOf(error);
  } finally {
    pause.close();
  }
}

async function attachedTo(pid: number, dlv: string, signal: AbortSignal | undefined): Promise<RunningTarget> {
  return withAttached(pid, dlv, signal, async (started) => {
    const connected = await connect(started.address, signal);
    started.reaches("has-run");
    const target = new RunningTarget(connected, async ({ halt }) => {
      await halt().catch(() => {}); // in order, behind a "continue" that is on its way
      await started.stop();
    });
    target.restoresAtEnd = (settings) => started.restoresAtEnd(settings);
    return target;
  });
}

/** The program that a headless Delve holds paused; paused again when this ends. Rejects with a `TargetProblem`. */
export async function runAt(address: DelveAddress, signal?: AbortSignal): Promise<RunningTarget> {
  const connected = await connect(address, signal).catch((error: Error) => {
    if (error instanceof TargetProblem) throw error;
    const todo = "Start one: dlv exec PROGRAM --headless --accept-multiclient --listen=HOST:PORT";
    throw new TargetProblem(error.message, todo);
  });
  try {
    await expectStill(connected.client, signal);
  } catch (error) {
    connected.client.close();
    throw error;
  }
  const target = new RunningTarget(connected, ({ halt }) => halt());
  target.run();
  return target;
}

interface Connected {
  readonly client: RpcClient;
  readonly version: ReturnType<typeof parseVersion>;
  readonly pid: number;
}

async function connect(address: DelveAddress, signal: AbortSignal | undefined): Promise<Connected> {
  const client = await connectRpc(address, { signal });
  try {
    const { DelveVersion } = await client.call<{ readonly DelveVersion: string }>("GetVersion", {}, signal);
    await expectDebugInformation(client, signal);
    const { Pid } = await client.call<{ readonly Pid: number }>("ProcessPid", {}, signal);
    return { client, version: parseVersion(DelveVersion), pid: Pid };
  } catch (error) {
    client.close();
    throw error;
  }
}
