/**
 * The text forms of profiles that Go writes with `debug=1` (and `go tool compile -memprofile`): heap, counts of stacks
 * (goroutine, threadcreate and custom profiles) and contention (block, mutex).
 *
 * Numbers mean what `go tool pprof` makes of them (google/pprof, profile/legacy_profile.go): heap samples are scaled up
 * by their chance of having been sampled, delays turned from cycles into nanoseconds. Names are better: pprof ignores
 * the `#` comments behind each stack and needs the binary, we read them. Go leaves runtime functions at the leaf, and
 * runtime.goexit at the root, out of the comments; as in its protobuf form of the heap they are left out of named stacks.
 *
 * The text may be hundreds of megabytes: lines are read from the bytes, and a stack that repeats is read once.
 */
import { FormatError, type Warning } from "../text/format-error.js";
import { type BuiltLabel, ProfileBuilder } from "../profile/profile-builder.js";
import type { LocationIndex, Profile, ProfileFormat, ValueType } from "../profile/profile.js";
import { parseLabels } from "../goroutines/goroutine-header.js";
import { byteOrderMark, decodeUtf8, utf16Length } from "../text/utf8.js";

export type LegacyKind = "heap" | "count" | "contention";

/** Which of the texts a first line begins; undefined when none. */
export function legacyKind(firstLine: string): LegacyKind | undefined {
  if (HEAP_HEADER.test(firstLine) || GROWTH_HEADER.test(firstLine)) return "heap";
  if (/^\S+ profile: total \d+\s*$/.test(firstLine)) return "count";
  if (/^--- (?:contentionz |mutex:|contention:)/.test(firstLine)) return "contention";
  return undefined;
}

/** Reads a text that `legacyKind` knows. */
export function parseLegacyText(bytes: Uint8Array): Profile {
  const lines = new Lines(bytes);
  do {
    if (!lines.next()) throw new FormatError("legacy-header", "the text has no header line of a profile");
  } while (lines.isBlankOrComment());
  const header = lines.text().trim();
  const reader = new Reader(lines);
  switch (legacyKind(header)) {
    case "heap":
      return readHeap(reader, header);
    case "count":
      return readCounts(reader, header);
    case "contention":
      return readContention(reader);
    case undefined:
      throw new FormatError("legacy-header", "the text has no header line of a profile", lines.offset());
  }
}

const HEAP_HEADER = /^heap profile: *(\d+): *(\d+) *\[ *(\d+): *(\d+) *\] *@ *(heap[_a-z0-9]*)\/?(\d*)/;
const GROWTH_HEADER = /^heap profile: *\d+: *\d+ *\[ *\d+: *\d+ *\] @ (?:growthz?|fragmentationz?)/;
const HEAP_SAMPLE = /^(-?\d+): *(-?\d+) *\[ *(\d+): *(\d+) *\] @/;
const COUNT_SAMPLE = /^(\d+) @/;
const CONTENTION_SAMPLE = /^(\d+) +(\d+) @/;

function readHeap(reader: Reader, header: string): Profile {
  const [, inUseObjects, inUseBytes, allocObjects, allocBytes, kind, rate] = HEAP_HEADER.exec(header) ?? [];
  // A profile with equal columns, or zeros in the second, has no allocations of its own to tell.
  const hasAlloc =
    kind !== undefined &&
    ((allocObjects !== inUseObjects && allocObjects !== "0") || (allocBytes !== inUseBytes && allocBytes !== "0"));
  // "heap/N" is Go and old C++ writing twice the rate, "heap_v2/N" the rate, "heapprofile" is not sampled.
  const period =
    kind === undefined || kind === "heapprofile" ? 1 : Math.floor(Number(rate) / (kind === "heap" ? 2 : 1));
  const isSampled = kind !== undefined && kind !== "heapprofile";
  const scaled = (count: number, bytes: number): [number, number] =>
    count === 0 ? [0, bytes] : isSampled ? scaleHeapSample(count, bytes, period) : [count, bytes];

  reader.read(HEAP_SAMPLE, (match) => {
    const [objects, bytes, allObjects, allBytes] = [match[1], match[2], match[3], match[4]].map(Number);
    if ((objects === 0 && bytes !== 0) || (hasAlloc && allObjects === 0 && allBytes !== 0)) return undefined;
    const inUse = scaled(objects, bytes);
    const size =
      objects !== 0
        ? Math.trunc(bytes / objects)
        : hasAlloc && allObjects !== 0
          ? Math.trunc(allBytes / allObjects)
          : 0;
    return {
      values: hasAlloc ? [...scaled(allObjects, allBytes), ...inUse] : inUse,
      labels: [["bytes", size, "bytes"]],
    };
  });
  if (period === 0) {
    reader.warn("no-sampling-rate", "the heap profile names no sampling rate: its values are not scaled up", 0);
  }
  return reader.finish({
    format: "legacy-heap",
    sampleTypes: hasAlloc
      ? [valueType("alloc_objects", "count"), valueType("alloc_space", "bytes"), ...IN_USE]
      : [valueType("objects", "count"), valueType("space", "bytes")],
    periodType: valueType("space", "bytes"),
    period,
  });
}

