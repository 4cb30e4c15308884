/** A captured profile as bytes that may be sent to somebody else: see core/shareable.ts. */
import { gzipSync } from "node:zlib";
import { openProfile, recognise } from "../core/open.js";
import { encodeProfile } from "../core/pprof/encode.js";
import { shareableProfile, shareableText, type Sharing } from "../core/diagnosis/report/shareable.js";
import { gunzipped } from "./gunzip.js";

/** Throws FormatError for bytes that are no profile. */
export function shareableBytes(bytes: Uint8Array, sharing: Sharing): Uint8Array {
  const plain = gunzipped(bytes);
  const format = recognise(plain);
  if (format === "legacy-text" || format === "goroutine-dump") {
    return gzipSync(shareableText(new TextDecoder().decode(plain), sharing));
  }
  return gzipSync(encodeProfile(shareableProfile(openProfile(plain), sharing)));
}
