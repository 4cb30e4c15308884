/**
 * A paused program over DAP's `evaluate`: `dlv examinemem` where this Delve has it, casts to arrays where not.
 *
 * Delve keeps a handle for every variable that it shows until the next stop, so the texts of examinemem, which are
 * none, are also what keeps its memory flat.
 */
import { numberOf } from "../dlv/delve-number.js";
import { hasFeature, type Version } from "../dlv/delve-versions.js";
import { type Address, MemoryProblem, type PausedProgram } from "../../process/paused-program.js";
import { errorText } from "../../core/text/error-text.js";

/** The `result` of a DAP evaluate request; rejects with a `MemoryProblem`, or with any error whose message tells why. */
export type Evaluate = (expression: string, context: "repl" | "clipboard", signal?: AbortSignal) => Promise<string>;

/**
 * `version` is Delve's; undefined reads as the oldest do: 512 bytes at a time.
 * Pieces of a read are asked for at once; `evaluate` is to send them in that order.
 */
export function dapProgram(evaluate: Evaluate, version: Version | undefined): PausedProgram {
  const examines = version !== undefined && hasFeature(version, "console-examinemem");
  const piece = examines ? EXAMINED_BYTES : CAST_BYTES;

  async function ask(expression: string, context: "repl" | "clipboard", signal?: AbortSignal): Promise<string> {
    if (signal?.aborted) throw new MemoryProblem("interrupted", "reading was given up");
    try {
      return await evaluate(expression, context, signal);
    } catch (error) {
      if (error instanceof MemoryProblem) throw error;
      throw new MemoryProblem("unreadable", errorText(error));
    }
  }

  /** Fills `to` with what is at `address`. */
  async function readPiece(to: Uint8Array, address: Address, signal?: AbortSignal): Promise<void> {
    const size = to.length % 8 === 0 ? 8 : 1;
    const count = to.length / size;
    const isRead = examines
      ? examinedWords(await ask(`dlv examinemem -fmt hex -size ${size} -count ${count} ${address}`, "repl", signal), to)
      : arrayWords(await ask(`*(*[${count}]uint${size * 8})(${address})`, "clipboard", signal), to);
    if (!isRead) throw new MemoryProblem("unreadable", `cannot read ${to.length} bytes at 0x${address.toString(16)}`);
  }

  return {
    async read(address, length, signal) {
      const bytes = new Uint8Array(length);
      const pieces: Promise<void>[] = [];
      // Whole words first: a byte costs as much text as a word.
      const words = length - (length % 8);
      for (let at = 0; at < length;) {
        const end = at < words ? Math.min(at + piece, words) : Math.min(at + MAX_ELEMENTS, length);
        pieces.push(readPiece(bytes.subarray(at, end), address + at, signal));
        at = end;
      }
      await Promise.all(pieces);
      return bytes;
    },
    async number(expression, signal) {
      const shown = await ask(expression, "repl", signal);
      // A pointer is shown as what it points to.
      if (/^\*[\w.]/.test(shown)) return numberOf(expression, await ask(`uintptr(${expression})`, "repl", signal));
      return numberOf(expression, shown);
    },
  };
}

const EXAMINED_BYTES = 65_536;
/** Delve shows that many elements of an array. */
const MAX_ELEMENTS = 64;
const CAST_BYTES = MAX_ELEMENTS * 8;

/**
 * Lines of `0x<address>:   0x<word>   0x<word>   …`, least significant byte last as people write it. False when they
 * are not as many bytes as there is room for: what Delve says instead of reading is no error to it.
 */
function examinedWords(shown: string, to: Uint8Array): boolean {
  let at = 0;
  for (let i = shown.indexOf("0x"); i >= 0; i = shown.indexOf("0x", i)) {
    const from = (i += 2);
    while (hexDigit(shown.charCodeAt(i)) >= 0) i++;
    if (shown.charCodeAt(i) === COLON) continue;
    if ((i - from) % 2 !== 0 || at + (i - from) / 2 > to.length) return false;
    for (let digit = i - 2; digit >= from; digit -= 2) {
      to[at++] = (hexDigit(shown.charCodeAt(digit)) << 4) | hexDigit(shown.charCodeAt(digit + 1));
    }
  }
  return at === to.length;
}

const COLON = 58;

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 97 && code <= 102 ? code - 87 : -1;
}

/** `[3]uint64 [1,2,3]`; false unless it fills `to`. */
function arrayWords(shown: string, to: Uint8Array): boolean {
  const [, bits, list] = /^\[\d+\]uint(8|64) \[([\d,]+)\]$/.exec(shown) ?? [];
  if (list === undefined) return false;
  const values = list.split(",");
  const size = Number(bits) / 8;
  if (values.length * size !== to.length) return false;
  const view = new DataView(to.buffer, to.byteOffset, to.length);
  values.forEach((value, i) => {
    if (size === 1) to[i] = Number(value);
    else view.setBigUint64(i * 8, BigInt(value), true);
  });
  return true;
}
