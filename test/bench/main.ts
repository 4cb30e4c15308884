/**
 * `npm run bench [-- decode|open|size|process|launch|goroutines|proxy|heap|trace|capture|viewer|activation|fleet ...]`: the promises on speed and memory, measured, as Markdown.
 *
 * Times are CPU time of a process, all threads, unless the row says otherwise; see decode-one.ts and open-one.ts.
 */
import { cpus, loadavg } from "node:os";
import { activationRows } from "./activation.js";
import { captureRows } from "./capture.js";
import { decodeRows } from "./decode.js";
import { fleetRows } from "./fleet.js";
import { goroutineRows } from "./goroutines.js";
import { launchRows } from "./launch.js";
import { printFailure, printHeader, printRow, type Row } from "./measure.js";
import { openRows } from "./open.js";
import { pausedHeapRows } from "./paused-heap.js";
import { proxyRows } from "./proxy.js";
import { sizeRows } from "./size.js";
import { traceRows } from "./trace.js";
import { viewerRows } from "./viewer.js";
import { processRows } from "./whole-process.js";

const PARTS: Readonly<Record<string, () => Row[] | Promise<Row[]>>> = {
  decode: decodeRows,
  open: openRows,
  size: sizeRows,
  process: processRows,
  launch: launchRows,
  goroutines: goroutineRows,
  proxy: proxyRows,
  heap: pausedHeapRows,
  trace: traceRows,
  capture: captureRows,
  viewer: viewerRows,
  activation: activationRows,
  fleet: fleetRows,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) throw new Error(`no part ${unknown.join(", ")}; there are ${Object.keys(PARTS).join(", ")}`);
const load = loadavg()[0].toFixed(1);
const began = performance.now();
printHeader();
for (const [name, run] of Object.entries(PARTS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  try {
    for (const row of await run()) printRow(row);
  } catch (error) {
    process.exitCode = 1;
    printFailure(name, error);
    console.error(error);
  }
}
const seconds = ((performance.now() - began) / 1000).toFixed(0);
console.log(
  `\nNode ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model ?? "CPU"}; ` +
    `load ${load} when it began, ${loadavg()[0].toFixed(1)} when it ended ${seconds} s later.`,
);
