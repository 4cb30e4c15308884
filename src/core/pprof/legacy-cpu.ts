/**
 * The binary CPU profiles of gperftools and of Go up to 1.8: words of 32 or 64 bits in either byte order. A header (0, 3,
 * 0, period in µs, 0), then samples (how often, depth, addresses leaf first) up to the sample 0, 1, 0, then the
 * memory map as text. Samples and addresses are corrected as google/pprof does (profile/legacy_profile.go: cpuProfile).
 */
import { FormatError, type Warning } from "../text/format-error.js";
import { ProfileBuilder } from "../profile/profile-builder.js";
import type { LocationIndex, Profile } from "../profile/profile.js";
import { LegacyLines } from "./legacy-lines.js";
import { isMemoryMapHeader, readMemoryMap, withMappings } from "./memory-map.js";

/** Whether the bytes begin as such a profile does. A protobuf never begins with a zero. */
export function isLegacyCpu(bytes: Uint8Array): boolean {
  return headerOf(bytes) !== undefined;
}

/** Throws FormatError where it is none, or one of Java. A profile that was cut off is read up to there. */
export function readLegacyCpu(bytes: Uint8Array): Profile {
  const header = headerOf(bytes);
  if (header === undefined) throw new FormatError("legacy-header", "the bytes do not begin as a CPU profile does", 0);
  const { words, language, period } = header;
  if (language !== 0) {
    throw new FormatError(
      "java",
      "this is a CPU profile of a Java program; `pprof` of github.com/google/pprof reads it",
      0,
    );
  }
  const warnings: Warning[] = [];
  const { samples, end } = readSamples(words, warnings);
  removeHandlerFrames(samples);
  const builder = new ProfileBuilder();
  const locations = new Map<bigint, LocationIndex>();
  const locationOf = (address: bigint) => {
    let location = locations.get(address);
    if (location === undefined) {
      location = builder.location(Number(address >> 32n), Number(address & 0xffffffffn), []);
      locations.set(address, location);
    }
    return location;
  };
  let isInexact = false;
  for (const { count, stack } of samples) {
    isInexact ||= count * period * 1000 > Number.MAX_SAFE_INTEGER;
    // The handler may report the leaf twice: from the signal and, one byte before it, from the stack.
    if (stack.length > 1 && stack[0] === stack[1] + 1n) stack.splice(1, 1);
    builder.sample(stack.map(locationOf), [count, count * period * 1000], []);
  }
  if (isInexact) warnings.push({ code: "inexact", message: "values beyond 2^53 were rounded" });
  const profile = builder.finish({
    format: "legacy-cpu",
    sampleTypes: [
      { type: "samples", unit: "count" },
      { type: "cpu", unit: "nanoseconds" },
    ],
    defaultSampleType: 1,
    periodType: { type: "cpu", unit: "nanoseconds" },
    period: period * 1000,
    comments: [],
    mappings: [],
    warnings,
  });
  return withMappings(profile, readMemoryMap(linesFrom(bytes, end)));
}

interface CpuSample {
  readonly count: number;
  readonly stack: bigint[];
}

interface Words {
  readonly length: number;
  readonly size: number;
  at(index: number): bigint;
}

const HEADER_WORDS = 5;

function headerOf(bytes: Uint8Array): { words: Words; language: number; period: number } | undefined {
  if (bytes.length < HEADER_WORDS * 4 || bytes[0] !== 0) return undefined;
  for (const size of [4, 8]) {
    for (const isLittle of [true, false]) {
      const words = wordsOf(bytes, size, isLittle);
      if (words.length < HEADER_WORDS) continue;
      const [zero, three, language, period, padding] = [0, 1, 2, 3, 4].map((i) => Number(words.at(i)));
      if (zero === 0 && three === 3 && (language === 0 || language === 1) && period > 0 && padding === 0) {
        return { words, language, period };
      }
    }
  }
  return undefined;
}

function wordsOf(bytes: Uint8Array, size: number, isLittle: boolean): Words {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    length: Math.floor(bytes.length / size),
    size,
    at: (index) => (size === 8 ? view.getBigUint64(index * 8, isLittle) : BigInt(view.getUint32(index * 4, isLittle))),
  };
}

/** Returns the byte behind the last sample. */
function readSamples(words: Words, warnings: Warning[]): { samples: CpuSample[]; end: number } {
  const samples: CpuSample[] = [];
  let at = HEADER_WORDS;
  for (;;) {
    const start = at;
    const depth = at + 1 < words.length ? words.at(at + 1) : undefined;
    if (depth === undefined || depth > BigInt(words.length - at - 2)) {
      warnings.push({
        code: "truncated",
        message: "the profile was cut off: it ends without its end mark, and samples are missing",
        offset: start * words.size,
      });
      return { samples, end: words.length * words.size };
    }
    const count = Number(words.at(at));
    at += 2;
    const stack = Array.from({ length: Number(depth) }, (_, i) => words.at(at + i));
    at += stack.length;
    if (count === 0 && stack.length === 1 && stack[0] === 0n) return { samples, end: at * words.size };
    // All but the leaf are return addresses: one byte back is the call.
    for (let i = 1; i < stack.length; i++) stack[i] = BigInt.asUintN(64, stack[i] - 1n);
    samples.push({ count, stack });
  }
}

/** A frame that nearly all samples have behind the leaf is the signal handler's; there are at most two. */
function removeHandlerFrames(samples: readonly CpuSample[]): void {
  const margin = Math.floor(samples.length / 32);
  for (let round = 0; round < 2; round++) {
    const seen = new Map<bigint, number>();
    for (const { stack } of samples) if (stack.length > 1) seen.set(stack[1], (seen.get(stack[1]) ?? 0) + 1);
    const [handler] = [...seen].find(([, count]) => count >= samples.length - margin) ?? [];
    if (handler === undefined) return;
    for (const { stack } of samples) if (stack.length > 1 && stack[1] === handler) stack.splice(1, 1);
  }
}

function* linesFrom(bytes: Uint8Array, from: number): Generator<string> {
  const lines = new LegacyLines(bytes, from);
  while (lines.next()) {
    const line = lines.text();
    if (!isMemoryMapHeader(line)) yield line;
  }
}
