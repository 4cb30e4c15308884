/** Bytes of any profile file, gzipped or not, into tables: in a browser. */
import { isGzip } from "../src/core/gzip.js";
import { decodeProfile } from "../src/core/pprof/decode.js";
import type { Profile } from "../src/core/profile.js";

export async function openBytes(bytes: Uint8Array): Promise<Profile> {
  if (!isGzip(bytes)) return decodeProfile(bytes);
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("gzip"));
  return decodeProfile(new Uint8Array(await new Response(stream).arrayBuffer()));
}
