/** What is promised from the file to the first picture (gunzip, decode, visible tree, table), and of views after it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { faster, fixture } from "./decode.js";
import { inTurns, mb, type Measured, measureOnce, ms, nameOf, type Row } from "./measure.js";
import { syntheticProfile } from "./synthetic.js";

/** Of a first call, as for decoding: half of it is code that has not been compiled yet. */
const FIRST_TIME = 4;

export function openRows(): Row[] {
  const rows: Row[] = [];
  for (const path of ["g100k.goroutine", "compile-ssa.mem"].map(fixture)) {
    const ways = ["ours", "usual"];
    const measured = inTurns(ways, 3, (way) => measureOnce("open-one", way, path));
    const importer = inTurns(["speedscope"], 1, (way) => measureOnce("open-one", way, path)).get("speedscope");
    const ours = measured.get("ours") as Measured;
    const usual = measured.get("usual") as Measured;
    const on = nameOf(path);
    rows.push(faster("Open, warm, against pprof-format and a tree of Maps", on, ours, usual, "warm", 10));
    rows.push(faster("Open, first time, against pprof-format and a tree of Maps", on, ours, usual, "cold", FIRST_TIME));
    const what = "Peak memory, against pprof-format and a tree of Maps";
    const figures = `${mb(ours["peakBytes"])} of ${mb(usual["peakBytes"])}`;
    rows.push({ what, on, figures, measured: usual["peakBytes"] / ours["peakBytes"], unit: "x", wanted: 5 });
    if (importer === undefined) continue; // it does not read the file
    rows.push(faster("Open, warm, against speedscope's importer", on, ours, importer, "warm", 10));
    rows.push(faster("Open, first time, against speedscope's importer", on, ours, importer, "cold", FIRST_TIME));
  }
  const hundredThousand = syntheticFile(100_000);
  const views = inTurns(["switch", "filter"], 5, (way) => measureOnce("open-one", way, hundredThousand));
  for (const [way, view] of views) {
    rows.push({
      what: way === "switch" ? "Another sample type" : "A filter",
      on: "synthetic, 10^5 samples",
      // What a person waits for: by the clock on the wall.
      figures: `first wait ${ms(view["wall"])}, of CPU ${ms(view["cold"])}; later ${ms(view["warm"])}`,
      measured: view["wall"],
      unit: "ms",
      wanted: 100,
      atMost: true,
    });
  }
  return rows;
}

/** A synthetic profile, as a file for other processes to read. */
export function syntheticFile(samples: number): string {
  const path = `dist/bench/synthetic-${samples}.pb`;
  mkdirSync("dist/bench", { recursive: true });
  writeFileSync(path, syntheticProfile(samples));
  return path;
}
