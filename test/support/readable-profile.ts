/**
 * A profile as plain values without ids, rows or indexes, read by ours and by an independent reader, to compare them.
 */
import { Profile as Peer } from "pprof-format";
import type { Profile } from "../../src/core/profile/profile.js";

export interface Readable {
  readonly header: string;
  readonly samples: readonly string[];
}

const INT64 = (value: number | bigint) => Number(BigInt.asIntN(64, BigInt(value)));
const UINT64 = (value: number | bigint) => BigInt(value).toString(16);
const INT32 = (value: number | bigint) => Math.min(INT64(value), 0x7fffffff);

export function readableByUs(profile: Profile): Readable {
  const { samples, locations, functions, mappings, strings, sampleTypes } = profile;
  const locationNumber = Array.from({ length: locations.count }, (_, row) => {
    const lines: string[] = [];
    for (let line = locations.lineStart[row]; line < locations.lineStart[row + 1]; line++) {
      const fn = locations.lineFunction[line];
      const name = [functions.name[fn], functions.systemName[fn], functions.filename[fn]].map((at) => strings.at(at));
      lines.push(`${name.join("|")}:${functions.startLine[fn]}:${locations.lineNumber[line]}`);
    }
    const mapping = mappings[locations.mapping[row]];
    const address = (BigInt(locations.addressHigh[row]) << 32n) | BigInt(locations.addressLow[row]);
    const binary = mapping === undefined ? "" : `${mapping.filename} ${UINT64(mapping.start)}-${UINT64(mapping.limit)}`;
    return numberOf(`${UINT64(address)} ${binary} ${locations.isFolded[row]} [${lines.join(", ")}]`);
  });
  const header = {
    sampleTypes,
    comments: profile.comments,
    timeNanos: Number(profile.timeNanos),
    durationNanos: profile.durationNanos,
    periodType: profile.periodType ?? { type: "", unit: "" },
    period: profile.period,
    dropFrames: profile.dropFrames,
    keepFrames: profile.keepFrames,
  };
  return {
    header: JSON.stringify(header),
    samples: Array.from({ length: samples.count }, (_, sample) => {
      const stack: number[] = [];
      for (let i = samples.stackStart[sample]; i < samples.stackStart[sample + 1]; i++) {
        stack.push(locationNumber[samples.stack[i]]);
      }
      const values = samples.values.subarray(sample * sampleTypes.length, (sample + 1) * sampleTypes.length);
      const labels: string[] = [];
      for (let row = samples.labelStart[sample]; row < samples.labelStart[sample + 1]; row++) {
        const { key, string, number, unit } = samples.labels;
        labels.push(labelText(strings.at(key[row]), strings.at(string[row]), number[row], strings.at(unit[row])));
      }
      return sampleText(stack, [...values], labels);
    }),
  };
}

/**
 * Read by pprof-format, whose faults are evened out: it takes int64 for uint64, and keeps labels that have neither
 * string nor number, which Go drops.
 */
export function readableByPeer(bytes: Uint8Array): Readable {
  const peer = Peer.decode(bytes);
  const text = (index: number | bigint) => peer.stringTable.strings[Number(index)];
  const functionText = new Map(
    peer.function.map((fn) => [
      BigInt(fn.id),
      `${[fn.name, fn.systemName, fn.filename].map(text).join("|")}:${INT32(fn.startLine)}`,
    ]),
  );
  const mappingText = new Map(
    peer.mapping.map((mapping) => [
      BigInt(mapping.id),
      `${text(mapping.filename)} ${UINT64(mapping.memoryStart)}-${UINT64(mapping.memoryLimit)}`,
    ]),
  );
  const locationNumber = new Map(
    peer.location.map((location) => {
      const lines = location.line.map((line) => `${functionText.get(BigInt(line.functionId))}:${INT32(line.line)}`);
      const mapping = mappingText.get(BigInt(location.mappingId)) ?? "";
      const folded = location.isFolded ? 1 : 0;
      return [location.id, numberOf(`${UINT64(location.address)} ${mapping} ${folded} [${lines.join(", ")}]`)];
    }),
  );
  const valueType = ({ type, unit }: { type: number | bigint; unit: number | bigint }) => ({
    type: text(type),
    unit: text(unit),
  });
  const header = {
    sampleTypes: peer.sampleType.map(valueType),
    comments: peer.comment.map(text),
    timeNanos: INT64(peer.timeNanos),
    durationNanos: INT64(peer.durationNanos),
    periodType: peer.periodType === undefined ? { type: "", unit: "" } : valueType(peer.periodType),
    period: INT64(peer.period),
    dropFrames: text(peer.dropFrames),
    keepFrames: text(peer.keepFrames),
  };
  return {
    header: JSON.stringify(header),
    samples: peer.sample.map((sample) => {
      const stack = sample.locationId.map((id) => locationNumber.get(id) ?? -1);
      const labels = sample.label
        .filter(({ str, num, numUnit }) => Number(str) !== 0 || INT64(num) !== 0 || Number(numUnit) !== 0)
        .map(({ key, str, num, numUnit }) =>
          Number(str) !== 0
            ? labelText(text(key), text(str), 0, "")
            : labelText(text(key), "", INT64(num), text(numUnit)),
        );
      return sampleText(stack, sample.value.map(INT64), labels);
    }),
  };
}

/** Where two readings differ first; undefined when they do not. */
export function firstDifference(a: Readable, b: Readable): string | undefined {
  if (a.header !== b.header) return `${a.header}\n${b.header}`;
  if (a.samples.length !== b.samples.length) return `${a.samples.length} and ${b.samples.length} samples`;
  const at = a.samples.findIndex((sample, i) => sample !== b.samples[i]);
  return at < 0 ? undefined : `sample ${at}: values, labels, locations\n${a.samples[at]}\n${b.samples[at]}`;
}

function sampleText(stack: readonly number[], values: readonly number[], labels: readonly string[]): string {
  return `${values.join(" ")} ${labels.join(" ")} ${stack.join(" ")}`;
}

// Stacks are written with a number per different location; as text the large profiles would be gigabytes.
const locationNumbers = new Map<string, number>();

function numberOf(location: string): number {
  let number = locationNumbers.get(location);
  if (number === undefined) locationNumbers.set(location, (number = locationNumbers.size));
  return number;
}

function labelText(key: string, string: string, number: number, unit: string): string {
  return `${key}=${string === "" ? `${number} ${unit}` : JSON.stringify(string)}`;
}
