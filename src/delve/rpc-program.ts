/**
 * A paused program over Delve's JSON-RPC: ExamineMemory for bytes, Eval for numbers.
 *
 * All pieces of a read are asked for at once: Delve answers them one after the other, without a round trip between.
 */
import type { RpcClient } from "./json-rpc.js";
import { MemoryProblem, type PausedProgram } from "./paused-program.js";
import { numberOf } from "./delve-number.js";
import { hasFeature, type Version } from "./delve-versions.js";

interface Examined {
  readonly Mem: string; // base64
}

interface Evaluated {
  readonly Variable?: {
    readonly kind: number;
    readonly value: string;
    readonly unreadable?: string;
    readonly children?: readonly { readonly addr: number }[] | null;
  };
}

/** Of reflect.Kind. */
const POINTER = 22;

/** Only values are asked for: nothing is followed or loaded. */
const VALUE_ONLY = {
  FollowPointers: false,
  MaxVariableRecurse: 0,
  MaxStringLen: 0,
  MaxArrayValues: 0,
  MaxStructFields: 0,
};

/** `version` is Delve's; undefined reads as an old one does: in pieces of 1,000 bytes, which every Delve answers. */
export function rpcProgram(client: RpcClient, version: Version | undefined): PausedProgram {
  const piece = version !== undefined && hasFeature(version, "examine-64-kib") ? 65_536 : 1_000;

  async function examine(address: number, length: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const { Mem } = await client.call<Examined>("ExamineMemory", { Address: address, Length: length }, signal);
    const bytes = Buffer.from(Mem, "base64");
    if (bytes.length === length) return new Uint8Array(bytes.buffer, bytes.byteOffset, length);
    throw new MemoryProblem("unreadable", `Delve read ${bytes.length} of ${length} bytes at 0x${address.toString(16)}`);
  }

  return {
    async read(address, length, signal) {
      if (length <= piece) return length === 0 ? new Uint8Array(0) : examine(address, length, signal);
      const bytes = new Uint8Array(length);
      const pieces: Promise<void>[] = [];
      for (let at = 0; at < length; at += piece) {
        pieces.push(
          examine(address + at, Math.min(piece, length - at), signal).then((read) => {
            bytes.set(read, at);
          }),
        );
      }
      await Promise.all(pieces);
      return bytes;
    },
    async number(expression, signal) {
      const parameters = { Scope: { GoroutineID: -1 }, Expr: expression, Cfg: VALUE_ONLY };
      const { Variable: variable } = await client.call<Evaluated>("Eval", parameters, signal);
      if (variable?.unreadable) throw new MemoryProblem("unreadable", `${expression}: ${variable.unreadable}`);
      if (variable?.kind === POINTER) return variable.children?.[0]?.addr ?? 0;
      return numberOf(expression, variable?.value ?? "");
    },
  };
}
