/** What is promised of size: cost grows with the samples and no faster, and a gigabyte is no wall. */
import { inTurns, mb, type Measured, measureOnce, ms, type Row } from "./measure.js";
import { syntheticFile } from "./open.js";

export function sizeRows(): Row[] {
  const sizes = [10_000, 100_000, 1_000_000];
  const files = sizes.map(syntheticFile);
  const opened = files.map(
    (path) => inTurns(["ours"], 3, (way) => measureOnce("open-one", way, path)).get("ours") as Measured,
  );
  const million = opened[2];
  const rows: Row[] = [];
  const peer = measureOnce("decode-one", "pprof-format", files[2], "once");
  if (peer) {
    rows.push({
      what: "Open, first time, against decoding alone by pprof-format",
      on: "synthetic, 10^6 samples",
      figures: `${ms(million["cold"])}, other ${ms(peer["cold"])}`,
      measured: peer["cold"] / million["cold"],
      unit: "x",
      wanted: 2,
    });
  }
  rows.push({
    what: "Open, cost per sample of 10^6 against 10^5",
    on: "synthetic",
    figures: sizes.map((size, i) => `10^${Math.log10(size).toFixed(0)}: ${ms(opened[i]["warm"])}`).join(", "),
    measured: million["warm"] / opened[1]["warm"] / 10,
    unit: "x",
    wanted: 1.2,
    atMost: true,
  });
  const gigabyte = measureOnce("gigabyte", files[2]);
  if (gigabyte) {
    rows.push({
      what: "A raw profile of 1 GB decodes",
      on: `synthetic, ${mb(gigabyte["sizeBytes"])}, ${gigabyte["samples"]} samples`,
      figures: `${ms(gigabyte["cold"])}, ${mb(gigabyte["keptBytes"])} kept`,
      measured: gigabyte["cold"] / gigabyte["samples"] / (million["decode"] / 1_000_000),
      unit: "x",
      wanted: 1.5,
      atMost: true,
    });
  }
  return rows;
}
