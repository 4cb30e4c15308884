/**
 * The stacks of goroutines that run on a thread, from Delve: their registers are not in memory.
 */
import { type Address, MemoryProblem } from "../../process/paused-program.js";
import type { RpcClient } from "../dlv/json-rpc.js";

/** As `ScanOptions.runningStack`. */
export type RunningStack = (id: number, signal?: AbortSignal) => Promise<readonly Address[] | undefined>;

const MAX_FRAMES = 1_000;

/** Over JSON-RPC. */
export function rpcRunningStack(client: RpcClient): RunningStack {
  return (id, signal) => {
    const parameters = { Id: id, Depth: MAX_FRAMES, Full: false };
    return client
      .call<{ readonly Locations?: readonly { readonly pc: number }[] | null }>("Stacktrace", parameters, signal)
      .then(({ Locations }) => Locations?.map(({ pc }) => pc), unknownStack);
  };
}

/** Over DAP: `request` answers the body of a request, and rejects with what Delve says when it fails. */
export function dapRunningStack(
  request: (command: "stackTrace", args: object, signal?: AbortSignal) => Promise<unknown>,
): RunningStack {
  return (threadId, signal) =>
    request("stackTrace", { threadId, startFrame: 0, levels: MAX_FRAMES }, signal).then((body) => {
      const { stackFrames = [] } = body as { stackFrames?: readonly { instructionPointerReference?: string }[] };
      const pcs = stackFrames.map((frame) => Number(frame.instructionPointerReference));
      return pcs.every(Number.isSafeInteger) ? pcs : undefined;
    }, unknownStack);
}

/** Delve cannot unwind every stack; that ends nothing but this one. */
function unknownStack(error: unknown): undefined {
  if (error instanceof MemoryProblem && error.code !== "unreadable") throw error;
  return undefined;
}
