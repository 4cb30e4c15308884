/** The truth series: gopls, with and without growth. The figures are those measured by an independent prototype. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { gunzip } from "../../../src/capture/gunzip.js";
import { diagnose } from "../../../src/core/diagnosis/diagnose.js";
import { decodeProfile } from "../../../src/core/pprof/decode.js";
import { snapshotsOf } from "../../../src/core/diagnosis/snapshot-matching.js";

const folder = new URL("../../fixtures/gopls-series/", import.meta.url);

function phase(name: string) {
  const files = readdirSync(folder).filter((file) => file.endsWith(`-${name}.heap.pb.gz`));
  const profiles = files.map((file) => decodeProfile(gunzip(readFileSync(new URL(file, folder))).bytes));
  return diagnose(name, snapshotsOf(profiles).snapshots);
}

const codes = (notes: readonly { readonly code: string }[]) => notes.map(({ code }) => code);
const megabytes = (bytes: number) => Number((bytes / 1e6).toFixed(1));

test("steady: caches warm up, nothing is accused", () => {
  const { verdict, findings, notes, snapshots } = phase("steady");
  expect(verdict).toBe("no-growth");
  expect(findings).toEqual([]);
  expect(snapshots).toHaveLength(6);
  expect(codes(notes)).toEqual(["profilers-own", "known-cache"]);
});

test("growth: the growing functions are named, as caches under suspicion", () => {
  const { verdict, findings } = phase("growth");
  expect(verdict).toBe("suspect");
  expect(findings.map(({ function: name, kind, level }) => [level, kind, name.replace(/.*\/internal\//, "")])).toEqual([
    ["suspect", "heap-function", "cache.(*parseCache).startParse.func1"],
    ["suspect", "heap-function", "filecache.Get[go.shape.*uint8]"],
  ]);
  expect(findings.map(({ first, last }) => [megabytes(first), megabytes(last)])).toEqual([
    [3.3, 17.5],
    [1.6, 14.2],
  ]);
  expect(findings[1].stack.map((frame) => frame.function)).toContain(
    "golang.org/x/tools/gopls/internal/cache.(*analysisNode).runCached",
  );
});

test("closed: three snapshots are not enough", () => {
  const { verdict, findings, notes } = phase("closed");
  expect(verdict).toBe("not-enough-data");
  expect(findings).toEqual([]);
  expect(codes(notes)).toContain("few-snapshots");
});
