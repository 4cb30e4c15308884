/**
 * Measures one reader on one file in a process of its own; prints JSON. Run by decode.ts, by size.ts
 * with `once`: only the first call.
 *
 * Times are CPU time of the process (all threads, so that background compilation and garbage collection count), which
 * a busy machine disturbs less than wall time. Cold is the first call, warm the median of the later ones.
 */
import { readFileSync } from "node:fs";
import { gunzip } from "../../src/capture/gunzip.js";
import { isGzip } from "../../src/core/text/gzip.js";
import { READERS } from "./decode-readers.js";

const [name, path, once] = process.argv.slice(2);
const file = new Uint8Array(readFileSync(path));
const bytes = isGzip(file) ? gunzip(file).bytes : file;
const read = name === "gunzip" ? () => gunzip(file).bytes : await READERS[name]();

function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const cold = cpuMs(() => read(bytes));
const warmRuns = [cold];
const deadline = performance.now() + (once === undefined ? 1500 : 0);
while (performance.now() < deadline || (once === undefined && warmRuns.length < 6)) {
  if (warmRuns.push(cpuMs(() => read(bytes))) > 40) break;
}
const sorted = warmRuns.slice(warmRuns.length >> 1).sort((a, b) => a - b);

const gc = globalThis.gc as () => void;
gc();
gc();
const used = () => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
const before = used();
const kept = read(bytes);
gc();
gc();
const keptBytes = used() - before;
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(
  JSON.stringify({
    cold,
    warm: sorted[sorted.length >> 1],
    keptBytes,
    peakBytes,
    sizeBytes: bytes.length,
    kept: kept !== undefined,
  }),
);
// speedscope's script goes on doing things that need a page.
process.exit(0);
