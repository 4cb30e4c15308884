import { expect, test } from "vitest";
import { callTreeOf } from "../../../src/core/views/call-tree.js";
import { framesOf, stacksOf } from "../../../src/core/profile/frames.js";
import { tree } from "../../support/folded.js";
import { profileOf } from "../../support/folded.js";

test("shares common prefixes", () =>
  expect(
    tree(`
      main;serve;read 3
      main;gc 1
      main;serve;write 2
    `),
  ).toBe(`
root 6 (0)
  main 6 (0)
    serve 5 (0)
      read 3 (3)
      write 2 (2)
    gc 1 (1)
`));

test("keeps what a frame spends itself apart from its callees", () =>
  expect(tree("main 2\nmain;gc 3\n 4")).toBe(`
root 9 (4)
  main 5 (2)
    gc 3 (3)
`));

test("leaves out samples that weigh nothing", () =>
  expect(tree("main;gc 0\nmain 1")).toBe("\nroot 1 (0)\n  main 1 (1)\n"));

test("expands inlined calls and keeps recursion", () =>
  expect(tree("main;outer>inner;walk;walk 2")).toBe(`
root 2 (0)
  main 2 (0)
    outer 2 (0)
      inner 2 (0)
        walk 2 (0)
          walk 2 (2)
`));

test("merges what has one name at the granularity asked for", () =>
  expect(
    tree("net/http.Serve@a.go:1;net/http.Read@a.go:2 1\nnet/http.Serve@a.go:9;os.Read@b.go:3 2", { by: "package" }),
  ).toBe(`
root 3 (0)
  net/http 3 (0)
    os 2 (2)
    net/http 1 (1)
`));

test("turned over, it answers who calls this", () =>
  expect(tree("main;a;read 3\nmain;b;read 2", { turned: true })).toBe(`
root 5 (0)
  read 5 (0)
    a 3 (0)
      main 3 (3)
    b 2 (0)
      main 2 (2)
`));

test("needs no recursion for a stack 100,000 deep", () => {
  const depth = 100_000;
  const profile = profileOf(`${new Array(depth).fill("walk").join(";")} 1`);
  const frames = framesOf(profile, "function");
  const { count, end, self } = callTreeOf(frames, stacksOf(profile, frames), Float64Array.of(1));
  expect([count, end[0], self[depth]]).toEqual([depth + 1, depth + 1, 1]);
});
