/** Analyses one execution trace as `godiag trace FILE --json` does; prints JSON. Run by trace.ts. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { analyseTrace } from "../../src/core/trace/read-trace.js";
import { traceReport } from "../../src/core/trace/trace-report.js";

const path = process.argv[2];

function* pieces(): Iterable<Uint8Array> {
  const file = openSync(path, "r");
  const piece = new Uint8Array(1 << 20);
  for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) yield piece.subarray(0, read);
  closeSync(file);
}

const start = performance.now();
const report = traceReport(analyseTrace(pieces));
const wallMs = performance.now() - start;
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({
    wallMs,
    cpuMs: (user + system) / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    events: report.events,
    sizeBytes: statSync(path).size,
  }),
);
