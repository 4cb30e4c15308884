/**
 * Bytes of any profile file, gzipped or not, into tables: in a browser. Frames that the profile itself declares
 * uninteresting are left out, as everywhere that profiles are shown.
 */
import { isGzip } from "../src/core/gzip.js";
import { openProfile } from "../src/core/open.js";
import type { Profile } from "../src/core/profile.js";
import { withoutUninteresting } from "../src/core/prune.js";
import { gunzip } from "./gunzip.js";

export async function openBytes(input: Uint8Array): Promise<Profile> {
  const { bytes, warnings } = isGzip(input) ? await gunzip(input) : { bytes: input, warnings: [] };
  const profile = withoutUninteresting(openProfile(bytes));
  return warnings.length === 0 ? profile : { ...profile, warnings: [...warnings, ...profile.warnings] };
}
