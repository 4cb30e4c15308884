/**
 * `npm run bench [-- --full]`: decoding against peers, as Markdown.
 *
 * Every number is the median over several processes, each of which runs one reader on one file; the readers take
 * turns, so that all of them meet the same disturbances. `--full` adds the million-sample profile for the peers.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { READERS } from "./decode-readers.js";
import { syntheticProfile } from "./synthetic.js";

const full = process.argv.includes("--full");
const ROUNDS = 3;
const FIXTURES = ["app.heap", "gopls.cpu", "compile-ssa.cpu", "g100k.goroutine", "compile-ssa.mem"];

interface Measured {
  cold: number;
  warm: number;
  keptBytes: number;
  peakBytes: number;
  sizeBytes: number;
}

const ms = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
const times = (value: number) => `${value.toFixed(1)}x`;
const row = (cells: readonly string[]) => console.log(`| ${cells.join(" | ")} |`);

function measureOnce(reader: string, path: string): Measured | undefined {
  const options = ["--expose-gc", "--max-old-space-size=12000", "dist/bench/decode-one.mjs", reader, path];
  try {
    return JSON.parse(
      execFileSync(process.execPath, options, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    ) as Measured;
  } catch {
    return undefined; // it cannot read this file
  }
}

/** Per reader the medians over all rounds; undefined for one that fails. */
function measure(readers: readonly string[], path: string, rounds = ROUNDS): Map<string, Measured> {
  const runs = new Map<string, Measured[]>();
  for (let round = 0; round < rounds; round++) {
    for (const reader of readers) {
      const run = measureOnce(reader, path);
      if (run !== undefined) runs.set(reader, [...(runs.get(reader) ?? []), run]);
    }
  }
  const result = new Map<string, Measured>();
  for (const [reader, list] of runs) {
    const median = (of: (run: Measured) => number) => list.map(of).sort((a, b) => a - b)[list.length >> 1];
    result.set(reader, {
      cold: median((run) => run.cold),
      warm: median((run) => run.warm),
      keptBytes: median((run) => run.keptBytes),
      peakBytes: median((run) => run.peakBytes),
      sizeBytes: list[0].sizeBytes,
    });
  }
  return result;
}

function goMs(path: string): string {
  try {
    const runs = Array.from({ length: 3 }, () => {
      const start = performance.now();
      execFileSync("go", ["tool", "pprof", "-top", "-nodecount=1", "-symbolize=none", path], { stdio: "ignore" });
      return performance.now() - start;
    });
    return ms(Math.min(...runs));
  } catch {
    return "-";
  }
}

console.log(`Node ${process.version}, ${process.platform} ${process.arch}; CPU ms, medians of ${ROUNDS} processes\n`);
console.log("### Decoding\n");
row(["file", "reader", "cold ms", "warm ms", "MB/s", "ours is faster, cold", "warm", "kept MB", "peak RSS MB"]);
row(["---", "---", "---:", "---:", "---:", "---:", "---:", "---:", "---:"]);
const goTable: string[][] = [];
for (const name of FIXTURES) {
  const path = `test/fixtures/profiles/${name}.pb.gz`;
  const measured = measure(["gunzip", ...Object.keys(READERS)], path);
  const ours = measured.get("ours");
  for (const reader of ["gunzip", ...Object.keys(READERS)]) {
    const one = measured.get(reader);
    if (one === undefined || ours === undefined) {
      row([name, reader, "does not read it", "", "", "", "", "", ""]);
      continue;
    }
    row([
      reader === "gunzip" ? `${name}, ${mb(one.sizeBytes)} MB` : "",
      reader === "gunzip" ? "(gunzip alone)" : reader,
      ms(one.cold),
      ms(one.warm),
      (one.sizeBytes / 1000 / one.warm).toFixed(0),
      times(one.cold / ours.cold),
      times(one.warm / ours.warm),
      reader === "gunzip" ? "" : mb(one.keptBytes),
      (one.peakBytes / 1e6).toFixed(0),
    ]);
  }
  goTable.push([name, goMs(path)]);
}

console.log("\n### Cost against size (synthetic: stacks 40 deep, 60,000 locations)\n");
row(["samples", "MB", "reader", "cold ms", "warm ms", "µs per sample, warm", "kept bytes per sample"]);
row(["---:", "---:", "---", "---:", "---:", "---:", "---:"]);
mkdirSync("dist/bench", { recursive: true });
for (const samples of [10_000, 100_000, 1_000_000]) {
  const path = `dist/bench/synthetic-${samples}.pb`;
  writeFileSync(path, syntheticProfile(samples));
  const readers = samples < 1_000_000 || full ? ["ours", "pbf", "pprof-format"] : ["ours"];
  for (const [reader, one] of measure(readers, path, samples < 1_000_000 ? ROUNDS : 1)) {
    row([
      String(samples),
      mb(one.sizeBytes),
      reader,
      ms(one.cold),
      ms(one.warm),
      ((one.warm / samples) * 1000).toFixed(2),
      (one.keptBytes / samples).toFixed(0),
    ]);
  }
}

console.log("\n### `go tool pprof -top` as a whole process (gunzip, decode, report), wall ms, best of 3\n");
row(["file", "ms"]);
row(["---", "---:"]);
for (const cells of goTable) row(cells);