/** What was allocated, estimated from what was sampled: a sample of that size is seen with chance 1 - e^(-size/rate). */
function scaleHeapSample(count: number, bytes: number, rate: number): [number, number] {
  if (count === 0 || bytes === 0) return [0, 0];
  if (rate <= 1) return [count, bytes];
  const scale = 1 / (1 - Math.exp(-(bytes / count) / rate));
  return [Math.trunc(count * scale), Math.trunc(bytes * scale)];
}

function readCounts(reader: Reader, header: string): Profile {
  const type = header.slice(0, header.indexOf(" "));
  reader.read(COUNT_SAMPLE, (match) => ({ values: [Number(match[1])], labels: [] }));
  const format: ProfileFormat =
    type === "threadcreate" ? "legacy-threadcreate" : /^goroutine/.test(type) ? "legacy-goroutine" : "legacy-count";
  return reader.finish({
    format,
    sampleTypes: [valueType(type, "count")],
    periodType: valueType(type, "count"),
    period: 1,
  });
}

function readContention(reader: Reader): Profile {
  let period = 1;
  let cyclesPerSecond = 0;
  reader.read(
    CONTENTION_SAMPLE,
    (match) => {
      const [cycles, count] = [Number(match[1]), Number(match[2])];
      if (period <= 0) return { values: [count, cycles], labels: [] };
      const nanoseconds = cyclesPerSecond > 0 ? Math.trunc((cycles * period) / (cyclesPerSecond / 1e9)) : cycles;
      return { values: [count * period, nanoseconds], labels: [] };
    },
    (name, value) => {
      if (name === "cycles/second") cyclesPerSecond = value;
      else if (name === "sampling period") period = value;
    },
  );
  return reader.finish({
    format: "legacy-contention",
    sampleTypes: [valueType("contentions", "count"), valueType("delay", "nanoseconds")],
    periodType: valueType("contentions", "count"),
    period,
  });
}

const valueType = (type: string, unit: string): ValueType => ({ type, unit });
const IN_USE = [valueType("inuse_objects", "count"), valueType("inuse_space", "bytes")];

interface SampleValues {
  readonly values: readonly number[];
  readonly labels: readonly BuiltLabel[];
}

/** Reads samples: a line of numbers and addresses, then comments that name the addresses. */
class Reader {
  readonly #lines: Lines;
  readonly #builder = new ProfileBuilder();
  readonly #warnings: Warning[] = [];
  readonly #comments: string[] = [];
  /** By address, and for named ones by the whole comment. */
  readonly #locations = new Map<string, LocationIndex>();
  readonly #stacks = new Map<string, readonly LocationIndex[]>();
  #stackCharacters = 0;
  #isInexact = false;

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  warn(code: string, message: string, place: number): void {
    if (this.#warnings.length >= MOST_WARNINGS) return;
    this.#warnings.push({ code, message, offset: this.#lines.offset(place) });
  }

  /** `valuesOf` turns a sample's numbers into values; undefined when they contradict each other. */
  read(
    sample: RegExp,
    valuesOf: (match: RegExpExecArray) => SampleValues | undefined,
    attribute?: (name: string, value: number) => void,
  ): void {
    const lines = this.#lines;
    let hasLine = lines.next();
    while (hasLine) {
      if (lines.isBlankOrComment()) {
        this.#comment(lines.text());
        hasLine = lines.next();
        continue;
      }
      const line = lines.text();
      if (line.includes("MAPPED_LIBRARIES:") || line.startsWith("---")) return; // no Go writes a memory map any more
      const match = sample.exec(line);
      if (match === null) {
        const setting =
          attribute === undefined || line.length > LONGEST_SETTING ? null : /^([a-z/ ]+?) *= *(\d+)\s*$/.exec(line);
        if (setting !== null) attribute?.(setting[1], Number(setting[2]));
        else this.warn("legacy-sample", "a line that is neither a sample nor a comment", lines.place());
        hasLine = lines.next();
        continue;
      }
      const place = lines.place();
      const addresses = line.slice(match[0].length).match(/0x[0-9a-f]+/g) ?? [];
      const comments: string[] = [];
      let labels: readonly BuiltLabel[] = [];
      while ((hasLine = lines.next()) && lines.isComment()) {
        const comment = lines.text();
        if (comment.startsWith("# labels: {")) labels = parseLabels(comment.slice("# labels: {".length));
        else if (comment.startsWith("#\t")) comments.push(comment);
        else this.#comment(comment);
      }
      const values = valuesOf(match);
      if (values === undefined) {
        this.warn("legacy-sample", "a sample with bytes but without objects", place);
        continue;
      }
      if (values.values.some((value) => Math.abs(value) > Number.MAX_SAFE_INTEGER)) this.#isInexact = true;
      this.#builder.sample(this.#stack(addresses, comments), values.values, [...values.labels, ...labels]);
    }
  }

  finish(
    about: Pick<Parameters<ProfileBuilder["finish"]>[0], "format" | "sampleTypes" | "periodType" | "period">,
  ): Profile {
    if (this.#isInexact) this.warn("inexact", "values beyond 2^53 were rounded", 0);
    return this.#builder.finish({
      ...about,
      defaultSampleType: about.sampleTypes.length - 1,
      comments: this.#comments,
      mappings: [],
      warnings: this.#warnings,
    });
  }

