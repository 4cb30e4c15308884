/**
 * A program that stands still for as long as it takes to read it: at a headless Delve that somebody runs, or a process
 * that is attached to and goes on afterwards.
 */
import { HEADLESS, startDlv } from "./dlv-process.js";
import { parseVersion } from "./delve-versions.js";
import { type GoroutineReader, openGoroutines, type ScanOptions } from "./goroutine-scan.js";
import { connectRpc, type DelveAddress, type RpcClient } from "./json-rpc.js";
import { MemoryProblem, type PausedProgram } from "./paused-program.js";
import { rpcProgram } from "./rpc-program.js";
import { rpcRunningStack } from "./running-stacks.js";

export interface PausedTarget {
  readonly program: PausedProgram;
  readonly reader: GoroutineReader;
  /** What a scan needs of this way to the program. */
  readonly scanOptions: ScanOptions;
  /** Leaves it as it was found: a process that was attached to runs on. */
  release(): Promise<void>;
}

/** It cannot be read; `todo` is what a person can do about it. */
export class TargetProblem extends Error {
  readonly todo: string;
  constructor(message: string, todo: string) {
    super(message);
    this.todo = todo;
  }
}

/** The program that a headless Delve holds. Rejects with a `TargetProblem` when it runs: then Delve cannot be asked. */
export async function pausedAt(address: DelveAddress, signal?: AbortSignal): Promise<PausedTarget> {
  const client = await connect(address, signal);
  try {
    await expectStill(client, signal);
    return await targetOf(client, signal, () => Promise.resolve(client.close()));
  } catch (error) {
    client.close();
    throw error;
  }
}

/** Rejects with a `TargetProblem` unless the program stands still: while it runs, other questions wait for its next stop. */
export async function expectStill(client: RpcClient, signal?: AbortSignal): Promise<void> {
  const { State } = await client.call<{ readonly State: { readonly Running?: boolean; readonly exited?: boolean } }>(
    "State",
    { NonBlocking: true },
    signal,
  );
  if (State.exited === true) throw new TargetProblem("its program has ended", "Start it again");
  if (State.Running === true) {
    throw new TargetProblem("its program runs", "Pause it in the debugger that drives it, and try again");
  }
}

/** A process of this machine, stopped by a Delve of our own until it is released. */
export async function attached(pid: number, dlv: string, signal?: AbortSignal): Promise<PausedTarget> {
  let said = "";
  const args = ["attach", String(pid), ...HEADLESS, "--check-go-version=false"];
  const started = await startDlv({ path: dlv, args, limitMs: ATTACH_LIMIT_MS, signal }, (_, text) => {
    said += text;
  });
  if ("code" in started) {
    const words = firstLine(started.said || said);
    throw new TargetProblem(
      started.code === "not-found" ? `${dlv} was not found` : words || "Delve could not attach to it",
      todoOf(words),
    );
  }
  let client: RpcClient | undefined;
  const release = async () => {
    // Without this the process would end with its debugger.
    await client?.call("Detach", { Kill: false }).catch(() => {});
    client?.close();
    await started.stop();
  };
  try {
    client = await connect(started.address, signal);
    return await targetOf(client, signal, release);
  } catch (error) {
    await release();
    // It listens before it attaches, and ends when it cannot.
    const isGone = client === undefined && error instanceof TargetProblem;
    throw isGone ? new TargetProblem(firstLine(said) || "Delve could not attach to it", todoOf(said)) : error;
  }
}

/** What helps, by what Delve said. */
function todoOf(said: string): string {
  return /ptrace|not permitted/i.test(said)
    ? "Allow tracing (kernel.yama.ptrace_scope=0), or run as its user"
    : "See that it is a Go process of this user: dlv attach PID";
}

const ATTACH_LIMIT_MS = 30_000;

async function connect(address: DelveAddress, signal?: AbortSignal): Promise<RpcClient> {
  try {
    return await connectRpc(address, { signal });
  } catch (error) {
    if (!(error instanceof MemoryProblem) || error.code === "interrupted") throw error;
    throw new TargetProblem(
      error.message,
      "Start one: dlv exec PROGRAM --headless --accept-multiclient --listen=HOST:PORT",
    );
  }
}

async function targetOf(
  client: RpcClient,
  signal: AbortSignal | undefined,
  release: () => Promise<void>,
): Promise<PausedTarget> {
  const { DelveVersion } = await client.call<{ readonly DelveVersion: string }>("GetVersion", {}, signal);
  const program = rpcProgram(client, parseVersion(DelveVersion));
  const reader = await openGoroutines(program, signal);
  return { program, reader, scanOptions: { signal, runningStack: rpcRunningStack(client) }, release };
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0].slice(0, 300);
}
