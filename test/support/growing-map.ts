/**
 * A Go map that only grows, as a heap profile sees it: since Go 1.24 it is made of tables of at most 1,024 slots
 * (internal/runtime/maps), each of which splits into two when 896 are taken. The tables fill at nearly the same time,
 * so the map doubles within a few snapshots, and what is sampled of it is drawn anew: it may as well fall a little.
 */
import type { Snapshot } from "../../src/core/diagnosis/diagnosis.js";
import { heapProfile, normal, sampleChance, siteLine } from "./heap-simulation.js";
import { uniform } from "./random.js";

interface Table {
  readonly entries: number;
  readonly depth: number;
  readonly sampled: boolean;
}

const TABLE_BYTES = 58_368; // 1,024 slots of 56 bytes, and 8 control bytes for 8 slots
const MAX_ENTRIES = 896;
const STEP_MS = 500;
const SITE = "main.main;main.(*counters).count@/growmap/main.go:16";

/** Snapshots at `atMs`, the first after some time of growth, of a map with `perSecond` new entries. */
export function growingMap(perSecond: number, atMs: readonly number[], seed: number): Snapshot[] {
  const random = uniform(seed);
  /** Of `mean` entries that hashes choose among many, how many: Poisson, as good as normal. */
  const about = (mean: number) => mean + Math.sqrt(mean) * normal(random);
  let ever = 0;
  const table = (entries: number, depth: number): Table => {
    const sampled = random() < sampleChance(TABLE_BYTES);
    if (sampled) ever++;
    return { entries, depth, sampled };
  };
  let tables = [table(0, 0)];
  let nowMs = 0;
  return atMs.map((due) => {
    for (; nowMs < due; nowMs += STEP_MS) {
      tables = tables.flatMap(({ entries, depth, sampled }) => {
        const filled = entries + Math.max(0, about((perSecond * STEP_MS) / 1000 / 2 ** depth));
        if (filled <= MAX_ENTRIES) return [{ entries: filled, depth, sampled }];
        const half = about(filled / 2);
        return [table(half, depth + 1), table(filled - half, depth + 1)];
      });
    }
    const alive = tables.filter(({ sampled }) => sampled).length;
    const line = siteLine(SITE, TABLE_BYTES, { ever, alive });
    return { atMs: due, heap: heapProfile(line, due) };
  });
}
