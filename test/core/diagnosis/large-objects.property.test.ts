/**
 * Known truth for objects that are large enough to be counted, and arrays that grow: sizes from 64 kB to 256 MB, 1 to
 * 100 of them, beside 25 honest sites, where the heap grew by a third within 14 snapshots. A seed that fails is a replay.
 */
import { expect, test } from "vitest";
import { diagnose } from "../../../src/core/diagnosis/diagnose.js";
import { type Growth, healthyLarge, type LargeProgram, type Load, runLarge } from "../../support/large-objects.js";
import { uniform } from "../../support/random.js";

const MB = 1024 * 1024;
const SNAPSHOTS = 14;
const PROGRAMS = 120;

/** Programs of every size and count whose heap grew by a third. */
function programs(growth: Growth, honestBytes: number, rate?: number): LargeProgram[] {
  return Array.from({ length: PROGRAMS }, (_, i) => {
    const random = uniform(i * 77 + 82);
    const bytes = Math.round(64 * 1024 * 4096 ** random());
    const count = Math.round(100 ** random());
    return runLarge({ growth, bytes, count, snapshots: SNAPSHOTS, seed: i + 1, ...(rate && { rate }) }, honestBytes);
  }).filter(({ first, last }) => last >= (first * 4) / 3);
}

const isNamed = ({ snapshots }: LargeProgram) =>
  diagnose("test", snapshots).findings.some((finding) => finding.function === "app.(*Archive).keep");

test.each<[Growth]>([["linear"], ["steps"], ["quarter"], ["double"]])(
  "growth of large objects is named in 97%% of programs: %s",
  { timeout: 60_000 },
  (growth) => {
    const all = [4, 40, 200].flatMap((megabytes) => programs(growth, megabytes * MB));
    const found = all.filter(isNamed);
    expect(all.length).toBeGreaterThan(200);
    expect(found.length / all.length).toBeGreaterThanOrEqual(0.97);
  },
);

test("beside a small heap, too, where allocations are recorded finely", { timeout: 60_000 }, () => {
  const all = programs("steps", 4 * MB, 64 * 1024);
  const found = all.filter(isNamed);
  expect(found.length / all.length, `${found.length} of ${all.length}`).toBeGreaterThanOrEqual(0.97);
});

test.each<[string, number, Load]>([
  ["that stay", 8, { load: 0, memory: 0, turnover: 0 }],
  ["that are replaced now and then", 8, { load: 0, memory: 0, turnover: 0.2 }],
  ["that are replaced now and then, long series", 20, { load: 0, memory: 0, turnover: 0.2 }],
  ["that come and go with every request", 8, { load: 0.3, memory: 0, turnover: 1 }],
  ["under load that differs", 14, { load: 0.3, memory: 0, turnover: 0.5 }],
])("healthy programs with large objects %s", (_, snapshots, load) => {
  const alarms = Array.from({ length: 100 }, (_, i) => i + 1).filter(
    (seed) => diagnose("test", healthyLarge(snapshots, seed, load)).verdict !== "no-growth",
  );
  expect(alarms.length, `seeds ${alarms.join()}`).toBeLessThanOrEqual(2); // 0.01 is the chance asked for
});

test("one more object of any size from 1 MB on is found, and so are two", () => {
  for (const megabytes of [1, 4, 16, 64, 256]) {
    for (const count of [1, 2]) {
      const leak = { growth: "linear", bytes: megabytes * MB, count, snapshots: SNAPSHOTS, seed: 3 } as const;
      expect(isNamed(runLarge(leak, 20 * MB)), `${count} of ${megabytes} MB`).toBe(true);
    }
  }
});
