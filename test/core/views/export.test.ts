import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { callTreeOf } from "../../../src/core/views/call-tree.js";
import { foldedStacks } from "../../../src/core/views/export-folded.js";
import { treeJson } from "../../../src/core/views/export-json.js";
import { speedscopeFile } from "../../../src/core/views/export-speedscope.js";
import { flameSvg } from "../../../src/core/views/export-svg.js";
import { flameOf, layOut } from "../../../src/core/views/flame-layout.js";
import { framesOf, type Granularity, stacksOf } from "../../../src/core/profile/frames.js";
import { weightsOf } from "../../../src/core/profile/weights.js";
import { profileOf } from "../../support/folded.js";
import { fixtures } from "../../support/golden.js";
import { uniform } from "../../support/random.js";
import { randomFolded } from "../../support/random-folded.js";

const hostile = `</text><script>alert(1)</script>"'&]]>\u0000\u001b[2J\ud800\u202e;`;

function opened(folded: string, by: Granularity = "function") {
  const profile = profileOf(folded);
  const frames = framesOf(profile, by);
  return { profile, frames, stacks: stacksOf(profile, frames), weights: weightsOf(profile, 0) };
}

function svgOf(folded: string, isDiff = false): string {
  const { frames, stacks, weights } = opened(folded);
  const total = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
  return flameSvg({
    title: hostile,
    frames,
    layout: layOut(flameOf(frames, stacks, weights)),
    unit: "bytes",
    total,
    isDiff,
  });
}

test("folded: equal stacks are one line, and names cannot break the format", () => {
  const { frames, stacks, weights } = opened("main;a 1\nmain;b 2\nmain;a 3\nidle 0");
  expect([...foldedStacks(frames, stacks, weights)].join("")).toBe("main;a 4\nmain;b 2\n");
  const named = { ...frames, name: ["interface { A(); B() }", "line\nbreak", "c"] };
  expect([...foldedStacks(named, stacks, weights)].join("")).toMatch(/^interface { A\(\): B\(\) };line break 4\n/);
});

test("folded by line names the line", () => {
  const { frames, stacks, weights } = opened("main@m.go:3;read@r.go:7 1", "line");
  expect([...foldedStacks(frames, stacks, weights)].join("")).toBe("main m.go:3;read r.go:7 1\n");
});

test.each(Array.from({ length: 50 }, (_, seed) => seed))(
  "folded stacks read back are the same tree (seed %i)",
  (seed) => {
    const { frames, stacks, weights } = opened(randomFolded(uniform(seed), { samples: 40, negative: seed % 2 === 1 }));
    const once = [...foldedStacks(frames, stacks, weights)].join("");
    const again = opened(once);
    expect([...foldedStacks(again.frames, again.stacks, again.weights)].join("")).toBe(once);
  },
);

test("speedscope: valid against its own schema, one profile per sample type", () => {
  const { profile, frames, stacks } = opened("main@m.go:3;a 1 64\nmain;b 0 32");
  const types = [0, 1].map((index) => ({
    sampleType: { type: ["objects", "space"][index], unit: ["count", "bytes"][index] },
    weights: weightsOf(profile, index),
  }));
  const schema = z.fromJSONSchema(
    JSON.parse(readFileSync(join(fixtures, "speedscope/file-format-schema.json"), "utf8")) as never,
  );
  const file: unknown = JSON.parse([...speedscopeFile(hostile, frames, stacks, types, 1)].join(""));
  expect(schema.parse(file)).toMatchObject({
    activeProfileIndex: 1,
    shared: { frames: [{ name: "main", file: "m.go" }, { name: "a" }, { name: "b" }] },
    profiles: [
      { name: "objects", unit: "none", endValue: 1, samples: [[0, 1]], weights: [1] },
      {
        name: "space",
        unit: "bytes",
        endValue: 96,
        samples: [
          [0, 1],
          [0, 2],
        ],
        weights: [64, 32],
      },
    ],
  });
});

test("speedscope: negative values are refused before anything is written", () => {
  const { frames, stacks, weights } = opened("main -1");
  const pieces = speedscopeFile("x", frames, stacks, [{ sampleType: { type: "a", unit: "b" }, weights }], 0);
  expect(() => pieces.next()).toThrow("cannot show negative values");
});

test("json: the call tree as columns", () => {
  const { frames, stacks, weights } = opened("main;a 1\nmain;b 2");
  const text = [...treeJson({ type: "samples", unit: "count" }, 3, frames, callTreeOf(frames, stacks, weights))].join(
    "",
  );
  expect(JSON.parse(text)).toEqual({
    sampleType: { type: "samples", unit: "count" },
    total: 3,
    frames: ["main", "a", "b"].map((name) => ({ name, file: "", line: 0 })),
    tree: { frame: [-1, 0, 2, 1], parent: [0, 0, 1, 1], self: [0, 0, 2, 1], total: [3, 3, 2, 1] },
  });
});

test("svg: hostile names and titles stay text", () => {
  const { profile, frames, stacks, weights } = opened("main;a 1");
  const named = { ...frames, name: [hostile, hostile], file: [hostile, hostile] };
  const layout = layOut(flameOf(frames, stacks, weights));
  const svg = flameSvg({ title: hostile, frames: named, layout, unit: hostile, total: 1, isDiff: false });
  expect(profile.samples.count).toBe(1);
  expect(svg.match(/<script/g)).toHaveLength(1);
  expect(svg.match(/\]\]>/g)).toHaveLength(1);
  expect(svg.includes("&lt;/text&gt;&lt;script&gt;")).toBe(true);
  // eslint-disable-next-line no-control-regex
  expect(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/.test(svg)).toBe(
    false,
  );
});

test("svg: one frame each, with its cost in the tooltip", () => {
  const titles = [...svgOf("main;a 1\nmain;b 3").matchAll(/<g class="f"[^>]*><title>([^<]*)/g)].map(
    (match) => match[1],
  );
  expect(titles).toEqual(["all\n4B (100%)", "main\n4B (100%)", "b\n3B (75.00%), self 3B", "a\n1B (25.00%), self 1B"]);
});

test("svg: a diff says which way", () => {
  const svg = svgOf("main;a 1\nmain;b -3", true);
  expect([...svg.matchAll(/<title>([ab])\n(\S+)/g)].map((match) => `${match[1]} ${match[2]}`)).toEqual([
    "b -3B",
    "a +1B",
  ]);
});
