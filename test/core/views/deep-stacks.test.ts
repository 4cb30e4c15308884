/** A stack 100,000 deep goes through everything that walks stacks or trees: nothing may recurse or spread. */
import { expect, test } from "vitest";
import { callTreeOf } from "../../../src/core/views/call-tree.js";
import { subtract } from "../../../src/core/profile/diff.js";
import { foldedStacks } from "../../../src/core/views/export-folded.js";
import { treeJson } from "../../../src/core/views/export-json.js";
import { speedscopeFile } from "../../../src/core/views/export-speedscope.js";
import { flameSvg } from "../../../src/core/views/export-svg.js";
import { applyFilter } from "../../../src/core/profile/filter.js";
import { flameOf, layOut } from "../../../src/core/views/flame-layout.js";
import { framesOf, stacksOf } from "../../../src/core/profile/frames.js";
import { decodeProfile } from "../../../src/core/pprof/decode.js";
import { encodeProfile } from "../../../src/core/pprof/encode.js";
import { costsOf, peekOf } from "../../../src/core/views/report.js";
import { inverted } from "../../../src/core/profile/stack-order.js";
import { viewedProfile } from "../../../src/core/profile/viewed-profile.js";
import { weightsOf } from "../../../src/core/profile/weights.js";
import { Model } from "../../../webview/worker/model.js";
import type { FlameAnswer, Lens } from "../../../webview/worker/queries.js";
import { profileOf } from "../../support/folded.js";

const DEPTH = 100_000;
const names = Array.from({ length: DEPTH }, (_, level) => `walk${level % 1000}`);
const bytes = encodeProfile(profileOf(`${names.join(";")} 1\n${names.slice(0, -1).join(";")} 2`));
const profile = decodeProfile(bytes);
const frames = framesOf(profile, "function");
const stacks = stacksOf(profile, frames);
const weights = weightsOf(profile, 0);
const sampleType = { type: "samples", unit: "count" };

test.each<[what: string, length: () => number, expected: number]>([
  ["decoding", () => profile.samples.stackStart[1], DEPTH],
  ["call tree", () => callTreeOf(frames, stacks, weights).count, DEPTH + 1],
  ["inverted call tree", () => callTreeOf(frames, inverted(stacks), weights).count, 2 * DEPTH],
  [
    "whole layout",
    () => layOut(flameOf(frames, stacks, weights), { minShare: 0, maxFrames: Infinity }).count,
    DEPTH + 1,
  ],
  ["table", () => costsOf(profile, frames, weights).cum[0], 3],
  ["peek", () => peekOf(profile, frames, weights, (frame) => frame === 0)[0].callers.length, 1],
  ["filter", () => viewedProfile(profile, applyFilter(profile, { hide: /walk1$/ })).samples.stack.length, 199_798 + 1],
  ["difference", () => subtract(profile, profile, { normalize: false }).profile.samples.count, 4],
  ["folded", () => [...foldedStacks(frames, stacks, weights)].join("").split("\n")[0].split(";").length, DEPTH],
  ["json", () => callTreeIn([...treeJson(sampleType, 3, frames, callTreeOf(frames, stacks, weights))]), DEPTH + 1],
  ["speedscope", () => deepestIn([...speedscopeFile("deep", frames, stacks, [{ sampleType, weights }], 0)]), DEPTH],
  ["svg", () => svg().match(/<rect /g)?.length ?? 0, DEPTH + 2],
])("%s", (_, length, expected) => expect(length()).toBe(expected));

test("the viewer's model", async () => {
  const model = new Model(decodeProfile);
  await model.answer({ type: "open", profile: 1, bytes });
  const lens: Lens = { profile: 1, by: "function", chips: [] };
  const ask = { lens, sampleType: 0, side: "change", inverted: false, width: 1400, zoom: [] } as const;
  const { layout } = (await model.answer({ type: "flame", ...ask })) as FlameAnswer;
  expect(layout.count).toBe(1001);
});

function svg(): string {
  const layout = layOut(flameOf(frames, stacks, weights), { minShare: 0, maxFrames: Infinity });
  return flameSvg({ title: "deep", frames, layout, unit: "count", total: 3, isDiff: false });
}

function callTreeIn(pieces: readonly string[]): number {
  return (JSON.parse(pieces.join("")) as { tree: { frame: number[] } }).tree.frame.length;
}

function deepestIn(pieces: readonly string[]): number {
  const file = JSON.parse(pieces.join("")) as { profiles: { samples: number[][] }[] };
  return Math.max(...file.profiles[0].samples.map((stack) => stack.length));
}
