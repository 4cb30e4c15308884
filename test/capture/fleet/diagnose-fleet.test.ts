/** Planted fleets in a stand-in that speaks as both engines do; test/fleet does the same with the real ones. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeProfile } from "../../../src/core/pprof/encode.js";
import { type StandIn, startStandIn } from "../../support/engine-stand-in.js";
import { diagnosed, KINDS, MINUTE } from "../../support/fleet-at.js";
import { heapProfile } from "../../support/heap-simulation.js";
import { GOROUTINE_FUNCTION, LEAK_FUNCTION, plantFleet, podName } from "../../support/planted-fleet.js";

let engine: StandIn;
const MB = 1_048_576;
const shape = { points: 12, intervalMs: MINUTE, endMs: Date.now() - 5000 };
const leaking = Array.from({ length: 5 }, (_, i) => podName(i));

beforeAll(async () => {
  engine = await startStandIn();
  for (const fleet of [
    { service: "shop", instances: 30, leaking: 5, goroutines: true },
    { service: "healthy", instances: 30, leaking: 0, goroutines: true },
  ]) {
    for (const { labels, bytes } of plantFleet({ ...shape, ...fleet })) engine.keep(labels, bytes);
  }
  // The pod of docs/fleet.md: ten profiles, one a minute, from 10.7 to 31.5 MB of 10^6 bytes.
  for (let at = 0; at < 10; at++) {
    const bytes = Math.round(10.7e6 + (at * (31.5e6 - 10.7e6)) / 9);
    const folded = `main.main;app.fill@/src/fill.go:7 ${Math.round(bytes / 4096)} ${bytes} ${Math.round(bytes / 4096)} ${bytes}`;
    const atMs = shape.endMs - (9 - at) * MINUTE;
    const heap = { ...heapProfile(folded), timeNanos: BigInt(atMs) * 1_000_000n };
    engine.keep({ __name__: "memory", service_name: "one", job: "one", pod: "a" }, gzipSync(encodeProfile(heap)));
  }
});
afterAll(() => engine.stop());

test.each(KINDS)("%s: stack, instances and label of a leak in 5 of 30", async (kind) => {
  const { diagnosis, reading } = await diagnosed(kind, engine.url, "shop");
  expect(diagnosis.verdict).toBe("leak");
  const heap = diagnosis.findings.filter(({ sampleType }) => sampleType === "inuse_space");
  expect(heap.map((finding) => finding.function)).toEqual([LEAK_FUNCTION]);
  expect(heap[0]).toMatchObject({ file: "/src/orders/book.go", line: 44, level: "confirmed" });
  expect(heap[0].instances).toMatchObject({ by: "pod", total: 30, label: { name: "version", value: "1.4.2" } });
  expect([...heap[0].instances!.leaking].sort()).toEqual(leaking);
  expect(heap[0].instances!.slopeOfOne / MB).toBeCloseTo(2, 0);
  expect(heap[0].evidence![1]).toMatch(
    /^All 5 of version=1\.4\.2 leak, none of the 25 others \(version 1\.4\.1\): chance /,
  );
  const [goroutines] = diagnosis.findings.filter(({ kind: of }) => of === "goroutine");
  expect(goroutines.function).toBe(GOROUTINE_FUNCTION);
  expect([...goroutines.instances!.leaking].sort()).toEqual(leaking);
  expect(reading.requests).toBeLessThanOrEqual(kind === "pyroscope" ? 50 : 30);
});

test.each(KINDS)("%s: a healthy fleet that warms up and starts anew has no finding", async (kind) => {
  const { diagnosis } = await diagnosed(kind, engine.url, "healthy");
  expect(diagnosis.findings).toEqual([]);
  expect(diagnosis.verdict).toBe("no-growth");
  expect(diagnosis.notes.find(({ code }) => code === "restarts")?.message).toMatch(/^3 instances were started anew/);
});

test.each(KINDS)("%s: a gauge is no sum over time: 31.5 MB, not 223.8", async (kind) => {
  for (const sinceMs of [12 * MINUTE, 60 * MINUTE, 6 * 60 * MINUTE, 24 * 60 * MINUTE]) {
    const { diagnosis, reading } = await diagnosed(kind, engine.url, "one", { sinceMs });
    expect(reading.grid.intervalMs).toBe(MINUTE);
    const [finding] = diagnosis.findings;
    expect([sinceMs, finding.last, finding.series.at(-1)]).toEqual([sinceMs, 31_500_000, 31_500_000]);
    expect(Math.max(...diagnosis.snapshots.map(({ inuseSpace }) => inuseSpace!))).toBe(31_500_000);
  }
});
