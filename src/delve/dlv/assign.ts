/**
 * Sets variables of a paused program, those of Go's runtime that tests of the runtime set, too. Over either way to
 * Delve; Delve's `call` would let all goroutines run, and cannot call into the runtime at all.
 */
import type { RpcClient } from "./json-rpc.js";

/** Rejects with Delve's words when it will not. */
export type Assign = (variable: Assignable, value: boolean | number, signal?: AbortSignal) => Promise<void>;

/** Their types, which setting over DAP needs. */
const TYPES = {
  "runtime.disableMemoryProfiling": "bool",
  "runtime.MemProfileRate": "int",
  /** How many of those who led to a goroutine the runtime keeps (GODEBUG=tracebackancestors). */
  "runtime.debug.tracebackancestors": "int32",
  /** Nanoseconds without a collection after which the runtime makes one by itself (runtime/proc.go). */
  "runtime.forcegcperiod": "int64",
} as const;

export type Assignable = keyof typeof TYPES;

export interface Setting {
  readonly variable: Assignable;
  readonly value: boolean | number;
}

const WIDTHS = { bool: 1, int: 8, int32: 4, int64: 8 } as const;

/** What stands in memory for it, of 64-bit programs. */
export function bytesOf({ variable, value }: Setting): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true);
  return bytes.subarray(0, WIDTHS[TYPES[variable]]);
}

/**
 * A value as an expression that Delve can evaluate anywhere. At the entry of a dynamically linked program, which is in
 * the dynamic linker, Delve does not know Go's names `true` and `false`.
 */
export function expressionOf(value: boolean | number): string {
  return typeof value === "number" ? String(value) : value ? "(1==1)" : "(1==2)";
}

/** Over JSON-RPC. */
export function rpcAssign(client: RpcClient): Assign {
  return async (variable, value, signal) => {
    await client.call("Set", { Scope: { GoroutineID: -1 }, Symbol: variable, Value: expressionOf(value) }, signal);
  };
}

/**
 * Over DAP: a variable can only be set as a child of one that was shown, so it is shown as an array of one.
 * `request` answers the body of a request, and rejects with what Delve says when it fails.
 */
export function dapAssign(
  request: (command: "evaluate" | "setVariable", args: object, signal?: AbortSignal) => Promise<unknown>,
): Assign {
  return async (variable, value, signal) => {
    const expression = `*(*[1]${TYPES[variable]})(uintptr(&${variable}))`;
    const shown = (await request("evaluate", { expression, context: "repl" }, signal)) as {
      readonly variablesReference: number;
    };
    const { variablesReference } = shown;
    await request("setVariable", { variablesReference, name: "[0]", value: expressionOf(value) }, signal);
  };
}
