/**
 * The tests' notation for profiles: folded stacks in, drawn trees out.
 *
 *   profileOf(`
 *     main;serve;read 3
 *     main;serve@a.go:7;write@a.go:9 2 40   several values: one per sample type
 *     main;[lib.so];work 1                  a location that only the binary is known of
 *     main;outer>inner 1                    inner was inlined into outer
 *     main;serve 1 {tenant=blue bytes=64}   labels, of text and of numbers
 *   `)
 */
import {
  layOut,
  type FlameLayout,
  type FlameLimits,
  flameOf,
  ROOT_FRAME,
  SMALLER,
} from "../../src/core/views/flame-layout.js";
import { callTreeOf, type CallTree, NO_FRAME } from "../../src/core/views/call-tree.js";
import { type Frames, framesOf, type Granularity, stacksOf } from "../../src/core/profile/frames.js";
import { type Mapping, NO_MAPPING, type Profile, type ValueType } from "../../src/core/profile/profile.js";
import { inverted } from "../../src/core/profile/stack-order.js";
import { weightsOf } from "../../src/core/profile/weights.js";

export interface FoldedOptions {
  readonly sampleTypes?: readonly ValueType[];
}

const COUNT: ValueType = { type: "samples", unit: "count" };

/** A profile of folded stacks, root first; empty lines are left out. */
export function profileOf(folded: string, options: FoldedOptions = {}): Profile {
  const strings = new Rows<string>([""]);
  const functions = new Rows<string>();
  const locations = new Rows<string>();
  const binaries = new Rows<string>();
  const lines = folded.split("\n").filter((line) => line.trim() !== "");
  const parsed = lines.map((line) => {
    const match = /^\s*(.*?)\s+(-?\d+(?:\.\d+)?(?: +-?\d+(?:\.\d+)?)*)(?:\s*\{(.*)\})?\s*$/.exec(line);
    if (!match) throw new Error(`not a folded stack: ${line}`);
    const labels = (match[3] ?? "").split(" ").filter((label) => label !== "");
    const stack = match[1] === "" ? [] : match[1].split(";").map((frame) => locations.row(frame));
    return { stack: stack.reverse(), values: match[2].split(/ +/).map(Number), labels };
  });
  const sampleTypes = options.sampleTypes ?? parsed[0]?.values.map(() => COUNT) ?? [COUNT];

  const lineTable: { fn: number; line: number }[] = [];
  const lineStart = [0];
  const mapping: number[] = [];
  for (const location of locations.all) {
    const binary = /^\[(.*)\]$/.exec(location)?.[1];
    mapping.push(binary === undefined ? NO_MAPPING : binaries.row(binary));
    if (binary === undefined) {
      for (const frame of location.split(">").reverse()) {
        const [name, place = ""] = frame.split("@");
        const [file, line = "0"] = place.split(":");
        lineTable.push({ fn: functions.row(`${name}\0${file}`), line: Number(line) });
      }
    }
    lineStart.push(lineTable.length);
  }
  const labels = parsed.flatMap(({ labels }) =>
    labels.map((label) => {
      const [key, value = ""] = label.split("=");
      const number = /^-?\d+$/.test(value);
      return { key: strings.row(key), string: number ? 0 : strings.row(value), number: number ? Number(value) : 0 };
    }),
  );
  const named = functions.all.map((text) => text.split("\0").map((part) => strings.row(part)));
  const zeros = new Uint32Array(locations.all.length);
  return {
    format: "pprof",
    sampleTypes,
    defaultSampleType: sampleTypes.length - 1,
    samples: {
      count: parsed.length,
      stackStart: starts(parsed.map(({ stack }) => stack.length)),
      stack: Uint32Array.from(parsed.flatMap(({ stack }) => stack)),
      values: Float64Array.from(parsed.flatMap(({ values }) => values)),
      labelStart: starts(parsed.map(({ labels }) => labels.length)),
      labels: {
        count: labels.length,
        key: Uint32Array.from(labels, ({ key }) => key),
        string: Uint32Array.from(labels, ({ string }) => string),
        number: Float64Array.from(labels, ({ number }) => number),
        unit: new Uint32Array(labels.length),
      },
    },
    locations: {
      count: locations.all.length,
      mapping: Int32Array.from(mapping),
      addressLow: zeros,
      addressHigh: zeros,
      isFolded: new Uint8Array(locations.all.length),
      lineStart: Uint32Array.from(lineStart),
      lineFunction: Uint32Array.from(lineTable, ({ fn }) => fn),
      lineNumber: Int32Array.from(lineTable, ({ line }) => line),
      lineColumn: new Int32Array(lineTable.length),
    },
    functions: {
      count: named.length,
      name: Uint32Array.from(named, ([name]) => name),
      systemName: Uint32Array.from(named, ([name]) => name),
      filename: Uint32Array.from(named, ([, file]) => file),
      startLine: new Int32Array(named.length),
    },
    mappings: binaries.all.map(mappingOf),
    strings: { length: strings.all.length, at: (index) => strings.all[index] },
    comments: [],
    dropFrames: "",
    keepFrames: "",
    timeNanos: 0n,
    durationNanos: 0,
    periodType: undefined,
    period: 0,
    docUrl: "",
    warnings: [],
  };
}

