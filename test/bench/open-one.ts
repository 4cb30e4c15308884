/**
 * Measures one way from a file to its first picture (visible tree and table) in a process of its own; prints JSON.
 * Run by open.ts. Times are CPU time of the process, all threads; cold is the first call, warm the median of the others.
 *
 *   ours          gunzip, decode, frames, stacks, visible tree at one pixel, table
 *   ours, whole   the same with the whole call tree instead of the visible one
 *   usual         gunzip, pprof-format, a tree of Maps, a table of Maps: what most viewers do
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Profile as PeerProfile } from "pprof-format";
import { gunzip } from "../../src/capture/gunzip.js";
import { callTreeOf } from "../../src/core/call-tree.js";
import { applyFilter } from "../../src/core/filter.js";
import { flameOf, layOut } from "../../src/core/flame-layout.js";
import { framesOf, stacksOf } from "../../src/core/frames.js";
import { isGzip } from "../../src/core/gzip.js";
import { decodeProfile } from "../../src/core/pprof/decode.js";
import { costsOf, ranked } from "../../src/core/report.js";
import { weightsOf } from "../../src/core/weights.js";

const [way, path] = process.argv.slice(2);
const file = new Uint8Array(readFileSync(path));

interface MapNode {
  self: number;
  total: number;
  readonly children: Map<string, MapNode>;
}

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
  const type = profile.sampleType.length - 1;
  const root: MapNode = { self: 0, total: 0, children: new Map() };
  const table = new Map<string, { flat: number; cum: number }>();
  for (const { locationId, value } of profile.sample) {
    const weight = Number(value[type]);
    let node = root;
    node.total += weight;
    const seen = new Set<string>();
    let leaf = "";
    for (let i = locationId.length - 1; i >= 0; i--) {
      for (const name of locations.get(Number(locationId[i])) ?? []) {
        let child = node.children.get(name);
        if (child === undefined) node.children.set(name, (child = { self: 0, total: 0, children: new Map() }));
        child.total += weight;
        node = child;
        leaf = name;
        let row = table.get(name);
        if (row === undefined) table.set(name, (row = { flat: 0, cum: 0 }));
        if (!seen.has(name)) row.cum += weight;
        seen.add(name);
      }
    }
    node.self += weight;
    const row = table.get(leaf);
    if (row !== undefined) row.flat += weight;
  }
  return [...table].sort(([, a], [, b]) => b.flat - a.flat).length;
}

function decoded() {
  const profile = decodeProfile(isGzip(file) ? gunzip(file).bytes : file);
  const frames = framesOf(profile, "function");
  return { profile, frames, stacks: stacksOf(profile, frames), weights: weightsOf(profile, profile.defaultSampleType) };
}

function ours(whole: boolean): number {
  const { profile, frames, stacks, weights } = decoded();
  const rows = ranked(frames, costsOf(profile, frames, weights), "flat").length;
  return rows + (whole ? callTreeOf(frames, stacks, weights) : layOut(flameOf(frames, stacks, weights))).count;
}

/** What a switch of the sample type, or a filter, costs once the profile is open. */
function again(filtered: boolean): () => number {
  const { profile, frames, stacks } = decoded();
  return () => {
    const kept = filtered ? applyFilter(profile, { focus: /alloc|Method1/ }).kept : undefined;
    const weights = weightsOf(profile, 0, kept);
    const rows = ranked(frames, costsOf(profile, frames, weights), "flat").length;
    return rows + layOut(flameOf(frames, stacks, weights)).count;
  };
}

const ways: Readonly<Record<string, () => () => number>> = {
  usual: () => usual,
  ours: () => () => ours(false),
  "ours, whole": () => () => ours(true),
  switch: () => again(false),
  filter: () => again(true),
};

function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const run = ways[way]();
const cold = cpuMs(run);
const peakBytes = process.resourceUsage().maxRSS * 1024;
const runs = Array.from({ length: 6 }, () => cpuMs(run)).sort((a, b) => a - b);
console.log(JSON.stringify({ cold, warm: runs[runs.length >> 1], peakBytes }));
