/**
 * Has a headless Delve let go of the process that it has attached to and that has run since: over JSON-RPC, on a
 * connection of its own, whatever its clients do.
 *
 * Delve halts a program on Linux by SIGTRAP (`requestManualStop`, pkg/proc/native/proc_linux.go). Where a breakpoint
 * stops it at that moment, the signal is left over: it does no harm when the program is continued, and ends one that is
 * let go. So a program for which one waits is continued first.
 */
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { hasEnded, tracingOf } from "./proc.js";
import type { Target } from "./target.js";

export type SocketAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** A variable of the program that is set before it is let go of: Delve's expressions. */
export interface RestoredVariable {
  readonly symbol: string;
  readonly value: string;
}

const SIGTRAP = 1n << 4n;
const LOOK_MS = 5;
/** So often in a row it stands still: somebody who is gone by now may have asked for it to run. */
const LOOKS = 3;
const HALT_LIMIT_MS = 250;

interface State {
  readonly Running?: boolean;
}

/** Whether Delve has detached within the limit. */
export async function detachDelve(
  address: SocketAddress,
  target: Target,
  limitMs: number,
  restore: readonly RestoredVariable[] = [],
): Promise<boolean> {
  const giveUpAt = performance.now() + limitMs;
  const restMs = () => Math.max(0, giveUpAt - performance.now());
  const isOver = () => restMs() === 0 || hasEnded(target.pid, target.beginning);
  // Delve answers one call of a connection after the other, and a Detach when the program stands still.
  const [delve, detaching] = await Promise.all([connected(address, limitMs), connected(address, limitMs)]);
  try {
    if (delve === undefined || detaching === undefined) return false;
    let detached: Promise<boolean> | undefined;
    let haltedAt = -Infinity;
    let looks = 0;
    while (!isOver() && !delve.isClosed()) {
      const state = await Promise.race([delve.state(), sleep(restMs(), undefined, { ref: false })]);
      if (state === undefined) break;
      if (state.Running === true) {
        looks = 0;
        // Each halt is a signal: another one is sent when this one was forgotten.
        if (performance.now() - haltedAt > HALT_LIMIT_MS) {
          delve.send("Command", { name: "halt" });
          haltedAt = performance.now();
        }
      } else if (hasPendingTrap(target.pid)) {
        looks = 0;
        haltedAt = -Infinity;
        delve.send("Command", { name: "continue" });
        while (hasPendingTrap(target.pid) && !isOver()) await sleep(LOOK_MS);
      } else if (++looks >= LOOKS) {
        detached ??= leave(detaching, restore);
        if (await Promise.race([detached, sleep(10 * LOOK_MS, false)])) return true;
      }
      await sleep(LOOK_MS);
    }
    return delve.isClosed();
  } finally {
    delve?.close();
    detaching?.close();
  }
}

/** In this order: Delve answers one call of a connection after the other. */
async function leave(delve: Connection, restore: readonly RestoredVariable[]): Promise<boolean> {
  for (const { symbol, value } of restore) {
    delve.send("Set", { Scope: { GoroutineID: -1 }, Symbol: symbol, Value: value });
  }
  await delve.call("Detach", { Kill: false });
  return true;
}

/** For the process, not for one of its threads: Delve sends it to the process. */
function hasPendingTrap(pid: number): boolean {
  return ((tracingOf(String(pid))?.pending ?? 0n) & SIGTRAP) !== 0n;
}

interface Connection {
  send(method: string, parameters: object): void;
  /** Rejects never; an error of Delve's is an answer. */
  call(method: string, parameters: object): Promise<unknown>;
  /** Undefined when the connection is gone. */
  state(): Promise<State | undefined>;
  isClosed(): boolean;
  close(): void;
}

function connected(address: SocketAddress, limitMs: number): Promise<Connection | undefined> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const timer = setTimeout(() => socket.destroy(), limitMs);
    socket.once("connect", () => {
      clearTimeout(timer);
      resolve(connectionOn(socket));
    });
    socket.on("error", () => {});
    socket.once("close", () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}

function connectionOn(socket: Socket): Connection {
  const waiting = new Map<number, (result: unknown) => void>();
  let isClosed = false;
  let id = 0;
  let received = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    const lines = (received + text).split("\n");
    received = lines.pop() ?? "";
    for (const line of lines) {
      const answer = answerIn(line);
      if (answer !== undefined) waiting.get(answer.id)?.(answer.result);
    }
  });
  socket.once("close", () => {
    isClosed = true;
    for (const settle of waiting.values()) settle(undefined);
  });
  const call = (method: string, parameters: object): Promise<unknown> =>
    new Promise((resolve) => {
      if (isClosed) return resolve(undefined);
      waiting.set(++id, resolve);
      socket.write(`${JSON.stringify({ method: `RPCServer.${method}`, params: [parameters], id })}\n`);
    });
  return {
    call,
    send: (method, parameters) => void call(method, parameters),
    state: async () => ((await call("State", { NonBlocking: true })) as { State?: State } | undefined)?.State,
    isClosed: () => isClosed,
    close: () => socket.destroy(),
  };
}

function answerIn(line: string): { readonly id: number; readonly result?: unknown } | undefined {
  try {
    return JSON.parse(line) as { id: number };
  } catch {
    return undefined;
  }
}
