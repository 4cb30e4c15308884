/**
 * Profiles as text: what Go writes with `debug=1` (and `go tool compile -memprofile`) of heap, counts of stacks
 * (goroutine, threadcreate and custom profiles) and contention (block, mutex); what gperftools, tcmalloc and jemalloc
 * write of C and C++ programs (heapz, growthz, fragmentationz, contentionz, heap_v2).
 *
 * Numbers mean what `go tool pprof` makes of them (google/pprof, profile/legacy_profile.go): heap samples are scaled up
 * by their chance of having been sampled, delays turned from cycles into nanoseconds. Names are better: pprof ignores
 * the `#` comments behind each stack and needs the binary, we read them. Go leaves runtime functions at the leaf, and
 * runtime.goexit at the root, out of the comments; as in its protobuf form of the heap they are left out of named stacks.
 *
 * The text may be hundreds of megabytes: lines are read from the bytes, and a stack that repeats is read once.
 */
import { FormatError } from "../text/format-error.js";
import type { Profile, ProfileFormat, ValueType } from "../profile/profile.js";
import { utf8OfUtf16 } from "../text/utf16.js";
import { JEMALLOC_HEADER, readJemalloc } from "./jemalloc-text.js";
import { LegacyLines } from "./legacy-lines.js";
import { hasAllocations, heapValues, IN_USE_AND_ALLOCATED, ONLY_IN_USE } from "./legacy-heap.js";
import { SampleReader } from "./legacy-samples.js";

export type LegacyKind = "heap" | "count" | "contention" | "jemalloc";

/** Which of the texts a first line begins; undefined when none. */
export function legacyKind(firstLine: string): LegacyKind | undefined {
  if (JAVA_HEADER.test(firstLine)) return undefined;
  if (HEAP_HEADER.test(firstLine) || GROWTH_HEADER.test(firstLine)) return "heap";
  if (/^\S+ profile: total \d+\s*$/.test(firstLine)) return "count";
  if (/^--- (?:contentionz |mutex:|contention:)/.test(firstLine)) return "contention";
  return JEMALLOC_HEADER.test(firstLine) ? "jemalloc" : undefined;
}

/**
 * Reads a text that `legacyKind` knows. Of several profiles one after the other (`>>`, `cat`) it reads the last and
 * says so: values of different moments do not add up.
 */
export function parseLegacyText(bytes: Uint8Array): Profile {
  const profiles = parseLegacyTexts(bytes);
  const last = profiles[profiles.length - 1];
  if (profiles.length === 1) return last;
  const message = `the text holds ${profiles.length} profiles, one after the other: the last of them is read`;
  return { ...last, warnings: [{ code: "concatenated", message }, ...last.warnings] };
}

/** All profiles of a text, at least one. */
export function parseLegacyTexts(bytes: Uint8Array): readonly Profile[] {
  const lines = new LegacyLines(utf8OfUtf16(bytes) ?? bytes);
  do {
    if (!lines.next()) throw new FormatError("legacy-header", "the text has no header line of a profile");
  } while (lines.isBlankOrComment());
  const profiles: Profile[] = [];
  for (let header: string | undefined = lines.text().trim(); header !== undefined;) {
    const { profile, next } = parseOne(new SampleReader(lines), header);
    profiles.push(profile);
    header = next;
  }
  return profiles;
}

interface Parsed {
  readonly profile: Profile;
  /** The header line of the next profile. */
  readonly next: string | undefined;
}

function parseOne(reader: SampleReader, header: string): Parsed {
  switch (legacyKind(header)) {
    case "heap":
      return readHeap(reader, header);
    case "count":
      return readCounts(reader, header);
    case "contention":
      return readContention(reader);
    case "jemalloc":
      return readJemalloc(reader, header, isHeader);
    case undefined:
      throw new FormatError("legacy-header", "the text has no header line of a profile", reader.lines.offset());
  }
}

const isHeader = (line: string) => legacyKind(line) !== undefined;

