/**
 * Measures one way from a file to its first picture (visible tree and table) in a process of its own; prints JSON.
 * Run by open.ts. Times are CPU time of the process, all threads; cold is the first call, warm the
 * median of the later half. The peak is what the process grew by for the first call.
 *
 *   ours          gunzip, decode, frames, stacks, visible tree at one pixel, table
 *   usual         gunzip, pprof-format, a tree of Maps, a table of Maps: what most viewers do
 *   speedscope    gunzip, speedscope's importer: decodes and builds its two call trees
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Profile as PeerProfile } from "pprof-format";
import { gunzip } from "../../src/capture/gunzip.js";
import { applyFilter } from "../../src/core/profile/filter.js";
import { flameOf, layOut } from "../../src/core/views/flame-layout.js";
import { framesOf, stacksOf } from "../../src/core/profile/frames.js";
import { isGzip } from "../../src/core/text/gzip.js";
import { decodeProfile } from "../../src/core/pprof/decode.js";
import { costsOfStacks, ranked } from "../../src/core/views/report.js";
import { weightsOf } from "../../src/core/profile/weights.js";
import { READERS } from "./decode-readers.js";

const [way, path] = process.argv.slice(2);
const file = new Uint8Array(readFileSync(path));

interface MapNode {
  readonly self: number[];
  readonly total: number[];
  readonly children: Map<string, MapNode>;
}

/** By function name, inlined calls expanded, all sample types at once, as profile viewers usually do. */
function usual(): number {
  const profile = PeerProfile.decode(isGzip(file) ? gunzipSync(file) : file);
  const { strings } = profile.stringTable;
  const functions = new Map(profile.function.map((fn) => [Number(fn.id), strings[Number(fn.name)]]));
  const locations = new Map(
    profile.location.map(({ id, line }) => [
      Number(id),
      line.map(({ functionId }) => functions.get(Number(functionId)) ?? "").reverse(),
    ]),
  );
  const types = profile.sampleType.length;
  const zeros = () => new Array<number>(types).fill(0);
  const add = (sums: number[], values: readonly number[]) => {
    for (let type = 0; type < types; type++) sums[type] += values[type];
  };
  const root: MapNode = { self: zeros(), total: zeros(), children: new Map() };
  const table = new Map<string, { flat: number[]; cum: number[] }>();
  for (const { locationId, value } of profile.sample) {
    const values = value.map(Number);
    let node = root;
    add(node.total, values);
    const seen = new Set<string>();
    let leaf = "";
    for (let i = locationId.length - 1; i >= 0; i--) {
      for (const name of locations.get(Number(locationId[i])) ?? []) {
        let child = node.children.get(name);
        if (child === undefined) {
          child = { self: zeros(), total: zeros(), children: new Map() };
          node.children.set(name, child);
        }
        add(child.total, values);
        node = child;
        leaf = name;
        let row = table.get(name);
        if (row === undefined) table.set(name, (row = { flat: zeros(), cum: zeros() }));
        if (!seen.has(name)) add(row.cum, values);
        seen.add(name);
      }
    }
    add(node.self, values);
    const row = table.get(leaf);
    if (row !== undefined) add(row.flat, values);
  }
  return [...table].sort(([, a], [, b]) => b.flat[types - 1] - a.flat[types - 1]).length;
}

/** Of the first time. */
let decodeMs = 0;

function decoded() {
  const bytes = isGzip(file) ? gunzip(file).bytes : file;
  const before = process.cpuUsage();
  const profile = decodeProfile(bytes);
  const { user, system } = process.cpuUsage(before);
  decodeMs ||= (user + system) / 1000;
  const frames = framesOf(profile, "function");
  return { profile, frames, stacks: stacksOf(profile, frames), weights: weightsOf(profile, profile.defaultSampleType) };
}

function ours(): number {
  const { frames, stacks, weights } = decoded();
  const rows = ranked(frames, costsOfStacks(frames, stacks, weights), "flat").length;
  return rows + layOut(flameOf(frames, stacks, weights)).count;
}

/** What a switch of the sample type, or a filter, costs once the first picture is there. */
function again(filtered: boolean): () => number {
  const { profile, frames, stacks, weights: first } = decoded();
  ranked(frames, costsOfStacks(frames, stacks, first), "flat");
  layOut(flameOf(frames, stacks, first));
  return () => {
    const kept = filtered ? applyFilter(profile, { focus: /package1\d\./ }).kept : undefined;
    const weights = weightsOf(profile, 0, kept);
    const rows = ranked(frames, costsOfStacks(frames, stacks, weights), "flat").length;
    return rows + layOut(flameOf(frames, stacks, weights)).count;
  };
}

const ways: Readonly<Record<string, () => (() => unknown) | Promise<() => unknown>>> = {
  usual: () => usual,
  ours: () => ours,
  speedscope: async () => {
    const read = await READERS["speedscope"]();
    return () => read(isGzip(file) ? gunzipSync(file) : file);
  },
  switch: () => again(false),
  filter: () => again(true),
};

function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const run = await ways[way]();
const baseline = process.resourceUsage().maxRSS;
const start = performance.now();
const cold = cpuMs(run);
const wall = performance.now() - start;
const peakBytes = (process.resourceUsage().maxRSS - baseline) * 1024;
const runs: number[] = [cold];
const deadline = performance.now() + 3000;
while (runs.length < 4 || performance.now() < deadline) if (runs.push(cpuMs(run)) > 30) break;
const warm = runs.slice(runs.length >> 1).sort((a, b) => a - b);
console.log(JSON.stringify({ cold, wall, warm: warm[warm.length >> 1], peakBytes, decode: decodeMs }));
// speedscope's script goes on doing things that need a page.
process.exit(0);
