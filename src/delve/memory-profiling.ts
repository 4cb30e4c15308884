/**
 * Switches memory profiling on in programs that do not read the profile themselves: their linker sets
 * `runtime.disableMemoryProfiling`, and then the runtime starts with MemProfileRate 0 (runtime/proc.go, schedinit).
 *
 * It has to be done at the entry stop, before the runtime has started; what was allocated before cannot be known.
 */
import type { RpcClient } from "./json-rpc.js";
import { optionalNumber } from "./memory.js";
import { MemoryProblem, type PausedProgram } from "./paused-program.js";

/** Sets `runtime.disableMemoryProfiling` to false; rejects when Delve will not. */
export type ClearDisable = (signal?: AbortSignal) => Promise<void>;

export type MemoryProfiling =
  /** It was off and is on now. */
  | "switched-on"
  /** The program profiles its memory anyway. */
  | "on-already"
  /** The runtime runs already, with profiling off: nothing can be switched on any more. */
  | "too-late";

const DISABLED = "runtime.disableMemoryProfiling";

export async function switchOnMemoryProfiling(
  program: PausedProgram,
  clear: ClearDisable,
  signal?: AbortSignal,
): Promise<MemoryProfiling> {
  const isDisabled = await optionalNumber(program, DISABLED, signal);
  if (isDisabled === undefined || isDisabled === 0) return "on-already";
  if ((await program.number("runtime.allglen", signal)) > 0) return "too-late";
  await clear(signal);
  if ((await program.number(DISABLED, signal)) === 0) return "switched-on";
  throw new MemoryProblem("unreadable", `${DISABLED} cannot be set`);
}

/** Over JSON-RPC. */
export function rpcClear(client: RpcClient): ClearDisable {
  return async (signal) => {
    await client.call("Set", { Scope: { GoroutineID: -1 }, Symbol: DISABLED, Value: "false" }, signal);
  };
}

/**
 * Over DAP: a variable can only be set as a child of one that was shown, so the flag is shown as an array of one.
 * `request` answers the body of a request, and rejects with what Delve says when it fails.
 */
export function dapClear(
  request: (command: "evaluate" | "setVariable", args: object, signal?: AbortSignal) => Promise<unknown>,
): ClearDisable {
  return async (signal) => {
    const expression = `*(*[1]bool)(uintptr(&${DISABLED}))`;
    const shown = (await request("evaluate", { expression, context: "repl" }, signal)) as {
      readonly variablesReference: number;
    };
    const { variablesReference } = shown;
    await request("setVariable", { variablesReference, name: "[0]", value: "false" }, signal);
  };
}
