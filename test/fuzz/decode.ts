/**
 * `npm run fuzz [-- INPUTS [SEED]]`: decodes broken profiles and broken gzip files, a million unless told otherwise.
 *
 * Each must give a profile whose tables hold, or a FormatError; never another error, and never take long; and where the
 * scan in WebAssembly reads it, then as the careful reader does. What a failure prints plays it again. A short run is part of the unit tests.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { gunzip } from "../../src/capture/gunzip.js";
import { FormatError } from "../../src/core/text/format-error.js";
import { decodeBothWays } from "../support/both-ways.js";
import { mutated } from "../support/mutate.js";
import { randomProfile } from "../support/random-profile.js";
import { randomFrom } from "../support/random.js";
import { brokenPromise } from "../support/table-check.js";

/** So slow for a few kilobytes that something must be wrong with the algorithm, not with the machine. */
const MAX_MS = 2000;

export interface FuzzResult {
  readonly inputs: number;
  readonly decoded: number;
  /** Of these, in WebAssembly. */
  readonly scanned: number;
  readonly refused: ReadonlyMap<string, number>;
  readonly slowestMs: number;
}

/** Throws for the first input that is not handled well. */
export function fuzz(inputs: number, seed: number): FuzzResult {
  const bases = smallProfiles();
  const packed = bases.map((base) => gzipSync(base));
  const refused = new Map<string, number>();
  let decoded = 0;
  let scanned = 0;
  let slowestMs = 0;
  for (let i = 0; i < inputs; i++) {
    const random = randomFrom(seed + i);
    const compressed = random.chance(0.1);
    const input = mutated(random.pick(compressed ? packed : bases), random);
    const start = performance.now();
    try {
      const { profile, isScanned } = decodeBothWays(compressed ? gunzip(input, 1 << 24).bytes : input);
      const broken = brokenPromise(profile);
      if (broken !== undefined) throw new Error(broken);
      decoded++;
      if (isScanned) scanned++;
    } catch (error) {
      if (!(error instanceof FormatError)) throw failure(seed + i, input, error);
      refused.set(error.code, (refused.get(error.code) ?? 0) + 1);
    }
    const ms = performance.now() - start;
    slowestMs = Math.max(slowestMs, ms);
    if (ms > MAX_MS) throw failure(seed + i, input, new Error(`it took ${Math.round(ms)} ms`));
  }
  return { inputs, decoded, scanned, refused, slowestMs };
}

/** The small fixtures, the beginning of larger ones cut between messages, and random profiles. */
function smallProfiles(): Uint8Array[] {
  const folder = "test/fixtures/profiles";
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".pb.gz"))
    .map((name) => new Uint8Array(gunzipSync(readFileSync(`${folder}/${name}`))))
    .filter(({ length }) => length < 6000);
  const random = Array.from({ length: 12 }, (_, i) => randomProfile(randomFrom(i))).filter(
    ({ length }) => length < 6000,
  );
  return [...files, ...random];
}

function failure(seed: number, input: Uint8Array, cause: unknown): Error {
  mkdirSync("artefacts", { recursive: true });
  const path = `artefacts/fuzz-${seed}.pb`;
  writeFileSync(path, input);
  return new Error(`seed ${seed}: ${String(cause)}; the input is in ${path}, play it with npm run fuzz -- 1 ${seed}`);
}

/** What `npm run fuzz` prints. */
export function fuzzReport(inputs: number, seed: number): string {
  const start = performance.now();
  const { decoded, scanned, refused, slowestMs } = fuzz(inputs, seed);
  const seconds = (performance.now() - start) / 1000;
  const kinds = [...refused].sort((a, b) => b[1] - a[1]).map(([code, count]) => `${code} ${count}`);
  return [
    `${inputs} inputs from seed ${seed} in ${seconds.toFixed(0)} s: ${decoded} decoded (${scanned} in WebAssembly), the rest refused`,
    `refused: ${kinds.join(", ")}`,
    `slowest: ${slowestMs.toFixed(0)} ms`,
  ].join("\n");
}
