/**
 * A paused program over Delve's JSON-RPC: ExamineMemory for bytes, Eval for numbers.
 *
 * All pieces of a read are asked for at once: Delve answers them one after the other, without a round trip between.
 */
import { decodeBase64 } from "../dlv/base64.js";
import type { RpcClient } from "../dlv/json-rpc.js";
import { MemoryProblem, type PausedProgram } from "../../process/paused-program.js";
import { numberOf } from "../dlv/delve-number.js";
import { hasFeature, type Version } from "../dlv/delve-versions.js";

interface Examined {
  /** Text where the answer was read as JSON. */
  readonly Mem: Uint8Array | string;
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

const MEM = Buffer.from('"Mem":"');
const QUOTE = 34;
/** Before "Mem" there is the number of the call. */
const MAX_START_LENGTH = 64;

/** `{"id":1,"result":{"Mem":"<base64>",…},"error":null}`; an error has no "Mem". */
function examinedOf(line: Uint8Array, into: Uint8Array | undefined): Examined | undefined {
  const text = Buffer.from(line.buffer, line.byteOffset, line.length);
  const at = text.subarray(0, MAX_START_LENGTH).indexOf(MEM);
  if (at < 0) return undefined;
  const from = at + MEM.length;
  const to = text.indexOf(QUOTE, from);
  const Mem = to < 0 ? undefined : decodeBase64(text, from, to, into);
  return Mem && { Mem };
}

/** `version` is Delve's; undefined reads as an old one does: in pieces of 1,000 bytes, which every Delve answers. */
export function rpcProgram(client: RpcClient, version: Version | undefined): PausedProgram {
  const piece = version !== undefined && hasFeature(version, "examine-64-kib") ? 65_536 : 1_000;

  async function examine(
    address: number,
    length: number,
    signal: AbortSignal | undefined,
    into?: Uint8Array,
  ): Promise<Uint8Array> {
    const ofLine = (line: Uint8Array) => examinedOf(line, into);
    const parameters = { Address: address, Length: length };
    const { Mem } = await client.call<Examined>("ExamineMemory", parameters, signal, ofLine);
    const bytes = typeof Mem === "string" ? Buffer.from(Mem, "base64") : Mem;
    if (bytes.length === length) return new Uint8Array(bytes.buffer, bytes.byteOffset, length);
    throw new MemoryProblem("unreadable", `Delve read ${bytes.length} of ${length} bytes at 0x${address.toString(16)}`);
  }

  return {
    async read(address, length, signal, into) {
      if (length <= piece) return length === 0 ? new Uint8Array(0) : examine(address, length, signal, into);
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
