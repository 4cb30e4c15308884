/**
 * From a file to its first picture against the usual way, and whole processes against `go tool pprof`, as Markdown.
 *
 * Every number is the median over several processes; the ways take turns, so that all meet the same disturbances.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

const ROUNDS = 3;
const FILES = [
  ...["compile-ssa.cpu", "g100k.goroutine", "compile-ssa.mem"].map((name) => `test/fixtures/profiles/${name}.pb.gz`),
  "dist/bench/synthetic-100000.pb", // left there by decode.ts
].filter((path) => existsSync(path));

interface Measured {
  readonly cold: number;
  readonly warm: number;
  readonly peakBytes: number;
}

const ms = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const mb = (bytes: number) => (bytes / 1e6).toFixed(0);
const row = (cells: readonly string[]) => console.log(`| ${cells.join(" | ")} |`);
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];
const nameOf = (path: string) => path.replace(/^.*\/|\.pb(?:\.gz)?$/g, "");

function measure(way: string, path: string): Measured {
  const options = ["--max-old-space-size=12000", "dist/bench/open-one.mjs", way, path];
  return JSON.parse(execFileSync(process.execPath, options, { encoding: "utf8" })) as Measured;
}

/** CPU and wall milliseconds of a whole process. */
function wallMs(command: string, args: readonly string[]): number {
  const start = performance.now();
  execFileSync(command, args, { stdio: "ignore" });
  return performance.now() - start;
}

function inTurns<T>(ways: readonly string[], once: (way: string) => T): T[][] {
  const runs: T[][] = ways.map(() => []);
  for (let round = 0; round < ROUNDS; round++) for (const [i, way] of ways.entries()) runs[i].push(once(way));
  return runs;
}

console.log("\n### From the file to the first picture: gunzip, decode, visible tree, table (CPU ms)\n");
row(["file", "way", "cold", "warm", "ours is faster, cold", "warm", "peak RSS MB"]);
row(["---", "---", "---:", "---:", "---:", "---:", "---:"]);
const ways = ["usual", "ours, whole", "ours"];
for (const path of FILES) {
  const runs = inTurns(ways, (way) => measure(way, path)).map((list) => ({
    cold: median(list.map(({ cold }) => cold)),
    warm: median(list.map(({ warm }) => warm)),
    peak: median(list.map(({ peakBytes }) => peakBytes)),
  }));
  const ours = runs[ways.indexOf("ours")];
  for (const [i, { cold, warm, peak }] of runs.entries()) {
    const ratios = [cold / ours.cold, warm / ours.warm].map((ratio) => `${ratio.toFixed(1)}x`);
    row([i === 0 ? nameOf(path) : "", ways[i], ms(cold), ms(warm), ...ratios, mb(peak)]);
  }
}

console.log("\n### Once it is open: another sample type, or a filter (CPU ms)\n");
row(["file", "what", "cold", "warm"]);
row(["---", "---", "---:", "---:"]);
for (const path of FILES) {
  const views = ["switch", "filter"];
  for (const [i, list] of inTurns(views, (way) => measure(way, path)).entries()) {
    row([nameOf(path), views[i], ms(median(list.map(({ cold }) => cold))), ms(median(list.map(({ warm }) => warm)))]);
  }
}

console.log("\n### Whole processes: godiag top FILE --json, go tool pprof -top FILE (wall ms)\n");
row(["file", "go tool pprof", "godiag", "godiag is faster"]);
row(["---", "---:", "---:", "---:"]);
for (const path of FILES) {
  const [go, ours] = inTurns(["go", "godiag"], (way) =>
    way === "go"
      ? wallMs("go", ["tool", "pprof", "-top", "-symbolize=none", path])
      : wallMs(process.execPath, ["dist/godiag.cjs", "top", path, "--json"]),
  ).map(median);
  row([nameOf(path), ms(go), ms(ours), `${(go / ours).toFixed(1)}x`]);
}
