/**
 * Writes a profile as profile.proto, not compressed: what `go tool pprof` and every other viewer reads.
 *
 * A profile that was decoded, written and decoded again is equal to the first. Ids are rows + 1; lists of more than
 * two numbers are packed, as Go's own writer does.
 */
import { NO_MAPPING, type Profile, type StringIndex, type ValueType } from "../profile/profile.js";
import * as field from "./outline.js";
import { WireWriter } from "./wire-writer.js";

export function encodeProfile(profile: Profile): Uint8Array {
  const strings = new StringWriter(profile);
  const out = new WireWriter();
  for (const type of profile.sampleTypes) writeValueType(out, field.SAMPLE_TYPE, type, strings);
  writeSamples(out, profile);
  writeMappings(out, profile, strings);
  writeLocations(out, profile);
  writeFunctions(out, profile);
  const dropFrames = strings.indexOf(profile.dropFrames);
  const keepFrames = strings.indexOf(profile.keepFrames);
  out.number(field.DROP_FRAMES, dropFrames);
  out.number(field.KEEP_FRAMES, keepFrames);
  out.bigint(field.TIME_NANOS, profile.timeNanos);
  out.number(field.DURATION_NANOS, profile.durationNanos);
  if (profile.periodType !== undefined) writeValueType(out, field.PERIOD_TYPE, profile.periodType, strings);
  out.number(field.PERIOD, profile.period);
  // A comment that is the empty string is written, too.
  for (const comment of profile.comments) {
    out.varint(field.COMMENT << 3);
    out.varint(strings.indexOf(comment));
  }
  // Without a name the last one is the default.
  const isLast = profile.defaultSampleType === profile.sampleTypes.length - 1;
  const defaultType = isLast ? undefined : profile.sampleTypes.at(profile.defaultSampleType);
  out.number(field.DEFAULT_SAMPLE_TYPE, strings.indexOf(defaultType?.type ?? ""));
  out.number(field.DOC_URL, strings.indexOf(profile.docUrl));
  strings.writeTo(out);
  return out.finish();
}

function writeValueType(out: WireWriter, number: number, { type, unit }: ValueType, strings: StringWriter): void {
  const start = out.begin(number);
  out.number(1, strings.indexOf(type));
  out.number(2, strings.indexOf(unit));
  out.end(start);
}

function writeSamples(out: WireWriter, { samples, sampleTypes }: Profile): void {
  const { stackStart, stack, values, labelStart, labels } = samples;
  const typeCount = sampleTypes.length;
  for (let sample = 0; sample < samples.count; sample++) {
    const start = out.begin(field.SAMPLE);
    out.numbers(1, stack, stackStart[sample], stackStart[sample + 1], 1);
    out.numbers(2, values, sample * typeCount, (sample + 1) * typeCount, 0);
    for (let row = labelStart[sample]; row < labelStart[sample + 1]; row++) {
      const label = out.begin(3);
      out.number(1, labels.key[row]);
      out.number(2, labels.string[row]);
      out.number(3, labels.number[row]);
      out.number(4, labels.unit[row]);
      out.end(label);
    }
    out.end(start);
  }
}

function writeMappings(out: WireWriter, { mappings }: Profile, strings: StringWriter): void {
  for (let row = 0; row < mappings.length; row++) {
    const mapping = mappings[row];
    const start = out.begin(field.MAPPING);
    out.number(1, row + 1);
    out.bigint(2, mapping.start);
    out.bigint(3, mapping.limit);
    out.bigint(4, mapping.fileOffset);
    out.number(5, strings.indexOf(mapping.filename));
    out.number(6, strings.indexOf(mapping.buildId));
    out.number(7, Number(mapping.hasFunctions));
    out.number(8, Number(mapping.hasFilenames));
    out.number(9, Number(mapping.hasLineNumbers));
    out.number(10, Number(mapping.hasInlineFrames));
    out.end(start);
  }
}

function writeLocations(out: WireWriter, { locations }: Profile): void {
  const { mapping, addressLow, addressHigh, isFolded, lineStart, lineFunction, lineNumber, lineColumn } = locations;
  for (let row = 0; row < locations.count; row++) {
    const start = out.begin(field.LOCATION);
    out.number(1, row + 1);
    if (mapping[row] !== NO_MAPPING) out.number(2, mapping[row] + 1);
    out.bigint(3, (BigInt(addressHigh[row]) << 32n) | BigInt(addressLow[row]));
    for (let line = lineStart[row]; line < lineStart[row + 1]; line++) {
      const lineAt = out.begin(4);
      out.number(1, lineFunction[line] + 1);
      out.number(2, lineNumber[line]);
      out.number(3, lineColumn[line]);
      out.end(lineAt);
    }
    out.number(5, isFolded[row]);
    out.end(start);
  }
}

function writeFunctions(out: WireWriter, { functions }: Profile): void {
  const { name, systemName, filename, startLine } = functions;
  for (let row = 0; row < functions.count; row++) {
    const start = out.begin(field.FUNCTION);
    out.number(1, row + 1);
    out.number(2, name[row]);
    out.number(3, systemName[row]);
    out.number(4, filename[row]);
    out.number(5, startLine[row]);
    out.end(start);
  }
}

/** The profile's strings, and after them those that the tables hold as text and that were not among them. */
class StringWriter {
  readonly #profile: Profile;
  readonly #added: string[] = [];
  #indexes: Map<string, StringIndex> | undefined;

  constructor(profile: Profile) {
    this.#profile = profile;
  }

  indexOf(text: string): StringIndex {
    if (text === "") return 0;
    const { strings } = this.#profile;
    if (this.#indexes === undefined) {
      this.#indexes = new Map();
      for (let i = strings.length - 1; i >= 0; i--) this.#indexes.set(strings.at(i), i);
    }
    let index = this.#indexes.get(text);
    if (index === undefined) {
      index = Math.max(1, strings.length) + this.#added.length;
      this.#indexes.set(text, index);
      this.#added.push(text);
    }
    return index;
  }

  writeTo(out: WireWriter): void {
    const { strings } = this.#profile;
    // Readers want the first string to be empty.
    if (strings.length === 0) out.string(field.STRING_TABLE, "");
    for (let i = 0; i < strings.length; i++) out.string(field.STRING_TABLE, strings.at(i));
    for (const text of this.#added) out.string(field.STRING_TABLE, text);
  }
}
