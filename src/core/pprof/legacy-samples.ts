/**
 * The samples of a text profile: a line of numbers and addresses, then comments that name the addresses.
 *
 * Texts are pasted into issues and chats: tabs become spaces, "#" is lost, lines are indented. The comments are read
 * all the same, since without them a stack is addresses only.
 */
import type { Warning } from "../text/format-error.js";
import { type BuiltLabel, ProfileBuilder } from "../profile/profile-builder.js";
import type { LocationIndex, Mapping, Profile } from "../profile/profile.js";
import { parseLabels } from "../goroutines/goroutine-header.js";
import type { LegacyLines } from "./legacy-lines.js";
import { isMemoryMapHeader, readMemoryMap, withMappings } from "./memory-map.js";

export interface SampleValues {
  readonly values: readonly number[];
  readonly labels: readonly BuiltLabel[];
}

export type About = Pick<Parameters<ProfileBuilder["finish"]>[0], "format" | "sampleTypes" | "periodType" | "period">;

/** Reads one profile of a text: first `read`, then `finish`. */
export class SampleReader {
  readonly lines: LegacyLines;
  readonly #builder = new ProfileBuilder();
  readonly #warnings: Warning[] = [];
  readonly #comments: string[] = [];
  /** By address, and for named ones by the whole comment. */
  readonly #locations = new Map<string, LocationIndex>();
  readonly #stacks = new Map<string, readonly LocationIndex[]>();
  #stackCharacters = 0;
  #isInexact = false;
  #oddLines = 0;
  #firstOddLine = 0;
  #mappings: readonly Mapping[] = [];

  constructor(lines: LegacyLines) {
    this.lines = lines;
  }

  warn(code: string, message: string, place: number): void {
    this.#warnings.push({ code, message, offset: this.lines.offset(place) });
  }

