/**
 * Gunzip in a page or worker: the platform's DecompressionStream, with the contract of src/capture/gunzip.ts.
 *
 * Browsers' streams know neither several members nor trailing bytes and do not say what is wrong; whatever they
 * refuse is read again member by member.
 */
import { Inflate } from "pako";
import {
  expectedSize,
  gunzipLimit,
  gunzipMembers,
  gunzipUpToDamage,
  tooLarge,
  type Gunzipped,
} from "../../src/core/text/gzip.js";

/** `limit`: the most bytes to make of it; by default 256 MiB, or 64 times the input where that is more. */
export async function gunzip(input: Uint8Array, limit = gunzipLimit(input.length)): Promise<Gunzipped> {
  const source = new Blob([input as Uint8Array<ArrayBuffer>]).stream();
  const reader = source.pipeThrough(new DecompressionStream("gzip")).getReader();
  let bytes = new Uint8Array(expectedSize(input, limit));
  let length = 0;
  for (;;) {
    const chunk = await reader.read().catch(() => "refused" as const);
    if (chunk === "refused") return gunzipMembers(input, limit, () => new Inflate({ raw: true }));
    if (chunk.done) return { bytes: bytes.subarray(0, length), warnings: [] };
    const end = length + chunk.value.length;
    if (end > limit) {
      await reader.cancel();
      throw tooLarge(limit);
    }
    if (end > bytes.length) {
      const larger = new Uint8Array(Math.min(limit, Math.max(2 * bytes.length, end)));
      larger.set(bytes);
      bytes = larger;
    }
    bytes.set(chunk.value, length);
    length = end;
  }
}

/** What is left of a damaged file: up to a few hundred bytes before the damage. */
export function gunzipDamaged(input: Uint8Array): Uint8Array {
  return gunzipUpToDamage(input, gunzipLimit(input.length), () => new Inflate({ raw: true, chunkSize: 256 }));
}
