/** Findings told with who holds what they say was allocated. */
import { expect, test } from "vitest";
import type { Diagnosis, Finding } from "../../../src/core/diagnosis/diagnosis.js";
import { withHolders } from "../../../src/core/diagnosis/held-findings.js";
import type { HoldersJson } from "../../../src/core/heap/holders-json.js";

const MB = 1_048_576;
const put = { function: "main.put", file: "/src/cache.go", line: 41 };
const clone = { function: "bytes.Clone", file: "/go/bytes.go", line: 9 };

function finding(change: Partial<Finding> = {}): Finding {
  const numbers = { first: 1, last: 2, slopePerMinute: 1, z: 3, dz: 9, share: 1, series: [1, 2] };
  const words = { explanation: "It grows.", advice: "Follow it.", evidence: ["Seen."] };
  const place = { ...put, stack: [clone, put] };
  return {
    kind: "heap-stack",
    level: "confirmed",
    sampleType: "inuse_space",
    ...place,
    ...numbers,
    ...words,
    ...change,
  };
}

const diagnosis = (one: Finding): Diagnosis => ({
  ...{ target: "t", snapshots: [], verdict: "leak", notes: [] },
  findings: [one],
});

function reading(sites: HoldersJson["sites"], holders: HoldersJson["holders"] = []): HoldersJson {
  const about = { target: "t", goVersion: "go1.26", pauseMs: 1, warnings: [] };
  return { ...about, heap: { bytes: 100 * MB, objects: 10 }, sites, holders };
}

const pile = (name: string, megabytes: number) => ({
  ...{ name, type: "map[string][]uint8", share: 1, retainedObjects: 7 },
  retainedBytes: megabytes * MB,
});

test("what piles up in a map is held by it, by how much it grew, and the advice is about maps", () => {
  const now = reading([{ ...clone, bytes: 20 * MB, holders: [], pile: pile("main.run.server.cache.entries", 30) }]);
  const before = reading([{ ...clone, bytes: 2 * MB, holders: [], pile: pile("main.run.cache.entries", 10) }]);
  const [told] = withHolders(diagnosis(finding()), now, before).findings;
  expect(told.holders).toEqual([{ name: "main.run.server.cache.entries", share: 1, grewBytes: 20 * MB }]);
  expect(told.evidence).toEqual([
    "Held by `main.run.server.cache.entries` (map[string][]uint8), which keeps 30MB in 7 objects alive, 20MB more than at the first snapshot.",
    "Seen.",
  ]);
  expect(told.advice).toBe("If it only ever grows: delete entries that are not needed, or bound it.");
});

test("several places that pile up nowhere are held by their holders, each with its share", () => {
  const holder = (name: string): HoldersJson["holders"][number] => ({
    ...{ name, kind: "global", type: "*main.node", path: [], share: 0.5, allocatedAt: [] },
    ...{ retainedBytes: 5 * MB, retainedObjects: 3 },
  });
  const holders = [
    { name: "main.a", share: 0.75 },
    { name: "main.b", share: 0.25 },
  ];
  const now = reading([{ ...put, bytes: 8 * MB, holders }], [holder("main.a"), holder("main.b")]);
  const [told] = withHolders(diagnosis(finding()), now).findings;
  expect(told.holders).toEqual(holders);
  expect(told.evidence?.[0]).toBe("75.00% of it is held by `main.a` (*main.node), which keeps 5MB in 3 objects alive.");
  expect(told.advice).toBe("Follow it.");
});

test.each([
  ["goroutines", finding({ kind: "goroutine" })],
  ["a place that was not sampled", finding({ function: "main.other", line: 1, stack: [] })],
])("%s are told as before", (_, one) => {
  const now = reading([{ ...put, bytes: MB, holders: [], pile: pile("main.x.y", 1) }]);
  expect(withHolders(diagnosis(one), now).findings).toEqual([one]);
});