  /**
   * `valuesOf` turns a sample's numbers into values; undefined when they contradict each other. Returns the header
   * line of a further profile in the same text, undefined at its end.
   */
  read(
    sample: RegExp,
    valuesOf: (match: RegExpExecArray) => SampleValues | undefined,
    isHeader: (line: string) => boolean,
    attribute?: (name: string, value: number) => void,
  ): string | undefined {
    const { lines } = this;
    let hasLine = lines.next();
    while (hasLine) {
      if (lines.isBlankOrComment()) {
        this.#comment(lines.text());
        hasLine = lines.next();
        continue;
      }
      const line = lines.text().trim();
      if (isHeader(line)) return line;
      if (isMemoryMapHeader(line)) return this.#readMemoryMap(isHeader);
      const match = sample.exec(line);
      if (match === null) {
        const setting = SETTING.exec(line);
        if (setting !== null && attribute !== undefined) attribute(setting[1], Number(line.slice(setting[0].length)));
        else if (setting !== null || line === "runtime.MemStats") this.#comment(line);
        else if (!line.startsWith("---")) this.#odd(lines.place());
        hasLine = lines.next();
        continue;
      }
      const place = lines.place();
      const addresses = line.slice(match[0].length).match(/0x[0-9a-f]{1,16}/g) ?? [];
      const comments: string[] = [];
      let labels: readonly BuiltLabel[] = [];
      while ((hasLine = lines.next())) {
        if (lines.isStackComment()) {
          const comment = lines.text().replace(/^\s*#/, "").trim();
          if (comment.startsWith(LABELS)) labels = parseLabels(comment.slice(LABELS.length));
          else if (comment.startsWith("0x")) comments.push(comment);
          else this.#comment(comment);
          continue;
        }
        const first = lines.firstByte();
        const lost = first === LETTER_L ? lines.text().trim() : "";
        if (!lost.startsWith(LABELS)) break;
        labels = parseLabels(lost.slice(LABELS.length));
      }
      this.add(addresses, comments, valuesOf(match), labels, place);
    }
    return undefined;
  }

  /** As `read`, for lines of another form; `take` returns whether it knew the line. */
  readLines(isHeader: (line: string) => boolean, take: (line: string, place: number) => boolean): string | undefined {
    while (this.lines.next()) {
      if (this.lines.isBlankOrComment()) continue;
      const line = this.lines.text().trim();
      if (isHeader(line)) return line;
      if (isMemoryMapHeader(line)) return this.#readMemoryMap(isHeader);
      if (!take(line, this.lines.place())) this.#odd(this.lines.place());
    }
    return undefined;
  }

  /** `values` undefined: the numbers of the sample contradict each other. */
  add(
    addresses: readonly string[],
    comments: readonly string[],
    values: SampleValues | undefined,
    labels: readonly BuiltLabel[],
    place: number,
  ): void {
    if (values === undefined) return this.#odd(place);
    if (values.values.some((value) => Math.abs(value) > Number.MAX_SAFE_INTEGER)) this.#isInexact = true;
    this.#builder.sample(this.#stack(addresses, comments), values.values, [...values.labels, ...labels]);
  }

  finish(about: About): Profile {
    if (this.#isInexact) this.warn("inexact", "values beyond 2^53 were rounded", 0);
    if (this.#oddLines > 0) {
      const message =
        this.#oddLines === 1
          ? "1 line is neither a sample nor a comment, or says of no objects how large they are"
          : `${this.#oddLines} lines are neither a sample nor a comment, or say of no objects how large they are`;
      this.warn("legacy-sample", message, this.#firstOddLine);
    }
    const profile = this.#builder.finish({
      ...about,
      defaultSampleType: about.sampleTypes.length - 1,
      comments: this.#comments,
      mappings: [],
      warnings: this.#warnings,
    });
    return withMappings(profile, this.#mappings);
  }

  #odd(place: number): void {
    if (this.#oddLines++ === 0) this.#firstOddLine = place;
  }

  #readMemoryMap(isHeader: (line: string) => boolean): string | undefined {
    const map: string[] = [];
    let header: string | undefined;
    while (header === undefined && this.lines.next()) {
      const line = this.lines.text();
      if (isHeader(line.trim())) header = line.trim();
      else map.push(line);
    }
    this.#mappings = readMemoryMap(map);
    return header;
  }

  /** "# HeapInuse = 123": the MemStats behind a heap profile are kept as the profile's comments. */
  #comment(line: string): void {
    const text = line.replace(/^\s*#?\s*/, "").trimEnd();
    if (text !== "" && this.#comments.length < MAX_COMMENTS) this.#comments.push(text);
  }

  #stack(addresses: readonly string[], comments: readonly string[]): readonly LocationIndex[] {
    const key = addresses.join() + "\n" + comments.join("\n");
    let stack = this.#stacks.get(key);
    if (stack === undefined) {
      const named = this.#namedStack(comments);
      stack = named.length > 0 ? named : addresses.map((address) => this.#unnamedLocation(address));
      // Stacks repeat close together (one per object size); a bounded memory of them is enough.
      this.#stackCharacters += key.length;
      if (this.#stackCharacters > MAX_STACK_CHARACTERS) {
        this.#stacks.clear();
        this.#stackCharacters = key.length;
      }
      this.#stacks.set(key, stack);
    }
    return stack;
  }

  /** One frame a comment, leaf first. */
  #namedStack(comments: readonly string[]): LocationIndex[] {
    const stack: LocationIndex[] = [];
    let isNamed = false;
    for (const comment of comments) {
      const frame = parseFrame(comment);
      if (frame === undefined) continue;
      const { address, name, file, line } = frame;
      if (name === "") {
        stack.push(this.#unnamedLocation(address, 0));
        continue;
      }
      isNamed = true;
      const symbol = `${address}\t${name}\t${file}:${line}`;
      let location = this.#locations.get(symbol);
      if (location === undefined) {
        const [high, low] = parseAddress(address, 0);
        const fn = this.#builder.function(name, file);
        location = this.#builder.location(high, low, [{ function: fn, line }]);
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

const MAX_COMMENTS = 1000;
const MAX_STACK_CHARACTERS = 1 << 24;
const LABELS = "labels: {";
const LETTER_L = 108;
/** "cycles/second = 3201000000", "sampling period=100", "HeapInuse = 123". */
const SETTING = /^([A-Za-z/][A-Za-z/ ]{0,60}?) *= *(?=[\d[])/;

interface NamedFrame {
  readonly address: string;
  /** "" where it has none. */
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

/**
 * "0x6747a4\tmain.main.func2+0x24\t/src/main.go:97": columns are aligned with tabs, as many as it takes, or with the
 * spaces that they became. A name's offset is the last "+0x", so a name may hold spaces.
 */
function parseFrame(comment: string): NamedFrame | undefined {
  const address = /^0x[0-9a-f]{1,16}(?=\s|$)/.exec(comment)?.[0];
  if (address === undefined) return undefined;
  const rest = comment.slice(address.length).trim();
  if (rest === "") return { address, name: "", file: "", line: 0 };
  const offset = rest.lastIndexOf("+0x");
  const line = /:(\d{1,10})$/.exec(rest.slice(-12));
  if (offset <= 0 || line === null) return undefined;
  const behind = /^\+0x[0-9a-f]+\s+/.exec(rest.slice(offset))?.[0];
  if (behind === undefined) return undefined;
  const file = rest.slice(offset + behind.length, rest.length - line[0].length);
  return { address, name: rest.slice(0, offset), file, line: Number(line[1]) };
}

/** High and low words of an address, moved back from the return address onto the call. */
function parseAddress(hex: string, back: number): [high: number, low: number] {
  const address = BigInt.asUintN(64, BigInt(hex) - BigInt(back));
  return [Number(address >> 32n), Number(address & 0xffffffffn)];
}
