/**
 * Pyroscope and Parca as they are, on loopback, with planted fleets of 30 and 100 instances: the diagnosis names stack,
 * instances and label, and a healthy fleet has no finding. The stand-in of the other tests answers as they do.
 */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readFleet, type FleetReading } from "../../src/capture/fleet/read-fleet.js";
import { mergedProfile, seriesOfInstance } from "../../src/capture/fleet/instance-profile.js";
import { gunzipped } from "../../src/capture/gunzip.js";
import { openProfile } from "../../src/core/open.js";
import { encodeProfile } from "../../src/core/pprof/encode.js";
import { startStandIn } from "../support/engine-stand-in.js";
import { diagnosed, engineTarget, KINDS, MINUTE, pushPlanted } from "../support/fleet-at.js";
import { heapProfile } from "../support/heap-simulation.js";
import { GOROUTINE_FUNCTION, LEAK_FUNCTION, type Planted, plantFleet, podName } from "../support/planted-fleet.js";
import { type EngineServer, startParca, startPyroscope } from "./engine-servers.js";

const MB = 1_048_576;
const endMs = Date.now() - 5000;
const shape = { points: 12, intervalMs: MINUTE, endMs };
const onePod: readonly Planted[] = Array.from({ length: 10 }, (_, at) => {
  const bytes = Math.round(10.7e6 + (at * (31.5e6 - 10.7e6)) / 9);
  const objects = Math.round(bytes / 4096);
  const folded = `main.main;app.fill@/src/fill.go:7 ${objects} ${bytes} ${objects} ${bytes}`;
  const atMs = endMs - (9 - at) * MINUTE;
  const heap = { ...heapProfile(folded), timeNanos: BigInt(atMs) * 1_000_000n };
  const labels = { __name__: "memory", service_name: "one", job: "one", pod: "a" };
  return { labels, atMs, bytes: gzipSync(encodeProfile(heap)) };
});
const fleets: readonly Planted[] = [
  ...plantFleet({ ...shape, service: "shop30", instances: 30, leaking: 5, goroutines: true }),
  ...plantFleet({ ...shape, service: "shop100", instances: 100, leaking: 12 }),
  ...plantFleet({ ...shape, service: "healthy", instances: 100, leaking: 0 }),
  ...onePod,
];
const start = { pyroscope: startPyroscope, parca: startParca };
const mostRequests = { pyroscope: 50, parca: 30 };

describe.each(KINDS)("%s", (kind) => {
  let engine: EngineServer;
  beforeAll(async () => {
    engine = await start[kind]();
    await pushPlanted(kind, engine.url, fleets);
  });
  afterAll(() => engine.stop());

  test.each([
    ["shop30", 30, 5],
    ["shop100", 100, 12],
  ])("%s: stack, instances and label", async (service, total, leaking) => {
    const { diagnosis, reading } = await diagnosed(kind, engine.url, service);
    expect(diagnosis.verdict).toBe("leak");
    const heap = diagnosis.findings.filter(({ sampleType }) => sampleType === "inuse_space");
    expect(heap.map((finding) => finding.function)).toEqual([LEAK_FUNCTION]);
    expect(heap[0]).toMatchObject({ file: "/src/orders/book.go", line: 44, level: "confirmed" });
    expect(heap[0].instances).toMatchObject({ by: "pod", total, label: { name: "version", value: "1.4.2" } });
    expect([...heap[0].instances!.leaking].sort()).toEqual(Array.from({ length: leaking }, (_, i) => podName(i)));
    expect(heap[0].instances!.slopeOfOne / MB).toBeCloseTo(2, 0);
    expect(reading.requests).toBeLessThanOrEqual(mostRequests[kind]);
    const goroutines = diagnosis.findings.filter((finding) => finding.kind === "goroutine");
    expect(goroutines.map((finding) => finding.function)).toEqual(service === "shop30" ? [GOROUTINE_FUNCTION] : []);
  });

  test("a healthy fleet that warms up and starts anew has no finding", async () => {
    const { diagnosis } = await diagnosed(kind, engine.url, "healthy");
    expect(diagnosis.findings).toEqual([]);
    expect(diagnosis.verdict).toBe("no-growth");
  });

  test.each([12, 60, 360])("a gauge asked over %d minutes is no sum over time: 31.5 MB, not 223.8", async (minutes) => {
    const { diagnosis } = await diagnosed(kind, engine.url, "one", { sinceMs: minutes * MINUTE });
    expect(diagnosis.findings[0].last).toBe(31_500_000);
    expect(Math.max(...diagnosis.snapshots.map(({ inuseSpace }) => inuseSpace!))).toBe(31_500_000);
  });

  test("an instance's profiles are of one time each", async () => {
    const signal = new AbortController().signal;
    const target = engineTarget(kind, engine.url, "one");
    const reading = await readFleet(target, { sinceMs: 20 * MINUTE, points: 12, signal });
    const series = await seriesOfInstance(target, valueOf(reading), "a", true, signal);
    const sums = valueOf(series).map(({ bytes }) =>
      openProfile(gunzipped(bytes)).samples.values.reduce((a, b) => a + b),
    );
    expect(sums).toHaveLength(10);
    expect([sums[0], sums[9]]).toEqual([10_700_000, 31_500_000]);
    const shop = engineTarget(kind, engine.url, "shop30");
    const ofShop: FleetReading = valueOf(await readFleet(shop, { sinceMs: 20 * MINUTE, points: 12, signal }));
    const merged = valueOf(await mergedProfile(shop, ofShop, { name: "version", value: "1.4.2" }, signal));
    expect(merged.name).toMatch(/^version=1\.4\.2: 5 instances, /);
    expect(openProfile(gunzipped(merged.bytes)).samples.count).toBeGreaterThan(5);
  });

  test("the stand-in answers as it does", async () => {
    const standIn = await startStandIn();
    try {
      for (const { labels, bytes } of onePod) standIn.keep(labels, bytes);
      await pushPlanted(
        kind,
        standIn.url,
        plantFleet({ ...shape, service: "shop30", instances: 30, leaking: 5, goroutines: true }),
      );
      for (const service of ["one", "shop30"]) {
        const [real, stood] = [
          (await diagnosed(kind, engine.url, service)).diagnosis,
          (await diagnosed(kind, standIn.url, service)).diagnosis,
        ];
        const told = ({ snapshots, findings }: typeof real) => ({ snapshots, findings });
        expect(told(stood)).toEqual(told(real));
      }
    } finally {
      await standIn.stop();
    }
  });

  test("a selector that fits nothing names the programs that there are", async () => {
    const signal = new AbortController().signal;
    const read = await readFleet(engineTarget(kind, engine.url, "nobody"), {
      sinceMs: 20 * MINUTE,
      points: 12,
      signal,
    });
    expect(read).toMatchObject({
      ok: false,
      problem: { code: "empty", todo: expect.stringContaining("shop100") as string },
    });
  });
});

function valueOf<T>(captured: { ok: true; value: T } | { ok: false; problem: object }): T {
  if (!captured.ok) throw new Error(JSON.stringify(captured.problem));
  return captured.value;
}
