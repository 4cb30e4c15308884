/** Recorded series of programs that leak in few large objects: no count rises, only bytes do. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { gunzip } from "../../../src/capture/gunzip.js";
import { diagnose } from "../../../src/core/diagnosis/diagnose.js";
import { snapshotsOf } from "../../../src/core/diagnosis/snapshot-matching.js";
import { decodeProfile } from "../../../src/core/pprof/decode.js";

function recorded(name: string) {
  const folder = new URL(`../../fixtures/recorded-series/${name}/`, import.meta.url);
  const profiles = readdirSync(folder).map((file) => decodeProfile(gunzip(readFileSync(new URL(file, folder))).bytes));
  return diagnose(name, snapshotsOf(profiles).snapshots);
}

test("one slice that append grows is a leak at its line", () => {
  const { verdict, findings } = recorded("one-slice-grows");
  expect(verdict).toBe("leak");
  expect(findings.map(({ level, function: name, line, share }) => [level, name, line, Math.round(share)])).toEqual([
    ["confirmed", "main.record", 22, 1],
  ]);
});
