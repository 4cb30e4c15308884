/**
 * Known truth, hundreds of seeds: what may be found in programs that leak, and nothing in programs that do not.
 * The rates are those that the report of the statistics states; a seed that fails is a replay.
 */
import { expect, test } from "vitest";
import { diagnose, isUndecided } from "../../../../src/core/diagnosis/diagnose.js";
import type { Diagnosis } from "../../../../src/core/diagnosis/diagnosis.js";
import { growingMap } from "../../../support/growing-map.js";
import { healthySites, runProgram, type Site } from "../../../support/heap-simulation.js";

const MB = 1024 * 1024;
const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

function planted(live: Site["live"], seed: number, snapshots: number, turnover = 0, objectBytes = 1024): Diagnosis {
  const site: Site = {
    stack: "main.main;main.serve;app.(*Server).handle3;app.(*Cache).put@/src/cache.go:42",
    objectBytes,
    live,
    turnover,
  };
  return diagnose("test", runProgram({ sites: [...healthySites(25, seed), site], snapshots, seed: seed * 104_729 }));
}

const named = ({ findings }: Diagnosis) => findings.filter((finding) => finding.function === "app.(*Cache).put");
const isConfirmed = (diagnosis: Diagnosis) => named(diagnosis).some(({ level }) => level === "confirmed");
const percentOf = (count: number, found: (seed: number) => boolean) =>
  (100 * seeds(count).filter((seed) => found(seed)).length) / count;

test.each([
  ["memory that stays", 0, 8],
  ["memory that is replaced slowly", 0.2, 8],
  ["memory that is replaced slowly, long series", 0.2, 20],
  ["memory that is replaced between any two snapshots", 1, 6],
  ["memory that is replaced between any two snapshots", 1, 8],
])("healthy programs: %s (turnover %d, %d snapshots)", (_, turnover, snapshots) => {
  const alarms = seeds(100).filter((seed) => {
    const sites = healthySites(40, seed, turnover);
    return diagnose("test", runProgram({ sites, snapshots, seed: seed * 7919 })).verdict !== "no-growth";
  });
  expect(alarms.length, `seeds ${alarms.join()}`).toBeLessThanOrEqual(2); // 0.01 is the chance asked for
});

test("healthy programs under load that differs by 5% are never called leaking", () => {
  const alarms = seeds(100).filter((seed) => {
    const sites = healthySites(40, seed, undefined, 0.05);
    return diagnose("test", runProgram({ sites, snapshots: 8, seed: seed * 7919 })).verdict === "leak";
  });
  expect(alarms.length, `seeds ${alarms.join()}`).toBeLessThanOrEqual(2);
});

test.each([
  [2, 8, 90],
  [4, 6, 97],
  [8, 5, 99],
])("a leak of %d MB a snapshot is named, and confirmed, after %d snapshots in %d%% of programs", (rate, n, percent) => {
  const leak = (i: number) => rate * MB * (i + 1);
  expect(percentOf(60, (seed) => isConfirmed(planted(leak, seed, n)))).toBeGreaterThanOrEqual(percent);
});

/** Bytes of a map that gets as many entries from one snapshot to the next as another one; it began before the first. */
const mapBytes = (at: number, seed: number) => MB * 2 ** Math.ceil(Math.log2((at + 1) * (1 + (seed % 20) / 20)));

test.each([
  [10, 60, 0],
  [14, 90, 20],
  [20, 95, 80],
])(
  "a map that only grows is named after %d snapshots in %d%% of programs, and confirmed in %d%%",
  (n, percent, sure) => {
    const programs = seeds(60).map((seed) => planted((i) => mapBytes(i, seed), seed, n, 0, 60_000));
    const part = (of: readonly Diagnosis[]) => (100 * of.length) / programs.length;
    expect(part(programs.filter((found) => named(found).length > 0))).toBeGreaterThanOrEqual(percent);
    expect(part(programs.filter(isConfirmed))).toBeGreaterThanOrEqual(sure);
  },
);

test("a Go map that only grows is found at whatever pace, if those that are undecided are sampled for longer", () => {
  const times = [
    ...Array.from({ length: 14 }, (_, i) => 4 + 4 * i),
    ...Array.from({ length: 7 }, (_, i) => 64 + 8 * i),
  ];
  const found = percentOf(100, (seed) => {
    const snapshots = growingMap(
      2500 * 6 ** (seed / 100),
      times.map((seconds) => seconds * 1000),
      seed,
    );
    const first = diagnose("test", snapshots.slice(0, 14));
    return (isUndecided(first) ? diagnose("test", snapshots) : first).verdict === "leak";
  });
  expect(found).toBeGreaterThanOrEqual(95);
});

test("a map that filled up in a third of the time is never called leaking", () => {
  const filled = (i: number, n: number, seed: number) => mapBytes(Math.min(i, Math.floor(n / 3)), seed);
  expect(percentOf(60, (seed) => isConfirmed(planted((i, n) => filled(i, n, seed), seed, 18, 0, 60_000)))).toBe(0);
});

test("a leak of 2 MB a snapshot is seen on top of 200 MB that stay", () => {
  const leak = (i: number) => (200 + 2 * i) * MB;
  expect(percentOf(60, (seed) => isConfirmed(planted(leak, seed, 8)))).toBeGreaterThanOrEqual(90);
});

test("where a leak is found nothing else is", () => {
  const others = seeds(60).filter((seed) => {
    const diagnosis = planted((i) => 4 * MB * (i + 1), seed, 8);
    return diagnosis.findings.length > named(diagnosis).length;
  });
  expect(others.length, `seeds ${others.join()}`).toBeLessThanOrEqual(3);
});

test.each<[string, Site["live"], number, number]>([
  ["a cache that fills in half the time and stays", (i, n) => 20 * MB * Math.min(1, (i + 1) / (n / 2)), 0, 12],
  ["a program that warms up", (i) => 30 * MB * Math.min(1, (i + 1) / 3), 0, 12],
  ["a buffer loaded late", (i) => (i >= 5 ? 20 : 5) * MB, 0, 8],
  ["a sawtooth of three", (i) => 5 * MB * (1 + (i % 3)), 1, 12],
  ["a sawtooth of five", (i) => 5 * MB * (1 + (i % 5)), 1, 12],
])("%s is never a finding", (_, live, turnover, snapshots) => {
  expect(percentOf(50, (seed) => named(planted(live, seed, snapshots, turnover)).length > 0)).toBeLessThanOrEqual(2);
});

test.each<[string, Site["live"], number, number]>([
  ["a cache that approaches its limit", (i, n) => 20 * MB * (1 - Math.exp(-(i + 1) / (n / 4))), 0, 10],
  ["a full cache whose entries are replaced", (i, n) => 20 * MB * Math.min(1, (i + 1) / (n / 2)), 0.5, 20],
])("%s is at most a suspect", (_, live, turnover, percent) => {
  expect(percentOf(50, (seed) => isConfirmed(planted(live, seed, 12, turnover)))).toBeLessThanOrEqual(percent);
});
