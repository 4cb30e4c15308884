/**
 * The memory of a session's program while it stands still: over JSON-RPC where the engine has it, else by evaluating
 * over the session's own DAP connection, a few requests at a time so that the client's never wait behind many of ours.
 */
import { type Assign, dapAssign, rpcAssign } from "../dlv/assign.js";
import { dapProgram } from "../memory/dap-program.js";
import type { Version } from "../dlv/delve-versions.js";
import { connectRpc, type DelveAddress, type RpcClient } from "../dlv/json-rpc.js";
import { type Address, MemoryProblem, type PausedProgram } from "../../process/paused-program.js";
import { rpcProgram } from "../memory/rpc-program.js";
import { dapRunningStack, rpcRunningStack, type RunningStack } from "../memory/running-stacks.js";

export interface WaysToMemory {
  /** A DAP request of our own; resolves with the body, rejects with Delve's words. */
  readonly request: (command: string, args: object) => Promise<unknown>;
  readonly rpcAddress: DelveAddress | undefined;
  readonly version: Version | undefined;
  readonly log: (line: string) => void;
}

/** Requests of ours that Delve has at once. */
const LANES = 2;
/** How often something is read over JSON-RPC that is cut while it is read. */
const TRIES = 2;

export class SessionMemory implements PausedProgram {
  readonly #ways: WaysToMemory;
  readonly #overDap: PausedProgram;
  readonly #dapStack: RunningStack;
  #rpc: Promise<RpcClient> | undefined;
  #hasRpc: boolean;
  #inUse = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(ways: WaysToMemory) {
    this.#ways = ways;
    this.#hasRpc = ways.rpcAddress !== undefined;
    this.#overDap = dapProgram(async (expression, context, signal) => {
      const body = await this.#inLane("evaluate", { expression, context }, signal);
      return String((body as { result?: unknown }).result);
    }, ways.version);
    this.#dapStack = dapRunningStack((command, args, signal) => this.#inLane(command, args, signal));
  }

  /**
   * Lets Delve read the goroutine at a place of the runtime's list; it keeps what it has read until the program runs on
   * (pkg/proc/variables.go: GoroutinesInfo, FindGoroutine), and need not search for it from the first one on. Over DAP
   * nothing does that.
   */
  async readByPlace(place: number, signal: AbortSignal): Promise<void> {
    const rpc = await this.#client(signal);
    await rpc?.call("ListGoroutines", { Start: place, Count: 1 }, signal);
  }

  /** Whether `readByPlace` does something. */
  get readsByPlace(): boolean {
    return this.#hasRpc;
  }

  read(address: Address, length: number, signal?: AbortSignal, into?: Uint8Array): Promise<Uint8Array> {
    return this.#ofProgram((program) => program.read(address, length, signal, into), signal);
  }

  number(expression: string, signal?: AbortSignal): Promise<number> {
    return this.#ofProgram((program) => program.number(expression, signal), signal);
  }

  /** The stack of a goroutine that runs on a thread. */
  readonly runningStack: RunningStack = (id, signal) =>
    this.#either(
      (rpc) => rpcRunningStack(rpc)(id, signal),
      () => this.#dapStack(id, signal),
      signal,
    );

  readonly assign: Assign = async (variable, value, signal) => {
    const rpc = await this.#client(signal);
    const set = rpc === undefined ? dapAssign((command, args) => this.#ways.request(command, args)) : rpcAssign(rpc);
    await set(variable, value, signal);
  };

  /**
   * The program runs again. Calls that Delve has accepted would wait for the next stop and hold up what is asked then:
   * the connection is given up, and made anew when it is needed.
   */
  resumed(): void {
    const connection = this.#rpc;
    this.#rpc = undefined;
    void connection?.then(
      (rpc) => rpc.close(),
      () => {},
    );
  }

  close(): void {
    this.#hasRpc = false;
    this.resumed();
  }

  #ofProgram<T>(read: (program: PausedProgram) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return this.#either(
      (rpc) => read(rpcProgram(rpc, this.#ways.version)),
      () => read(this.#overDap),
      signal,
    );
  }

  /** Over JSON-RPC, once more when that is cut, and over DAP when it cannot be had. */
  async #either<T>(
    overRpc: (rpc: RpcClient) => Promise<T>,
    overDap: () => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    for (let tries = 1; ; tries++) {
      const rpc = await this.#client(signal);
      if (rpc === undefined) return overDap();
      try {
        return await overRpc(rpc);
      } catch (error) {
        const isCut = error instanceof MemoryProblem && error.code === "disconnected" && signal?.aborted !== true;
        if (!isCut || !this.#hasRpc) throw error;
        if (tries === TRIES) this.#giveUpRpc(error);
      }
    }
  }

  async #client(signal: AbortSignal | undefined): Promise<RpcClient | undefined> {
    const { rpcAddress, log } = this.#ways;
    while (rpcAddress !== undefined && this.#hasRpc) {
      if (signal?.aborted) throw new MemoryProblem("interrupted", "reading was given up");
      const connecting = (this.#rpc ??= connectRpc(rpcAddress));
      try {
        const rpc = await connecting;
        if (rpc.problem === undefined) return rpc;
        if (this.#rpc !== connecting) continue;
        this.#rpc = undefined;
        log(`JSON-RPC was cut (${rpc.problem.message}); once more`);
      } catch (error) {
        this.#giveUpRpc(error as Error);
      }
    }
    return undefined;
  }

  #giveUpRpc(error: Error): void {
    if (!this.#hasRpc) return;
    this.#hasRpc = false;
    this.#ways.log(`JSON-RPC is gone (${error.message}); memory is read over DAP from now on`);
  }

  async #inLane(command: string, args: object, signal: AbortSignal | undefined): Promise<unknown> {
    if (this.#inUse >= LANES) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inUse++;
    try {
      if (signal?.aborted) throw new MemoryProblem("interrupted", "reading was given up");
      return await this.#ways.request(command, args);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#inUse--;
      else next();
    }
  }
}
