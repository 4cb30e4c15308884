/**
 * Strings that are decoded when first asked for.
 *
 * A big profile has tens of thousands of strings and a view shows a few hundred. The table keeps the UTF-8 bytes in
 * one array and remembers each decoded string.
 */
import type { StringIndex, StringTable } from "./profile.js";

// The one platform name that the core uses: it is the same in Node, in workers and in browsers.
declare const TextDecoder: new (
  label: string,
  options: { ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

/** Strings `i` are the UTF-8 bytes `bytes[start[i] .. end[i])`; what is not UTF-8 becomes U+FFFD. */
export function lazyStrings(bytes: Uint8Array, offset: number, start: Uint32Array, end: Uint32Array): StringTable {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const decoded: (string | undefined)[] = new Array<string | undefined>(start.length);
  return {
    length: start.length,
    at(index: StringIndex): string {
      return (decoded[index] ??= decoder.decode(bytes.subarray(start[index] - offset, end[index] - offset)));
    },
  };
}
