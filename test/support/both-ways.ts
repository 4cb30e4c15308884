/** Profiles read with WebAssembly and without, which must come to the same. */
import { isDeepStrictEqual } from "node:util";
import { FormatError } from "../../src/core/text/format-error.js";
import { decodeCarefully, decodeScanned } from "../../src/core/pprof/decode.js";
import type { Profile } from "../../src/core/profile/profile.js";

export interface BothWays {
  readonly profile: Profile;
  /** Whether WebAssembly read it, or left it to the careful reader. */
  readonly isScanned: boolean;
}

/** Throws the FormatError of broken profiles, and another error when the ways differ. */
export function decodeBothWays(bytes: Uint8Array): BothWays {
  const scanned = decodeScanned(bytes);
  let careful: Profile;
  try {
    careful = decodeCarefully(bytes);
  } catch (error) {
    if (scanned === undefined || !(error instanceof FormatError)) throw error;
    throw new Error("the scan accepts what is refused", { cause: error });
  }
  if (scanned === undefined) return { profile: careful, isScanned: false };
  const { strings, ...tables } = scanned;
  const { strings: carefulStrings, ...carefulTables } = careful;
  for (const name of Object.keys(carefulTables) as (keyof typeof tables)[]) {
    if (!isDeepStrictEqual(tables[name], carefulTables[name])) throw new Error(`the scan reads other ${name}`);
  }
  for (let i = 0; i < Math.max(strings.length, carefulStrings.length); i++) {
    if (strings.at(i) !== carefulStrings.at(i)) throw new Error(`the scan reads another string ${i}`);
  }
  return { profile: scanned, isScanned: true };
}
