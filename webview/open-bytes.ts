/** Bytes of any profile file, gzipped or not, into tables: in a browser. */
import { isGzip } from "../src/core/gzip.js";
import { openProfile } from "../src/core/open.js";
import type { Profile } from "../src/core/profile.js";

export async function openBytes(bytes: Uint8Array): Promise<Profile> {
  if (!isGzip(bytes)) return openProfile(bytes);
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("gzip"));
  return openProfile(new Uint8Array(await new Response(stream).arrayBuffer()));
}
