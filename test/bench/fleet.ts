/**
 * What is promised of many instances: the verdict on 100 and 1,000 of them with 12 profiles each, heaps and goroutines.
 * The engine is the tests' stand-in, in this process; `godiag` runs in its own. (Beside the real engines: test/fleet.)
 */
import { spawn } from "node:child_process";
import { startStandIn } from "../support/engine-stand-in.js";
import { type Planted, plantFleet, podName } from "../support/planted-fleet.js";
import type { Row } from "./measure.js";

const MOST_PLANTED = 50;
const KINDS = ["pyroscope", "parca"] as const;

export async function fleetRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [instances, seconds] of [
    [100, 5],
    [1000, 30],
  ]) {
    const engine = await startStandIn();
    try {
      for (const { labels, bytes } of planted(instances)) engine.keep(labels, bytes);
      for (const kind of KINDS) {
        const before = engine.requests.length;
        const run = await diagnosed(`${kind}+${engine.url}?service=shop`);
        const requests = engine.requests.length - before;
        const on = `${instances} instances × 12, ${kind}`;
        rows.push(
          {
            what: "the verdict on a fleet",
            on,
            figures: `${(run.wallMs / 1000).toFixed(1)} s by the clock on the wall, with the stand-in's own work; ${(run.cpuMs / 1000).toFixed(1)} s of CPU; ${requests} requests`,
            measured: run.wallMs,
            unit: "ms",
            wanted: seconds * 1000,
            atMost: true,
          },
          {
            what: "the same, memory at its peak",
            on,
            figures: `${Math.round(run.peakBytes / 1e6)} MB`,
            measured: run.peakBytes / 1e6,
            unit: "MB",
            wanted: 300,
            atMost: true,
          },
        );
      }
    } finally {
      await engine.stop();
    }
  }
  return rows;
}

/** Making profiles takes longer than judging them: of many instances, several send the same ones. */
function planted(instances: number): readonly Planted[] {
  const some = Math.min(instances, MOST_PLANTED);
  const shape = { points: 12, intervalMs: 60_000, endMs: Date.now() - 5000, goroutines: true };
  const fleet = plantFleet({ ...shape, service: "shop", instances: some, leaking: Math.round(some * 0.12) });
  const copies = Array.from({ length: instances / some }, (_, copy) => copy);
  return copies.flatMap((copy) =>
    fleet.map((one) => {
      const pod = podName(copy * some + Number(one.labels["pod"].slice("shop-".length)));
      return { ...one, labels: { ...one.labels, pod } };
    }),
  );
}

/** The child says on its standard error, last, what it took. */
const REPORT = `process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stderr.write("\\n"+JSON.stringify({cpuMs:(user+system)/1000,peakBytes:process.resourceUsage().maxRSS*1024}))});`;

async function diagnosed(target: string): Promise<{ wallMs: number; cpuMs: number; peakBytes: number }> {
  const began = performance.now();
  const report = `data:text/javascript,${encodeURIComponent(REPORT)}`;
  const args = ["--import", report, "dist/godiag.cjs", "diagnose", target, "--since", "20m", "--json"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (piece: Buffer) => (out += piece.toString()));
  child.stderr.on("data", (piece: Buffer) => (err += piece.toString()));
  await new Promise((done) => child.once("close", done));
  const wallMs = performance.now() - began;
  const { verdict } = JSON.parse(out) as { verdict: string };
  if (verdict !== "leak") throw new Error(`${target}: ${verdict}`);
  return { wallMs, ...(JSON.parse(err.slice(err.lastIndexOf("\n"))) as { cpuMs: number; peakBytes: number }) };
}
