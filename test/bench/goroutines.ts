/** What is promised of a dump of 100,000 goroutines: read in seconds, grouped and filtered while one types. */
import { mkdirSync, statSync } from "node:fs";
import { inTurns, mb, measureOnce, ms, type Row } from "./measure.js";
import { writeSyntheticDump } from "./synthetic-dump.js";

const GOROUTINES = 100_000;

export function goroutineRows(): Row[] {
  const path = "dist/bench/synthetic-goroutines.txt";
  mkdirSync("dist/bench", { recursive: true });
  writeSyntheticDump(path, GOROUTINES);
  const on = `10^5 goroutines, ${mb(statSync(path).size)}`;
  const run = inTurns(["ours"], 5, () => measureOnce("goroutines-one", path)).get("ours");
  if (run === undefined) throw new Error("the dump could not be measured");
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
