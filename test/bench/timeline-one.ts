/**
 * What the worker of the page does for the time line of one execution trace: the first picture, then others of random
 * parts, closer and farther; prints JSON. Run by trace.ts.
 */
import { readFileSync } from "node:fs";
import { OpenedTrace } from "../../webview/timeline/opened-trace.js";
import { randomFrom } from "../support/random.js";

const PICTURES = 60;
/** The first are drawn by code that was not compiled yet. */
const UNCOUNTED = 10;
const seen = { profile: 0, width: 1000, lines: { from: 0, to: 24 }, goroutine: undefined };

const bytes = new Uint8Array(readFileSync(process.argv[2]));
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const measured = <T>(run: () => T) => {
  const [wall, cpu] = [performance.now(), cpuMs()];
  const result = run();
  return { result, wallMs: performance.now() - wall, cpuMs: cpuMs() - cpu };
};

const first = measured(() => {
  const trace = new OpenedTrace(bytes, []);
  trace.picture({ ...seen, part: undefined });
  return trace;
});
const trace = first.result;
const rest = measured(() => {
  while (!trace.picture({ ...seen, part: undefined }).isComplete);
});
const random = randomFrom(1);
const walls: number[] = [];
const cpus: number[] = [];
for (let i = 0; i < UNCOUNTED + PICTURES; i++) {
  // From the whole to a millionth of it.
  const width = trace.durationNs / 2 ** random.int(20);
  const fromNs = (random.int(1000) / 1000) * (trace.durationNs - width);
  const picture = measured(() => trace.picture({ ...seen, part: { fromNs, toNs: fromNs + width } }));
  if (i < UNCOUNTED) continue;
  walls.push(picture.wallMs);
  cpus.push(picture.cpuMs);
}
const goroutine = measured(() => trace.picture({ ...seen, part: undefined, goroutine: 20 }));
walls.sort((a, b) => a - b);
cpus.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    firstWallMs: first.wallMs,
    firstCpuMs: first.cpuMs,
    restCpuMs: rest.cpuMs,
    pictureWallMs: walls[PICTURES >> 1],
    pictureCpuMs: cpus[PICTURES >> 1],
    slowestPictureWallMs: walls[PICTURES - 1],
    slowestPictureCpuMs: cpus[PICTURES - 1],
    goroutineCpuMs: goroutine.cpuMs,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    sizeBytes: bytes.length,
  }),
);
