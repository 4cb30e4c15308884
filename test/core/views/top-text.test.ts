import { expect, test } from "vitest";
import { framesOf } from "../../../src/core/profile/frames.js";
import { costsOf } from "../../../src/core/views/report.js";
import { topText } from "../../../src/core/views/top-text.js";
import { weightsOf } from "../../../src/core/profile/weights.js";
import { profileOf } from "../../support/folded.js";

function top(folded: string, notes: readonly string[] = []) {
  const profile = profileOf(folded);
  const frames = framesOf(profile, "function");
  const costs = costsOf(profile, frames, weightsOf(profile, 0));
  return {
    title: "heap.pb.gz: inuse_space",
    notes,
    frames,
    costs,
    unit: "bytes",
    total: 4096,
    sort: "flat",
    limit: 10,
  } as const;
}

test("aligns text", () =>
  expect(topText(top("main.main;main.put 3072\nmain.main 1024", ["focus: put"]), false)).toBe(
    `heap.pb.gz: inuse_space, total 4kB
focus: put
flat   flat%  cum    cum%  function
 3kB  75.00%  3kB  75.00%  main.put
 1kB  25.00%  4kB    100%  main.main
`,
  ));

test("writes a Markdown table in which no name is markup", () => {
  const text = topText(top("<img|onerror=`x` 4096", ["*bold*"]), true);
  expect(text).toBe(
    "**heap.pb.gz: inuse\\_space** (total 4kB)\n\n- \\*bold\\*\n\n" +
      "| flat | flat% | cum | cum% | function |\n| ---: | ---: | ---: | ---: | --- |\n" +
      "| 4kB | 100% | 4kB | 100% | `` <img\\|onerror=`x` `` |\n",
  );
});
