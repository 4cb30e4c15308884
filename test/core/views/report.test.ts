/** Tables against a model that is too simple to be wrong: stacks as arrays of names, sets per sample. */
import { describe, expect, test } from "vitest";
import { callTreeOf, NO_FRAME } from "../../../src/core/views/call-tree.js";
import { framesOf, stacksOf } from "../../../src/core/profile/frames.js";
import type { Profile } from "../../../src/core/profile/profile.js";
import { costsOf, costsOfStacks, listOf, peekOf, ranked } from "../../../src/core/views/report.js";
import { weightsOf } from "../../../src/core/profile/weights.js";
import { profileOf } from "../../support/folded.js";
import { uniform } from "../../support/random.js";
import { randomFolded } from "../../support/random-folded.js";

const top = (folded: string, by: "flat" | "cum" = "flat") => {
  const profile = profileOf(folded);
  const frames = framesOf(profile, "function");
  const costs = costsOf(profile, frames, weightsOf(profile, 0));
  return ranked(frames, costs, by).map((frame) => `${frames.name[frame]} ${costs.flat[frame]} ${costs.cum[frame]}`);
};

test("counts recursion once in cum", () => expect(top("main;walk;walk;walk 3")).toEqual(["walk 3 3", "main 0 3"]));
test("ranks changes by their size", () =>
  expect(top("main;a 2\nmain;b -5")).toEqual(["b -5 -5", "a 2 2", "main 0 -3"]));
test("ranks by cum when asked", () => expect(top("main;a 2", "cum")).toEqual(["a 2 2", "main 0 2"]));
test("leaves out what costs nothing", () => expect(top("main;a 2\nidle 0")).toEqual(["a 2 2", "main 0 2"]));

test("peek tells callers and callees, each call once per stack, and no call of a function to itself", () => {
  const profile = profileOf("main;a;b;a;b 2\nmain;a;a;c 3");
  const frames = framesOf(profile, "function");
  const [peek] = peekOf(profile, frames, weightsOf(profile, 0), (frame) => frames.name[frame] === "a");
  const told = (side: typeof peek.callers) => side.map(({ frame, value }) => `${frames.name[frame]} ${value}`);
  expect([peek.flat, peek.cum, told(peek.callers), told(peek.callees)]).toEqual([
    0,
    5,
    ["main 5", "b 2"],
    ["c 3", "b 2"],
  ]);
});

test.each(Array.from({ length: 50 }, (_, seed) => seed))("stacks cost what their locations cost (seed %i)", (seed) => {
  const profile = profileOf(randomFolded(uniform(seed), { samples: 20, negative: seed % 2 === 1 }));
  const frames = framesOf(profile, "function");
  const weights = weightsOf(profile, 0);
  expect(costsOfStacks(frames, stacksOf(profile, frames), weights)).toEqual(costsOf(profile, frames, weights));
});

test("list tells costs by source line, one row per function on it", () => {
  const profile = profileOf("main@m.go:3;work@w.go:7 2\nmain@m.go:3;work.func1@w.go:7 1\nmain@m.go:4 5");
  const frames = framesOf(profile, "line");
  const files = listOf(frames, costsOf(profile, frames, weightsOf(profile, 0)), () => true);
  expect(
    files.map(({ file, lines }) => [file, ...lines.map((row) => `${row.line} ${row.function} ${row.flat} ${row.cum}`)]),
  ).toEqual([
    ["m.go", "3 main 0 3", "4 main 5 5"],
    ["w.go", "7 work 2 2", "7 work.func1 1 1"],
  ]);
});

describe.each(["function", "file", "line", "package"] as const)(
  "by %s, a random program agrees with the model",
  (by) => {
    test.each(Array.from({ length: 50 }, (_, seed) => seed))("seed %i", (seed) => {
      const random = uniform(seed);
      const profile = profileOf(randomFolded(random, { samples: 40, negative: seed % 3 === 0, names: 4 }));
      const frames = framesOf(profile, by);
      const weights = weightsOf(profile, 0);
      const { flat, cum } = costsOf(profile, frames, weights);
      const names = Array.from(
        { length: frames.count },
        (_, f) => `${frames.name[f]}|${frames.file[f]}|${by === "line" ? frames.line[f] : ""}`,
      );
      const model = modelOf(profile, by);
      expect(
        Object.fromEntries(names.map((name, f) => [by === "function" ? frames.name[f] : name, [flat[f], cum[f]]])),
      ).toEqual(model.costs);
      const tree = callTreeOf(frames, stacksOf(profile, frames), weights);
      const paths: Record<string, number[]> = {};
      for (let node = 0; node < tree.count; node++) {
        const path: string[] = [];
        for (let at = node; tree.frame[at] !== NO_FRAME; at = tree.parent[at]) {
          const f = tree.frame[at];
          path.unshift(by === "function" ? frames.name[f] : names[f]);
        }
        paths[path.join(";")] = [tree.self[node], tree.total[node]];
      }
      expect(paths).toEqual(model.tree);
    });
  },
);

/** Every name as the key of a table, every path as the key of the tree. */
function modelOf(profile: Profile, by: "function" | "file" | "line" | "package") {
  const { samples, locations, functions, strings, mappings } = profile;
  const costs: Record<string, number[]> = {};
  const tree: Record<string, number[]> = { "": [0, 0] };
  const nameOf = (fn: number, line: number) => {
    const name = strings.at(functions.name[fn]);
    const file = strings.at(functions.filename[fn]);
    return { function: name, file: `${file}|${file}|`, line: `${name}|${file}|${line}`, package: `${name}||` }[by];
  };
  for (let location = 0; location < locations.count; location++)
    framesAt(location).forEach((name) => (costs[name] ??= [0, 0]));
  function framesAt(location: number): string[] {
    const rows: string[] = [];
    for (let row = locations.lineStart[location]; row < locations.lineStart[location + 1]; row++) {
      rows.push(nameOf(locations.lineFunction[row], locations.lineNumber[row]));
    }
    const binary = `[${mappings[locations.mapping[location]]?.filename}]`;
    return rows.length > 0 ? rows : [by === "function" ? binary : `${binary}||${by === "line" ? 0 : ""}`];
  }
  for (let sample = 0; sample < samples.count; sample++) {
    const value = samples.values[sample];
    const leafFirst = [...samples.stack.subarray(samples.stackStart[sample], samples.stackStart[sample + 1])].flatMap(
      framesAt,
    );
    if (value === 0) continue;
    costs[leafFirst[0]][0] += value;
    for (const name of new Set(leafFirst)) costs[name][1] += value;
    const path = leafFirst.toReversed();
    for (let depth = 0; depth <= path.length; depth++) {
      const node = (tree[path.slice(0, depth).join(";")] ??= [0, 0]);
      node[1] += value;
      if (depth === path.length) node[0] += value;
    }
  }
  return { costs, tree };
}
