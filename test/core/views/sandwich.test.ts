import { expect, test } from "vitest";
import { flameOf, layOut } from "../../../src/core/views/flame-layout.js";
import { framesOf, type Stacks, stacksOf } from "../../../src/core/profile/frames.js";
import { withoutRecursion } from "../../../src/core/profile/recursion.js";
import { sandwichOf } from "../../../src/core/views/sandwich.js";
import { valuesAlong } from "../../../src/core/views/values-along.js";
import { weightsOf } from "../../../src/core/profile/weights.js";
import { drawFlame, profileOf } from "../../support/folded.js";

const EVERYTHING = { minShare: 0, maxFrames: 1000 };

function halves(folded: string, name: string): [callers: string, callees: string] {
  const profile = profileOf(folded);
  const frames = framesOf(profile, "function");
  const { callers, callees, weights } = sandwichOf(
    stacksOf(profile, frames),
    weightsOf(profile, 0),
    frames.name.indexOf(name),
  );
  const drawn = (stacks: Stacks) => drawFlame(frames, layOut(flameOf(frames, stacks, weights), EVERYTHING));
  return [drawn(callers), drawn(callees)];
}

test("cuts stacks at the function: callers one way, callees the other", () => {
  const [callers, callees] = halves("main;a;put;alloc 3\nmain;b;put 2\nmain;c 9", "put");
  expect(callers).toBe(`
root 5 [0..5]
  put 5 [0..5]
    a 3 [0..3]
      main 3 [0..3]
    b 2 [3..5]
      main 2 [3..5]
`);
  expect(callees).toBe(`
root 5 [0..5]
  put 5 [0..5]
    alloc 3 [0..3]
`);
});

test("counts recursion once, at the outermost frame", () => {
  const [callers, callees] = halves("main;walk;walk;leaf 4", "walk");
  expect(callers).toContain("walk 4 [0..4]\n    main 4");
  expect(callees).toContain("walk 4 [0..4]\n    walk 4 [0..4]\n      leaf 4");
});

test("keeps both signs of a difference", () => {
  const [, callees] = halves("main;f;grew 5\nmain;f;shrank -2", "f");
  expect(callees).toBe(`
root 3 [0..7]
  f 3 [0..7]
    grew 5 [0..5]
    shrank -2 [5..7]
`);
});

test("folds direct recursion, and nothing else", () => {
  const profile = profileOf("main;walk;walk;visit;walk;walk;walk 2");
  const frames = framesOf(profile, "function");
  const { start, frame } = withoutRecursion(stacksOf(profile, frames));
  expect([...start]).toEqual([0, 4]);
  expect(Array.from(frame, (one) => frames.name[one])).toEqual(["main", "walk", "visit", "walk"]);
});

test("tells the values of one side along the picture of the other", () => {
  const profile = profileOf("main;a 5 1\nmain;b 2 0\nmain;gone 0 4\nmain 1 1");
  const frames = framesOf(profile, "function");
  const stacks = stacksOf(profile, frames);
  const [now, before] = [0, 1].map((type) => flameOf(frames, stacks, weightsOf(profile, type)));
  const layout = layOut(now, EVERYTHING);
  const values = valuesAlong(layout, before, []);
  const rows = Array.from(layout.frame, (frame, row) => `${frames.name[frame] ?? "root"} ${values[row]}`);
  expect(rows).toEqual(["root 6", "main 6", "a 1", "b 0"]);
});

test("a placeholder stands for the rest of its parent on the other side, too", () => {
  const profile = profileOf("main;wide 90 1\nmain;x 1 10\nmain;y 1 20\nmain;gone 0 4");
  const frames = framesOf(profile, "function");
  const stacks = stacksOf(profile, frames);
  const [now, before] = [0, 1].map((type) => flameOf(frames, stacks, weightsOf(profile, type)));
  const layout = layOut(now, { minShare: 0.05, maxFrames: 1000 });
  const values = valuesAlong(layout, before, []);
  expect(Array.from(values)).toEqual([35, 35, 1, 34]);
});

test("what is zoomed to may not be there on the other side", () => {
  const profile = profileOf("main;a 5 0\nmain;b 0 7");
  const frames = framesOf(profile, "function");
  const stacks = stacksOf(profile, frames);
  const [now, before] = [0, 1].map((type) => flameOf(frames, stacks, weightsOf(profile, type)));
  const path = ["main", "a"].map((name) => frames.name.indexOf(name));
  expect(valuesAlong(layOut(now, EVERYTHING), before, path)[0]).toBe(0);
});
