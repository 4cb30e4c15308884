/** What is promised of a dump of 100,000 goroutines: read in seconds, grouped and filtered while one types. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { inTurns, mb, measureOnce, ms, type Row } from "./measure.js";
import { writeSyntheticDump } from "./synthetic-dump.js";

const GOROUTINES = 100_000;

export function goroutineRows(): Row[] {
  const path = "dist/bench/synthetic-goroutines.txt";
  mkdirSync("dist/bench", { recursive: true });
  writeSyntheticDump(path, GOROUTINES);
  const on = `10^5 goroutines, ${mb(statSync(path).size)}`;
  const prefixed = "dist/bench/synthetic-goroutines.log";
  writeFileSync(prefixed, readFileSync(path, "latin1").replace(/^/gm, "[pod/api-7d9f/app] 12:00:00.125 "), "latin1");
  const runs = inTurns([path, prefixed], 5, (file) => measureOnce("goroutines-one", file));
  const run = runs.get(path);
  const inLog = runs.get(prefixed);
  if (run === undefined || inLog === undefined) throw new Error("the dump could not be measured");
  const row = (what: string, key: string, wanted?: number): Row => ({
    what,
    on,
    figures: ms(run[key]),
    measured: run[key],
    unit: "ms",
    ...(wanted !== undefined && { wanted, atMost: true }),
  });
  return [
    row("Reading a goroutine dump", "parse", 3000),
    {
      what: "Reading it out of a log with a prefix before each line, against the dump alone",
      on: `10^5 goroutines, ${mb(statSync(prefixed).size)}`,
      figures: `${(inLog["parse"] / run["parse"]).toFixed(2)} times`,
      measured: inLog["parse"] / run["parse"],
      unit: "x",
      wanted: 1.3,
      atMost: true,
    },
    {
      what: "Memory to read a goroutine dump, Node itself included",
      on,
      figures: mb(run["peakBytes"]),
      measured: run["peakBytes"] / 1e6,
      unit: "MB",
      wanted: 400,
      atMost: true,
    },
    row("Grouping goroutines by stack", "groupByStack", 500),
    row("Grouping goroutines, the slowest of seven groupings", "slowestGroup", 500),
    row("Filtering goroutines, the slowest of seven filters", "slowestKey", 50),
    row("The Goroutines view's first page, grouped by what they wait for, with what changed", "firstPage", 100),
    row("The view after a keystroke in its filter, the slowest of seven filters", "slowestKeystroke", 50),
    row("The view's largest group, opened", "openGroup"),
    row("What changed since another moment of as many", "compare"),
    row("Leak verdicts on one moment", "leaks"),
    row("Leak verdicts with another moment", "leaksOfTwo"),
  ];
}