  /** "# HeapInuse = 123": the MemStats behind a heap profile are kept as the profile's comments. */
  #comment(line: string): void {
    const text = line.replace(/^#\s*/, "").trim();
    if (text !== "" && this.#comments.length < MOST_COMMENTS) this.#comments.push(text);
  }

  #stack(addresses: readonly string[], comments: readonly string[]): readonly LocationIndex[] {
    const key = addresses.join() + "\n" + comments.join("\n");
    let stack = this.#stacks.get(key);
    if (stack === undefined) {
      const named = this.#namedStack(comments);
      stack = named.length > 0 ? named : addresses.map((address) => this.#unnamedLocation(address));
      // Stacks repeat close together (one per object size); a bounded memory of them is enough.
      this.#stackCharacters += key.length;
      if (this.#stackCharacters > MOST_STACK_CHARACTERS) {
        this.#stacks.clear();
        this.#stackCharacters = key.length;
      }
      this.#stacks.set(key, stack);
    }
    return stack;
  }

  /** "#\t0x6747a4\tmain.main.func2+0x24\t/src/main.go:97": one frame a line, leaf first. */
  #namedStack(comments: readonly string[]): LocationIndex[] {
    const stack: LocationIndex[] = [];
    let isNamed = false;
    for (let i = 0; i < comments.length; i++) {
      const match = FRAME.exec(comments[i]);
      if (match === null) continue;
      const [, address, name, file, line] = match;
      if (name === undefined) {
        stack.push(this.#unnamedLocation(address, 0));
        continue;
      }
      isNamed = true;
      const symbol = `${address}\t${name}\t${file}:${line}`;
      let location = this.#locations.get(symbol);
      if (location === undefined) {
        const [high, low] = parseAddress(address, 0);
        const fn = this.#builder.function(name, file);
        location = this.#builder.location(high, low, [{ function: fn, line: Number(line) }]);
        this.#locations.set(symbol, location);
      }
      stack.push(location);
    }
    return isNamed ? stack : [];
  }

  #unnamedLocation(address: string, back = 1): LocationIndex {
    const [high, low] = parseAddress(address, back);
    const key = `${high}:${low}`;
    let location = this.#locations.get(key);
    if (location === undefined) {
      location = this.#builder.location(high, low, []);
      this.#locations.set(key, location);
    }
    return location;
  }
}

const MOST_WARNINGS = 100;
const LONGEST_SETTING = 200;
const MOST_COMMENTS = 1000;
const MOST_STACK_CHARACTERS = 1 << 24;

// Columns are aligned with tabs, as many as it takes. A name may hold anything but a tab; its offset is the last "+0x".
const FRAME = /^#\t(0x[0-9a-f]+)(?:\t+([^\t]+)\+0x[0-9a-f]+\t+(.*):(\d+))?\s*$/;

/** High and low words of an address, moved back from the return address onto the call. */
function parseAddress(hex: string, back: number): [high: number, low: number] {
  const address = BigInt.asUintN(64, BigInt(hex) - BigInt(back));
  return [Number(address >> 32n), Number(address & 0xffffffffn)];
}

/** Steps through the lines of a text without cutting it up. */
class Lines {
  readonly #bytes: Uint8Array;
  #from = 0;
  #to = 0;
  #next = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#next = byteOrderMark(bytes, 0);
  }

  next(): boolean {
    if (this.#next >= this.#bytes.length) return false;
    this.#from = this.#next;
    const newline = this.#bytes.indexOf(10, this.#from);
    this.#to = newline < 0 ? this.#bytes.length : newline;
    this.#next = this.#to + 1;
    if (this.#to > this.#from && this.#bytes[this.#to - 1] === 13) this.#to--;
    return true;
  }

  text(): string {
    return decodeUtf8(this.#bytes, this.#from, this.#to);
  }

  isComment(): boolean {
    return this.#bytes[this.#from] === 35 && this.#to > this.#from;
  }

  isBlankOrComment(): boolean {
    for (let i = this.#from; i < this.#to; i++) {
      const byte = this.#bytes[i];
      if (byte !== 32 && byte !== 9) return byte === 35;
    }
    return true;
  }

  /** First byte of the line. */
  place(): number {
    return this.#from;
  }

  /** UTF-16 code units before a place: counted from the beginning, so only for warnings, of which there are few. */
  offset(place = this.#from): number {
    return utf16Length(this.#bytes, 0, place);
  }
}
