/**
 * A program that stands still for as long as it takes to read it: at a headless Delve of the user's, or a process
 * that is attached to and goes on afterwards.
 */
import { parseVersion } from "../dlv/delve-versions.js";
import { type GoroutineReader, openGoroutines, type ScanOptions } from "../memory/goroutine-scan.js";
import { connectRpc, type DelveAddress, type RpcClient } from "../dlv/json-rpc.js";
import { withAttached } from "./own-attach.js";
import { type AttachOptions, AttachPause, expectShortAttach, LET_GO_MS } from "./pause-bound.js";
import { MemoryProblem, type PausedProgram } from "../../process/paused-program.js";
import { rpcProgram } from "../memory/rpc-program.js";
import { rpcRunningStack } from "../memory/running-stacks.js";
import { expectDebugInformation } from "./debug-information.js";
import { TargetProblem } from "./target-problem.js";

export interface PausedTarget {
  readonly program: PausedProgram;
  readonly reader: GoroutineReader;
  /** What a scan needs of this way to the program. */
  readonly scanOptions: ScanOptions;
  /** Leaves it as it was found: a process that was attached to runs on. */
  release(): Promise<void>;
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

/** The process that a headless Delve holds, standing still. Rejects with a `TargetProblem` when it runs. */
export async function pausedProcessAt(address: DelveAddress, signal?: AbortSignal): Promise<number> {
  const client = await connect(address, signal);
  try {
    await expectStill(client, signal);
    return (await client.call<{ readonly Pid: number }>("ProcessPid", {}, signal)).Pid;
  } finally {
    client.close();
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

/**
 * What `read` makes of a process of this machine that a Delve of our own stops for it, and for how long it stood still,
 * in milliseconds. Rejects with a `TargetProblem` where that would stop it for longer than is allowed.
 */
export async function whileAttached<Result>(
  pid: number,
  dlv: string,
  options: AttachOptions,
  read: (target: PausedTarget) => Promise<Result>,
): Promise<{ readonly result: Result; readonly pausedMs: number }> {
  expectShortAttach(pid, options.maxPauseMs);
  const pause = new AttachPause(pid, options);
  try {
    const target = await attached(pid, dlv, pause.signal);
    const result = await read(target).finally(() => target.release());
    return { result, pausedMs: await pause.over() };
  } catch (error) {
    throw pause.problemOf(error);
  } finally {
    pause.close();
  }
}

/** Stopped by a Delve of our own until it is released. */
function attached(pid: number, dlv: string, signal: AbortSignal): Promise<PausedTarget> {
  return withAttached(pid, dlv, signal, async (started) => {
    const client = await connectRpc(started.address, { signal });
    started.reaches("still");
    return targetOf(client, signal, async () => {
      client.close();
      await started.stop(signal.aborted ? LET_GO_MS : undefined);
    });
  });
}

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
  await expectDebugInformation(client, signal);
  const program = rpcProgram(client, parseVersion(DelveVersion));
  const reader = await openGoroutines(program, signal);
  return { program, reader, scanOptions: { signal, runningStack: rpcRunningStack(client) }, release };
}
