/** Bytes of any profile file, gzipped or not, into tables: in a browser. */
import { isGzip } from "../src/core/gzip.js";
import { openProfile } from "../src/core/open.js";
import type { Profile } from "../src/core/profile.js";
import { gunzip } from "./gunzip.js";

export async function openBytes(input: Uint8Array): Promise<Profile> {
  if (!isGzip(input)) return openProfile(input);
  const { bytes, warnings } = await gunzip(input);
  const profile = openProfile(bytes);
  return warnings.length === 0 ? profile : { ...profile, warnings: [...warnings, ...profile.warnings] };
}
