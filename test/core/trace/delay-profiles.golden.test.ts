/**
 * The four profiles against `go tool trace -pprof=…` of Go 1.27.3: every stack, its count and its delay, exactly.
 * test/fixtures/traces/make-traces.mjs recorded the traces and asked Go.
 */
import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { decodeProfile } from "../../../src/core/pprof/decode.js";
import { encodeProfile } from "../../../src/core/pprof/encode.js";
import type { Profile } from "../../../src/core/profile.js";
import { DELAY_PROFILES } from "../../../src/core/trace/delay-profiles.js";
import { analyseTrace, piecesOf } from "../../../src/core/trace/read-trace.js";
import { delayProfile } from "../../../src/core/trace/trace-profile.js";

const FOLDER = "test/fixtures/traces";
const unpacked = (path: string) => new Uint8Array(gunzipSync(readFileSync(path)));
const traces = readdirSync(FOLDER).filter((name) => name.endsWith(".trace.gz"));

test("traces of four versions of Go and of every kind are here", () => {
  expect(new Set(traces.map((name) => /go1\.\d+/.exec(name)?.[0]))).toEqual(
    new Set(["go1.22", "go1.24", "go1.26", "go1.27"]),
  );
  expect(traces.length).toBeGreaterThan(15);
});

describe.each(traces)("%s", (file) => {
  const bytes = unpacked(`${FOLDER}/${file}`);
  const trace = analyseTrace(() => piecesOf(bytes));
  test.each(DELAY_PROFILES)("%s", (name) => {
    const golden = decodeProfile(unpacked(`${FOLDER}/golden/${file.replace(".trace.gz", "")}.${name}.pb.gz`));
    // Through pprof and back: what is compared is what a person gets as a file.
    const ours = decodeProfile(encodeProfile(delayProfile(trace, name)));
    expect(ours.sampleTypes).toEqual(golden.sampleTypes);
    expect(ours.periodType).toEqual(golden.periodType);
    expect(stacksOf(ours)).toEqual(stacksOf(golden));
  });
});

/** "count delay leaf;…;root" of every sample, in the order of their texts. */
function stacksOf({ samples, locations, functions, strings }: Profile): string[] {
  const frame = (location: number) => {
    const line = locations.lineStart[location];
    const fn = locations.lineFunction[line];
    const address = locations.addressHigh[location] * 2 ** 32 + locations.addressLow[location];
    return `${strings.at(functions.name[fn])} ${strings.at(functions.filename[fn])}:${locations.lineNumber[line]} ${address}`;
  };
  return Array.from({ length: samples.count }, (_, i) => {
    const stack = samples.stack.subarray(samples.stackStart[i], samples.stackStart[i + 1]);
    return `${Array.from(stack, frame).join("; ")} = ${samples.values[i * 2]} ${samples.values[i * 2 + 1]}`;
  }).sort();
}
