/** What is promised of a dump of 100,000 goroutines: read in seconds, grouped and filtered while one types. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { inTurns, mb, measureOnce, ms, type Row } from "./measure.js";
import { writeSyntheticDump } from "./synthetic-dump.js";

const GOROUTINES = 100_000;

/** What stands before line `i`: the same before all, and a time that lengthens and shortens as RFC3339Nano does. */
const LOGS: Readonly<Record<string, (i: number) => string>> = {
  kubectl: () => "[pod/api-7d9f/app] 12:00:00.125 ",
  CRI: (i) => `${new Date(1_714_910_400_000 + i).toISOString().slice(0, 19)}.${fraction(i)}Z stderr F `,
};

function fraction(i: number): string {
  return String((i * 31_337_001) % 1_000_000_000)
    .padStart(9, "0")
    .replace(/0{1,8}$/, "");
}

export function goroutineRows(): Row[] {
  const path = "dist/bench/synthetic-goroutines.txt";
  mkdirSync("dist/bench", { recursive: true });
  writeSyntheticDump(path, GOROUTINES);
  const on = `10^5 goroutines, ${mb(statSync(path).size)}`;
  const dump = readFileSync(path, "latin1");
  const logs = Object.entries(LOGS).map(([name, prefix]) => {
    const file = `dist/bench/synthetic-goroutines-${name}.log`;
    let line = 0;
    writeFileSync(
      file,
      dump.replace(/^(?!$(?![^]))/gm, () => prefix(line++)),
      "latin1",
    );
    return { name, file };
  });
  const runs = inTurns([path, ...logs.map(({ file }) => file)], 7, (file) => measureOnce("goroutines-one", file));
  const run = runs.get(path);
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
    ...logs.map(({ name, file }): Row => {
      const times = (runs.get(file)?.["parse"] ?? NaN) / run["parse"];
      return {
        what: `Reading it out of a log of ${name}, with its prefix before each line, against the dump alone`,
        on: `10^5 goroutines, ${mb(statSync(file).size)}`,
        figures: `${times.toFixed(2)} times`,
        measured: times,
        unit: "x",
        wanted: 1.3,
        atMost: true,
      };
    }),
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