const HEAP_HEADER = /^heap profile: *(\d+): *(\d+) *\[ *(\d+): *(\d+) *\] *@ *(heap[_a-z0-9]*)\/?(\d*)/;
const GROWTH_HEADER = /^heap profile: *\d+: *\d+ *\[ *\d+: *\d+ *\] *@ *(?:growthz?|fragmentationz?)/;
const JAVA_HEADER = /^--- (?:heapz|contentionz) \d+ ---.*java/;
const HEAP_SAMPLE = /^(-?\d+): *(-?\d+) *\[ *(\d+): *(\d+) *\] @/;
const COUNT_SAMPLE = /^(\d+) @/;
const CONTENTION_SAMPLE = /^(\d+) +(\d+) @/;

function readHeap(reader: SampleReader, header: string): Parsed {
  const [, inUseObjects, inUseBytes, allocObjects, allocBytes, kind, rate] = HEAP_HEADER.exec(header) ?? [];
  const hasAlloc = kind !== undefined && hasAllocations(inUseObjects, inUseBytes, allocObjects, allocBytes);
  // "heap/N" is Go and old C++ writing twice the rate, "heap_v2/N" the rate, "heapprofile" is not sampled.
  const isSampled = kind !== undefined && kind !== "heapprofile";
  const period = isSampled ? Math.floor(Number(rate) / (kind === "heap" ? 2 : 1)) : 1;
  const next = reader.read(
    HEAP_SAMPLE,
    (match) => {
      const [objects, bytes, allObjects, allBytes] = [match[1], match[2], match[3], match[4]].map(Number);
      return heapValues({ objects, bytes, allObjects, allBytes }, hasAlloc, isSampled ? period : undefined);
    },
    isHeader,
  );
  if (period === 0) {
    reader.warn("no-sampling-rate", "the heap profile names no sampling rate: its values are not scaled up", 0);
  }
  const profile = reader.finish({
    format: "legacy-heap",
    sampleTypes: hasAlloc ? IN_USE_AND_ALLOCATED : ONLY_IN_USE,
    periodType: valueType("space", "bytes"),
    period,
  });
  return { profile, next };
}

function readCounts(reader: SampleReader, header: string): Parsed {
  const type = header.slice(0, header.indexOf(" "));
  const next = reader.read(COUNT_SAMPLE, (match) => ({ values: [Number(match[1])], labels: [] }), isHeader);
  const format: ProfileFormat =
    type === "threadcreate" ? "legacy-threadcreate" : /^goroutine/.test(type) ? "legacy-goroutine" : "legacy-count";
  const profile = reader.finish({
    format,
    sampleTypes: [valueType(type, "count")],
    periodType: valueType(type, "count"),
    period: 1,
  });
  return { profile, next };
}

function readContention(reader: SampleReader): Parsed {
  let period = 1;
  let cyclesPerSecond = 0;
  let durationMs = 0;
  const next = reader.read(
    CONTENTION_SAMPLE,
    (match) => {
      const [cycles, count] = [Number(match[1]), Number(match[2])];
      if (period <= 0) return { values: [count, cycles], labels: [] };
      const nanoseconds = cyclesPerSecond > 0 ? Math.trunc((cycles * period) / (cyclesPerSecond / 1e9)) : cycles;
      return { values: [count * period, nanoseconds], labels: [] };
    },
    isHeader,
    (name, value) => {
      if (name === "cycles/second") cyclesPerSecond = value;
      else if (name === "sampling period") period = value;
      else if (name === "ms since reset") durationMs = value;
    },
  );
  const profile = reader.finish({
    format: "legacy-contention",
    sampleTypes: [valueType("contentions", "count"), valueType("delay", "nanoseconds")],
    periodType: valueType("contentions", "count"),
    period,
  });
  return { profile: { ...profile, durationNanos: durationMs * 1e6 }, next };
}

const valueType = (type: string, unit: string): ValueType => ({ type, unit });
