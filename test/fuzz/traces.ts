/**
 * Broken execution traces: each must be read as far as it goes, or be refused with a FormatError; never another error,
 * never for long, and never with more memory than a few times its size.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { FormatError } from "../../src/core/text/format-error.js";
import { analyseTrace, piecesOf } from "../../src/core/trace/read-trace.js";
import { traceProfile } from "../../src/core/trace/trace-profile.js";
import { traceReport } from "../../src/core/trace/trace-report.js";
import { mutated } from "../support/mutate.js";
import { randomFrom } from "../support/random.js";

/** Of the CPU, for the machine may be busy. */
const MAX_MS = 2000;
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
/** A trace of a few kilobytes may not make this much live. */
const MAX_BYTES = 256 << 20;

export interface TraceFuzzResult {
  readonly inputs: number;
  /** Read to a report, most with a warning. */
  readonly read: number;
  readonly refused: ReadonlyMap<string, number>;
  readonly slowestMs: number;
}

/** Throws for the first input that is not handled well. */
export function fuzzTraces(inputs: number, seed: number): TraceFuzzResult {
  const bases = smallTraces();
  const refused = new Map<string, number>();
  let read = 0;
  let slowestMs = 0;
  for (let i = 0; i < inputs; i++) {
    const random = randomFrom(seed + i);
    const input = mutated(random.pick(bases), random);
    const start = cpuMs();
    try {
      const trace = analyseTrace(() => piecesOf(input));
      const report = traceReport(trace);
      const wrong = impossible(report) ?? impossibleProfile(traceProfile(trace).samples.values);
      if (wrong !== undefined) throw new Error(wrong);
      read++;
    } catch (error) {
      if (!(error instanceof FormatError)) throw failure(seed + i, input, error);
      refused.set(error.code, (refused.get(error.code) ?? 0) + 1);
    }
    const ms = cpuMs() - start;
    slowestMs = Math.max(slowestMs, ms);
    if (ms > MAX_MS) throw failure(seed + i, input, new Error(`it took ${Math.round(ms)} ms`));
    if (i % 256 === 0 && process.memoryUsage().arrayBuffers > MAX_BYTES) {
      throw failure(seed + i, input, new Error("too much memory"));
    }
  }
  return { inputs, read, refused, slowestMs };
}

/** What no trace can say. */
function impossible({
  durationNs,
  waits,
  worst,
  kinds,
  goroutines,
}: ReturnType<typeof traceReport>): string | undefined {
  if (!(durationNs >= 0)) return `a duration of ${durationNs}`;
  if (waits.some(({ ns, maxNs, count }) => !(ns >= 0 && maxNs <= ns && count > 0))) return "a wait below zero";
  if (worst.some(({ ns }) => !(ns > 0 && ns <= durationNs))) return "a start that took longer than the trace";
  const counted = kinds.reduce((sum, { count }) => sum + count, 0);
  return counted === goroutines ? undefined : `${counted} goroutines of all kinds, but ${goroutines} in all`;
}

function impossibleProfile(values: Float64Array): string | undefined {
  return values.every((value) => value >= 0) ? undefined : "a value below zero in the profile";
}

function smallTraces(): Uint8Array[] {
  const folder = "test/fixtures/traces";
  return readdirSync(folder)
    .filter((name) => name.endsWith(".trace.gz"))
    .map((name) => new Uint8Array(gunzipSync(readFileSync(`${folder}/${name}`))))
    .filter(({ length }) => length < 45_000);
}

function failure(seed: number, input: Uint8Array, cause: unknown): Error {
  mkdirSync("artefacts", { recursive: true });
  const path = `artefacts/fuzz-${seed}.trace`;
  writeFileSync(path, input);
  return new Error(`seed ${seed}: ${String(cause)}; the input is in ${path}`, { cause });
}

/** What `npm run fuzz` prints of traces. */
export function traceFuzzReport(inputs: number, seed: number): string {
  const start = performance.now();
  const { read, refused, slowestMs } = fuzzTraces(inputs, seed);
  const seconds = (performance.now() - start) / 1000;
  const kinds = [...refused].sort((a, b) => b[1] - a[1]).map(([code, count]) => `${code} ${count}`);
  return [
    `${inputs} traces from seed ${seed} in ${seconds.toFixed(0)} s: ${read} read as far as they go, the rest refused`,
    `refused: ${kinds.join(", ")}`,
    `slowest: ${slowestMs.toFixed(0)} ms`,
  ].join("\n");
}
