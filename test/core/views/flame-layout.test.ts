import { expect, test } from "vitest";
import {
  type Flame,
  flameOf,
  type FlameLayout,
  layOut,
  rangeOf,
  SMALLER,
  type StackRange,
} from "../../../src/core/views/flame-layout.js";
import { framesOf, stacksOf } from "../../../src/core/profile/frames.js";
import { weightsOf } from "../../../src/core/profile/weights.js";
import { drawFlame, flame, profileOf } from "../../support/folded.js";
import { uniform } from "../../support/random.js";
import { randomFolded } from "../../support/random-folded.js";

const all = { minShare: 0, maxFrames: 1_000_000 };

test("lays children side by side, widest first, and leaves the rest of a frame to itself", () =>
  expect(flame("main;gc 1\nmain;serve;read 5\nmain 2", all)).toBe(`
root 8 [0..8]
  main 8 [0..8]
    serve 5 [0..5]
      read 5 [0..5]
    gc 1 [5..6]
`));

test("puts what is too narrow into one placeholder per parent", () =>
  expect(flame("main;a 10\nmain;b 1\nmain;c 1\nmain;d 8", { minShare: 0.1, maxFrames: 100 })).toBe(`
root 20 [0..20]
  main 20 [0..20]
    a 10 [0..10]
    d 8 [10..18]
    (2 smaller) 2 [18..20]
`));

test("spends its budget on the widest frames", () =>
  expect(flame("main;a;x 10\nmain;b;y 4\nmain;c 3\nmain;d 2", { minShare: 0, maxFrames: 4 })).toBe(`
root 19 [0..19]
  main 19 [0..19]
    a 10 [0..10]
      x 10 [0..10]
    (3 smaller) 9 [10..19]
`));

test("draws a branch that shrank inside one that grew", () =>
  expect(flame("main;serve;read 5\nmain;serve;write -3", all)).toBe(`
root 2 [0..8]
  main 2 [0..8]
    serve 2 [0..8]
      read 5 [0..5]
      write -3 [5..8]
`));

test("gives no width to what cancels", () =>
  expect(flame("main;read 5\nmain;write 4\nmain;read -5", all)).toBe(
    "\nroot 4 [0..4]\n  main 4 [0..4]\n    write 4 [0..4]\n",
  ));

test("zooms into a row, and into what a placeholder hides", () => {
  const profile = profileOf("main;a;x 10\nmain;b 3\nmain;c;y 2\nmain;c;z 1");
  const frames = framesOf(profile, "function");
  const picture = flameOf(frames, stacksOf(profile, frames), weightsOf(profile, 0));
  const first = layOut(picture, { minShare: 0.2, maxFrames: 100 });
  const rowOf = (name: string) => first.frame.findIndex((frame) => frames.name[frame] === name);
  const main = layOut(picture, all, rangeOf(first, rowOf("main")), first.frame[rowOf("main")]);
  expect(drawFlame(frames, main)).toBe(`
main 16 [0..16]
  a 10 [0..10]
    x 10 [0..10]
  b 3 [10..13]
  c 3 [13..16]
    y 2 [13..15]
    z 1 [15..16]
`);
  const hidden = first.frame.indexOf(SMALLER);
  expect([first.smaller[hidden], first.value[hidden]]).toEqual([2, 6]);
});

test("a layout of nothing is a root without width", () => {
  const profile = profileOf("main 0");
  const frames = framesOf(profile, "function");
  expect(drawFlame(frames, layOut(flameOf(frames, stacksOf(profile, frames), Float64Array.of(0))))).toBe(
    "\nroot 0 [0..0]\n",
  );
});

test("100,000 frames deep, only the budget is drawn", () => {
  const layout = flameLayoutOf(`${new Array(100_000).fill("walk").join(";")} 1`, { minShare: 0, maxFrames: 50 });
  expect([layout.count, layout.smaller[50]]).toEqual([51, 1]);
});

test.each(Array.from({ length: 200 }, (_, seed) => seed))("whatever is left out, sums hold (seed %i)", (seed) => {
  const random = uniform(seed);
  const folded = randomFolded(random, { samples: 60, negative: seed % 2 === 1 });
  const layout = flameLayoutOf(folded, { minShare: random() * 0.2, maxFrames: 1 + Math.floor(random() * 40) });
  const { parent, left, width, value, self, from, to } = layout;
  const children = new Float64Array(layout.count);
  const childWidth = new Float64Array(layout.count);
  const broken: string[] = [];
  for (let row = 1; row < layout.count; row++) {
    const above = parent[row];
    children[above] += value[row];
    childWidth[above] += width[row];
    if (left[row] < left[above] || left[row] + width[row] > left[above] + width[above])
      broken.push(`${row} sticks out`);
    if (from[row] < from[above] || to[row] > to[above]) broken.push(`${row} has samples that its parent has not`);
  }
  for (let row = 0; row < layout.count; row++) {
    if (layout.frame[row] === SMALLER) continue;
    if (children[row] + self[row] !== value[row]) broken.push(`${row} has another value than its parts`);
    if (childWidth[row] + Math.abs(self[row]) !== width[row]) broken.push(`${row} has another width than its parts`);
  }
  expect(broken).toEqual([]);
});

test.each(Array.from({ length: 60 }, (_, seed) => seed))(
  "whatever was looked at before, a zoom shows the same (seed %i)",
  (seed) => {
    const random = uniform(seed);
    const profile = profileOf(randomFolded(random, { samples: 600, negative: seed % 2 === 1, names: 5 }));
    const frames = framesOf(profile, "function");
    const picture = () => flameOf(frames, stacksOf(profile, frames), weightsOf(profile, 0));
    const used = picture();
    const limits = () => ({ minShare: random() * 0.05, maxFrames: 1 + Math.floor(random() * 80) });
    let zoom = { range: used.root, frame: -1 };
    for (let step = 0; step < 12; step++) {
      const now = limits();
      const layout = layOut(used, now, zoom.range, zoom.frame);
      const fresh = picture();
      // Ranges are of one order: a fresh picture has to be led there from its root.
      const path = pathTo(used, zoom.range);
      expect(drawFlame(frames, layout)).toBe(drawFlame(frames, layOut(fresh, now, walk(fresh, path), zoom.frame)));
      const row = Math.floor(random() * layout.count);
      zoom =
        random() < 0.2 || layout.frame[row] === SMALLER
          ? { range: used.root, frame: -1 }
          : { range: rangeOf(layout, row), frame: layout.frame[row] };
    }
    function pathTo(flame: Flame, { from, depth }: StackRange): number[] {
      const stacks = stacksOf(profile, frames);
      const first = stacks.start[flame.samples.order[from]];
      return Array.from(stacks.frame.subarray(first, first + depth));
    }
    function walk(flame: Flame, path: readonly number[]): StackRange {
      return path.reduce((at, frame) => {
        const { count, frame: next, from } = flame.samples.split(at.from, at.to, at.depth);
        const group = next.subarray(0, count).indexOf(frame);
        return { from: from[group], to: from[group + 1], depth: at.depth + 1 };
      }, flame.root);
    }
  },
);

function flameLayoutOf(folded: string, limits: { minShare: number; maxFrames: number }): FlameLayout {
  const profile = profileOf(folded);
  const frames = framesOf(profile, "function");
  return layOut(flameOf(frames, stacksOf(profile, frames), weightsOf(profile, 0)), limits);
}
