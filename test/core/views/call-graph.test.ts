/** The pruned call graph equals that of `go tool pprof -dot`, and survives what profiles can be. */
import { expect, test } from "vitest";
import { openView } from "../../../src/cli/input/profile-options.js";
import { framesOf, stacksOf } from "../../../src/core/profile/frames.js";
import { weightsOf } from "../../../src/core/profile/weights.js";
import { type CallGraph, callGraphOf, GRAPH_LIMITS, sampleTagsOf } from "../../../src/core/views/call-graph.js";
import { profileOf } from "../../support/folded.js";
import { fixtures, sectionsOf } from "../../support/golden.js";
import { testTerminal } from "../../support/terminal.js";

test.each(sectionsOf("graphs"))("$command", async ({ options, profile: path, text }) => {
  const view = await openView(testTerminal({ cwd: fixtures }), path, {
    ...(options["sample_index"] !== undefined && { sample: options["sample_index"] }),
    ...{ by: "function", label: [], tagroot: [], tagleaf: [] },
  });
  const { profile, frames, weights } = view;
  const limits = { ...GRAPH_LIMITS, maxNodes: Number(options["nodecount"]) };
  const graph = callGraphOf(frames, stacksOf(profile, frames), weights, sampleTagsOf(profile), limits);
  const name = (node: number) => frames.name[graph.frame[node]];
  const nodes = [...graph.frame.keys()].map((node) => `${name(node)} ${graph.flat[node]} ${graph.cum[node]}`);
  const edges = [...graph.from.keys()].map(
    (edge) =>
      `${name(graph.from[edge])} ${graph.isResidual[edge] ? "..." : "->"} ${name(graph.to[edge])} ${graph.weight[edge]}`,
  );
  expect(nodes.sort()).toEqual(dotNodes(text));
  expect(edges.sort()).toEqual(dotEdges(text));
  expect(graph.smallNodes).toBe(Number(/Dropped (\d+) nodes/.exec(text)?.[1] ?? 0));
  // pprof tells none of them where all nodes had room.
  const smallEdges = /Dropped (\d+) edges/.exec(text)?.[1];
  if (smallEdges !== undefined) expect(graph.smallEdges).toBe(Number(smallEdges));
  const heavy = / out of (\d+)/.exec(text)?.[1];
  expect(graph.furtherNodes).toBe(heavy === undefined ? 0 : Number(heavy) - nodes.length);
});

/** "name flat cum" of each box, sorted. */
function dotNodes(text: string): string[] {
  return [...text.matchAll(/^N\d+ \[label="(.*?)" id="node\d+".*? tooltip="(.*?) \((-?\d+)\D*\)"/gm)]
    .map(([, label, name, cum]) => {
      const flat = label.split("\\n").find((line) => /^-?\d+\D* (\(|of )/.test(line)) ?? "";
      return `${name} ${Number.parseInt(flat, 10)} ${cum}`;
    })
    .sort();
}

/** "caller -> callee weight" of each edge between boxes, sorted. */
function dotEdges(text: string): string[] {
  return [...text.matchAll(/^N\d+ -> N\d+ \[.*? tooltip="(.*?) \((-?\d+)\D*\)"/gm)]
    .map(([, ends, weight]) => `${ends} ${weight}`)
    .sort();
}

function graphOf(folded: string, limits = GRAPH_LIMITS): { readonly graph: CallGraph; readonly names: string[] } {
  const profile = profileOf(folded);
  const frames = framesOf(profile, "function");
  const graph = callGraphOf(frames, stacksOf(profile, frames), weightsOf(profile, 0), sampleTagsOf(profile), limits);
  return { graph, names: Array.from(graph.frame, (frame) => frames.name[frame]) };
}

test("what recurs costs and flows once", () => {
  const { graph, names } = graphOf("main;a;b;a;b 7");
  const at = (name: string) => names.indexOf(name);
  expect([...graph.cum]).toEqual([7, 7, 7]);
  expect(graph.flat[at("b")]).toBe(7);
  const edges = [...graph.from.keys()].map((i) =>
    [names[graph.from[i]], names[graph.to[i]], graph.weight[i]].join(" "),
  );
  expect(edges.sort()).toEqual(["a b 7", "b a 7", "main a 7"]);
});

test("a difference has edges of both signs", () => {
  const { graph, names } = graphOf("main;grew 9\nmain;shrank -9\nmain;same 1");
  expect(new Map([...graph.to.keys()].map((i) => [names[graph.to[i]], graph.weight[i]]))).toEqual(
    new Map([
      ["grew", 9],
      ["shrank", -9],
      ["same", 1],
    ]),
  );
});

test("nothing is a graph without boxes", () => expect(graphOf("main 0").names).toEqual([]));

test("100,000 functions are cut down to what can be read", () => {
  const stacks = Array.from({ length: 100_000 }, (_, at) => `main;group${at % 300};leaf${at} ${1 + (at % 7)}`);
  const { graph, names } = graphOf(stacks.join("\n"), { ...GRAPH_LIMITS, minNode: 0.001 });
  expect(names).toContain("main");
  expect(names.length).toBe(80);
  expect(graph.smallNodes).toBe(100_000);
  expect(graph.furtherNodes).toBe(221);
});
