import { expect, test } from "vitest";
import { foldedStacks } from "../../../src/core/views/export-folded.js";
import { framesOf, stacksOf } from "../../../src/core/profile/frames.js";
import { withoutUninteresting } from "../../../src/core/profile/prune.js";
import { weightsOf } from "../../../src/core/profile/weights.js";
import { profileOf } from "../../support/folded.js";

function left(folded: string, dropFrames: string, keepFrames = ""): string {
  const profile = withoutUninteresting({ ...profileOf(folded), dropFrames, keepFrames });
  const frames = framesOf(profile, "function");
  return [...foldedStacks(frames, stacksOf(profile, frames), weightsOf(profile, 0))].join("").trim();
}

// Each of these is what `go tool pprof -traces` prints for the same profile.
test.each([
  ["drops a frame and what is below it", "main;malloc;sbrk 1", "malloc", "", "main 1"],
  ["only whole names", "main;mallocgc 1", "malloc", "", "main;mallocgc 1"],
  ["one of several", "main;free 1\nmain;calloc;x 2", "malloc|calloc|free", "", "main 3"],
  ["unless it is to be kept", "main;malloc;sbrk 1", "malloc.*|sbrk", "malloc", "main;malloc 1"],
  [
    "at the root nothing is dropped before the first other frame",
    "start;main;malloc;a 1",
    "start|malloc",
    "",
    "start;main 1",
  ],
  ["inside an inlined location", "main;outer>malloc>inner;x 1", "malloc", "", "main;outer 1"],
  ["names lose their arguments", "main;operator new(unsigned long);x 1", "operator new", "", "main 1"],
])("%s", (_, folded, drop, keep, expected) => expect(left(folded, drop, keep)).toBe(expected));

test.each(["(a+)+", "(a|b)*c", ".*.*.*x", "(", "a".repeat(20_000), "(?:x+y?){5,}", "(a*|b)(a*|b)(a*|b)c"])(
  "a pattern that is invalid or could take long is not applied, with a warning: %.20s",
  (dropFrames) => {
    const profile = withoutUninteresting({ ...profileOf("main;aaaa 1"), dropFrames });
    expect([profile.samples.stack.length, profile.warnings.map(({ code }) => code)]).toEqual([2, ["drop-frames"]]);
  },
);
