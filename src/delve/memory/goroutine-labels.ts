/**
 * The labels that a program gave its goroutines (runtime/pprof.Do): read once per distinct set.
 *
 * `g.labels` points to a list of pairs of strings since Go 1.24 (runtime/pprof/label.go), and to a map before
 * (`map[string]string`, runtime/map.go).
 */
import type { LabelSet } from "../../core/goroutines/goroutine.js";
import { goString } from "./goroutine-layout.js";
import { CachedMemory, fieldOffsets } from "./memory.js";
import type { Address, PausedProgram } from "../../process/paused-program.js";

const MAX_LABELS = 64;
const MAX_TEXT_LENGTH = 4_096;

/** The label sets at these addresses, ordered by key; those that cannot be read are missing. */
export async function labelSets(
  program: PausedProgram,
  addresses: readonly Address[],
  signal?: AbortSignal,
): Promise<Map<Address, LabelSet>> {
  const sets = new Map<Address, LabelSet>();
  if (addresses.length === 0) return sets;
  const map = await mapLayout(program, signal);
  const memory = new CachedMemory(program);
  const byKey = ([a]: readonly string[], [b]: readonly string[]) => (a < b ? -1 : a > b ? 1 : 0);
  const read = await memory.settleAll(
    addresses,
    (at) => (map === undefined ? labelList(memory, at) : labelMap(memory, memory.u64(at), map)).sort(byKey),
    signal,
  );
  addresses.forEach((address, i) => {
    const set = read[i];
    if (set !== undefined) sets.set(address, set);
  });
  return sets;
}

type Labels = [key: string, value: string][];

function labelList(memory: CachedMemory, at: Address): Labels {
  const first = memory.u64(at);
  const length = Math.min(memory.u64(at + 8), MAX_LABELS);
  return Array.from({ length }, (_, i) => pair(memory, first + i * 32, first + i * 32 + 16));
}

function pair(memory: CachedMemory, key: Address, value: Address): [string, string] {
  return [goString(memory, key, MAX_TEXT_LENGTH), goString(memory, value, MAX_TEXT_LENGTH)];
}

interface MapLayout {
  readonly B: number;
  readonly buckets: number;
  readonly oldbuckets: number;
}

/** Undefined where labels are a list. */
async function mapLayout(program: PausedProgram, signal?: AbortSignal): Promise<MapLayout | undefined> {
  const [list, map] = await Promise.all([
    fieldOffsets(program, "runtime/pprof.labelMap", [], ["LabelSet", "Set"], signal),
    fieldOffsets(program, "runtime.hmap", [], ["B", "buckets", "oldbuckets"], signal),
  ]);
  if (list.LabelSet !== undefined || list.Set !== undefined) return undefined;
  const { B, buckets, oldbuckets } = map;
  if (B === undefined || buckets === undefined || oldbuckets === undefined) return undefined;
  return { B, buckets, oldbuckets };
}

/** A bucket: 8 bytes that say which places are taken, 8 keys, 8 values, the bucket that goes on. */
const PLACES = 8;
const STRING_BYTES = 16;
const VALUES = PLACES + PLACES * STRING_BYTES;
const OVERFLOW = VALUES + PLACES * STRING_BYTES;
const BUCKET_BYTES = OVERFLOW + 8;
/** Below, the byte says why a place is free or where its entry has moved (runtime.minTopHash). */
const MIN_TAKEN = 5;
const MAX_BUCKETS = 64;

function labelMap(memory: CachedMemory, map: Address, layout: MapLayout): Labels {
  if (map === 0) return [];
  const labels: Labels = [];
  const bucketCount = 2 ** Math.min(memory.u8(map + layout.B), 6);
  const old = memory.u64(map + layout.oldbuckets);
  const starts = Array.from({ length: bucketCount }, (_, i) => memory.u64(map + layout.buckets) + i * BUCKET_BYTES);
  if (old !== 0) for (let i = 0; i < bucketCount / 2; i++) starts.push(old + i * BUCKET_BYTES);
  let left = MAX_BUCKETS * 2;
  for (const start of starts) {
    for (let bucket = start; bucket !== 0 && left > 0; bucket = memory.u64(bucket + OVERFLOW), left--) {
      for (let place = 0; place < PLACES && labels.length < MAX_LABELS; place++) {
        if (memory.u8(bucket + place) < MIN_TAKEN) continue;
        const key = bucket + PLACES + place * STRING_BYTES;
        labels.push(pair(memory, key, bucket + VALUES + place * STRING_BYTES));
      }
    }
  }
  return labels;
}
