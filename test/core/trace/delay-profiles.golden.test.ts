/**
 * The four profiles against `go tool trace -pprof=…` of Go 1.27.3: every stack, its count and its delay, exactly.
 * test/fixtures/traces/make-traces.mjs recorded the traces and asked Go.
 */
import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { decodeProfile } from "../../../src/core/pprof/decode.js";
import { encodeProfile } from "../../../src/core/pprof/encode.js";
import type { Profile } from "../../../src/core/profile/profile.js";
import { DELAY_PROFILES } from "../../../src/core/trace/delay-profiles.js";
import { analyseTrace, piecesOf } from "../../../src/core/trace/read-trace.js";
import { delayProfile } from "../../../src/core/trace/trace-profile.js";
import { SYSCALLS } from "../../../src/core/trace/wakings.js";

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

test.each(traces)(
  "%s: how often and how long goroutines were in each state, as Go's text of the events has it",
  (file) => {
    const golden = JSON.parse(
      readFileSync(`${FOLDER}/golden/${file.replace(".trace.gz", "")}.states.json`, "utf8"),
    ) as Record<string, State>;
    const bytes = unpacked(`${FOLDER}/${file}`);
    const { kinds, wakings } = analyseTrace(() => piecesOf(bytes)).analysis;
    const latencies = kinds.rows.map((kind) => kind.startLatency);
    const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
    const rows = Array.from({ length: wakings.pairs.count }, (_, row) => row);
    const waits = (isSyscall: boolean): State => {
      const those = rows.filter((row) => (wakings.pairs.second[row] === SYSCALLS) === isSyscall);
      return {
        count: sum(those.map((row) => wakings.waits[row])),
        ns: sum(those.map((row) => wakings.waitNs[row])),
        max: Math.max(0, ...those.map((row) => wakings.maxWaitNs[row])),
      };
    };
    const none = { count: 0, ns: 0, max: 0 };
    expect({
      count: sum(latencies.map((latency) => latency.count)),
      ns: sum(latencies.map((latency) => latency.sum)),
      max: Math.max(...latencies.map((latency) => latency.max)),
    }).toEqual(golden["Runnable"] ?? none);
    expect(waits(false)).toEqual(golden["Waiting"] ?? none);
    expect(waits(true)).toEqual(golden["Syscall"] ?? none);
    expect(sum(kinds.rows.map((kind) => kind.runningNs))).toBe(golden["Running"].ns);
  },
);

interface State {
  readonly count: number;
  readonly ns: number;
  readonly max: number;
}

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