/** The whole call tree, drawn: name, total and (self), children indented. */
export function tree(folded: string, { by = "function", turned = false }: { by?: Granularity; turned?: boolean } = {}) {
  const profile = profileOf(folded);
  const frames = framesOf(profile, by);
  const stacks = stacksOf(profile, frames);
  const weights = weightsOf(profile, profile.defaultSampleType);
  return drawTree(frames, callTreeOf(frames, turned ? inverted(stacks) : stacks, weights));
}

function drawTree(frames: Frames, tree: CallTree): string {
  let text = "\n";
  for (let node = 0; node < tree.count; node++) {
    const name = tree.frame[node] === NO_FRAME ? "root" : frames.name[tree.frame[node]];
    text += `${"  ".repeat(tree.depth[node])}${name} ${tree.total[node]} (${tree.self[node]})\n`;
  }
  return text;
}

/** The visible tree of folded stacks, drawn: name, value, and where it lies as left..right. */
export function flame(folded: string, limits: FlameLimits): string {
  const profile = profileOf(folded);
  const frames = framesOf(profile, "function");
  return drawFlame(
    frames,
    layOut(flameOf(frames, stacksOf(profile, frames), weightsOf(profile, profile.defaultSampleType)), limits),
  );
}

export function drawFlame(frames: Frames, layout: FlameLayout): string {
  const children = new Map<number, number[]>();
  for (let row = 1; row < layout.count; row++) {
    children.set(layout.parent[row], [...(children.get(layout.parent[row]) ?? []), row]);
  }
  const nameOf = (row: number) => {
    const frame = layout.frame[row];
    if (frame === SMALLER) return `(${layout.smaller[row]} smaller)`;
    return frame === ROOT_FRAME ? "root" : frames.name[frame];
  };
  let text = "\n";
  const pending = [0];
  for (let row = pending.pop(); row !== undefined; row = pending.pop()) {
    const indent = "  ".repeat(layout.depth[row] - layout.depth[0]);
    const right = layout.left[row] + layout.width[row];
    text += `${indent}${nameOf(row)} ${layout.value[row]} [${layout.left[row]}..${right}]\n`;
    const below = (children.get(row) ?? []).sort((a, b) => layout.left[b] - layout.left[a] || b - a);
    pending.push(...below);
  }
  return text;
}

/** Distinct values in the order of their first use. */
class Rows<T> {
  readonly all: T[];
  readonly #rowOf = new Map<T, number>();

  constructor(first: readonly T[] = []) {
    this.all = [];
    for (const value of first) this.row(value);
  }

  row(value: T): number {
    let row = this.#rowOf.get(value);
    if (row === undefined) {
      row = this.all.push(value) - 1;
      this.#rowOf.set(value, row);
    }
    return row;
  }
}

function starts(lengths: readonly number[]): Uint32Array {
  const start = new Uint32Array(lengths.length + 1);
  for (const [row, length] of lengths.entries()) start[row + 1] = start[row] + length;
  return start;
}

function mappingOf(filename: string): Mapping {
  return {
    start: 0n,
    limit: 0n,
    fileOffset: 0n,
    filename,
    buildId: "",
    hasFunctions: true,
    hasFilenames: true,
    hasLineNumbers: true,
    hasInlineFrames: true,
  };
}
