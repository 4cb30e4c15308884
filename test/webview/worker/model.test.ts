import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { decodeProfile } from "../../../src/core/pprof/decode.js";
import { Model } from "../../../webview/worker/model.js";
import type { AnswerTo, Lens, Questions, TableSort } from "../../../webview/worker/queries.js";
import { profileOf } from "../../support/folded.js";

const lens: Lens = { profile: 0, by: "function", chips: [] };
const view = { lens, sampleType: 0 };
const across = { ...view, side: "change" } as const;

async function modelOf(folded: string): Promise<Model> {
  const model = new Model(() => profileOf(folded));
  await model.answer({ type: "open", profile: 0, bytes: new Uint8Array() });
  return model;
}

async function opened(folded: string) {
  const model = new Model(() => profileOf(folded));
  await model.answer({ type: "open", profile: 0, bytes: new Uint8Array() });
  const { names } = (await model.answer({ type: "lens", lens })) as AnswerTo<"lens">;
  const flame = async (zoom: readonly string[], inverted = false, width = 1000) => {
    const frames = zoom.map((name) => ({ frame: names.indexOf(name) }));
    return (await model.answer({ type: "flame", ...across, inverted, width, zoom: frames })) as AnswerTo<"flame">;
  };
  const drawn = ({ layout }: AnswerTo<"flame">) =>
    Array.from(
      layout.frame,
      (frame, row) => `${frame >= 0 ? names[frame] : frame === -1 ? "root" : "smaller"} ${layout.value[row]}`,
    );
  return { model, names, flame, drawn };
}

const SHOP = `
  main;serve;read 3
  main;serve;write 2
  main;gc 1
`;

test("lays out the whole, and a zoomed stack found by name", async () => {
  const { flame, drawn } = await opened(SHOP);
  expect(drawn(await flame([]))).toEqual(["root 6", "main 6", "serve 5", "read 3", "write 2", "gc 1"]);
  expect(drawn(await flame(["main", "serve"]))).toEqual(["serve 5", "read 3", "write 2"]);
});

test("zooms as far as the picture has the stack", async () => {
  const { flame, names } = await opened(SHOP);
  const { zoom } = await flame(["main", "gc", "read"]);
  expect(zoom.map(({ frame }) => names[frame])).toEqual(["main", "gc"]);
});

test("zooms by the range of an earlier answer", async () => {
  const { flame, drawn, model } = await opened(SHOP);
  const { zoom } = await flame(["main", "serve"]);
  const again = await model.answer({ type: "flame", ...across, inverted: false, width: 1000, zoom });
  expect(drawn(again as AnswerTo<"flame">)).toEqual(["serve 5", "read 3", "write 2"]);
});

test("turns stacks over", async () => {
  const { flame, drawn } = await opened(SHOP);
  expect(drawn(await flame(["read"], true))).toEqual(["read 3", "serve 3", "main 3"]);
});

test("draws nothing narrower than a pixel", async () => {
  const { flame, drawn } = await opened("main;wide 999\nmain;thin 1\nmain;thinner 1");
  expect(drawn(await flame([], false, 100))).toEqual(["root 1001", "main 1001", "wide 999", "smaller 2"]);
});

test.each<[TableSort, boolean, string, string[]]>([
  ["flat", true, "", ["read", "write", "gc", "main", "serve"]],
  ["cum", true, "", ["main", "serve", "read", "write", "gc"]],
  ["cum", false, "", ["gc", "write", "read", "serve", "main"]],
  ["name", false, "", ["gc", "main", "read", "serve", "write"]],
  ["flat", true, "R.A|^w", ["write"]],
  ["flat", true, "r.a|^W", ["read"]],
  ["flat", true, "r.a|^w", ["read", "write"]],
])("sorts by %s (descending %s) what matches %j", async (sort, descending, filter, expected) => {
  const { model, names } = await opened(SHOP);
  const { order } = (await model.answer({ type: "table", ...view, sort, descending, filter })) as AnswerTo<"table">;
  expect(Array.from(order, (frame) => names[frame])).toEqual(expected);
});

test.each([
  ["serve", { functions: 1, sum: 5, total: 6 }],
  ["a", { functions: 2, sum: 6, total: 6 }],
  ["SERVE", { functions: 0, sum: 0, total: 6 }],
  ["(?i)SERVE", { functions: 1, sum: 5, total: 6 }],
])("counts each sample that %j matches once", async (pattern, expected) => {
  const model = await modelOf(SHOP);
  expect(await model.answer({ type: "search", ...across, pattern })).toMatchObject(expected);
});

test("counts recursion once", async () => {
  const model = await modelOf("main;walk;walk;walk 5");
  expect(await model.answer({ type: "search", ...across, pattern: "walk" })).toMatchObject({ functions: 1, sum: 5 });
});

test("refuses what is not a regular expression", async () => {
  const model = await modelOf(SHOP);
  await expect(model.answer({ type: "search", ...across, pattern: "(" })).rejects.toThrow(
    "is not a regular expression",
  );
});

test.each<[string, Questions["place"]["ask"]["range"], number]>([
  ["serve", undefined, 9],
  ["main", undefined, 3],
])("the hottest line of %s", async (name, range, line) => {
  const { model, names } = await opened("main@m.go:3;serve@m.go:7;read 1\nmain@m.go:3;serve@m.go:9;read 2");
  const place = await model.answer({ type: "place", ...across, inverted: false, frame: names.indexOf(name), range });
  expect(place).toMatchObject({ function: name, file: "m.go", line, inlined: 0 });
});

test("the hottest line below a frame, not in the whole profile", async () => {
  const { model, names, flame } = await opened("main;a;serve@m.go:7 1\nmain;b;serve@m.go:9 2");
  const { zoom } = await flame(["main", "a", "serve"]);
  const { frame, range } = zoom[2];
  expect(names[frame]).toBe("serve");
  expect(await model.answer({ type: "place", ...across, inverted: false, frame, range })).toMatchObject({ line: 7 });
});

test("a profile that is not open is refused", async () => {
  const model = await modelOf(SHOP);
  await expect(
    model.answer({ type: "search", ...across, lens: { ...lens, profile: 7 }, pattern: "a" }),
  ).rejects.toThrow("not open");
});

async function modelOfSeveral(...folded: readonly string[]) {
  const profiles = folded.map((one) => profileOf(one));
  const model = new Model((bytes) => profiles[bytes[0]]);
  for (const number of profiles.keys()) {
    await model.answer({ type: "open", profile: number, bytes: Uint8Array.of(number) });
  }
  const seen = async (given: Lens) => ((await model.answer({ type: "lens", lens: given })) as AnswerTo<"lens">).names;
  const table = async (given: Lens) => {
    const names = await seen(given);
    const ask = { lens: given, sampleType: 0, sort: "cum", descending: true, filter: "" } as const;
    const { order, cum, before } = (await model.answer({ type: "table", ...ask })) as AnswerTo<"table">;
    return Array.from(order, (frame) => [names[frame], cum[frame], ...(before ? [before.cum[frame]] : [])].join(" "));
  };
  const flame = async (given: Lens, side: "change" | "now" | "before", zoom: readonly string[] = []) => {
    const names = await seen(given);
    const steps = zoom.map((name) => ({ frame: names.indexOf(name) }));
    const ask = { lens: given, sampleType: 0, side, inverted: false, width: 1000, zoom: steps };
    const { layout, delta } = (await model.answer({ type: "flame", ...ask })) as AnswerTo<"flame">;
    return Array.from(layout.frame, (frame, row) =>
      [names[frame] ?? "root", layout.width[row], delta?.[row] ?? ""].join(" "),
    );
  };
  return { model, table, flame, seen };
}

test("a difference: what grew, what shrank, and what it was", async () => {
  const { table, flame } = await modelOfSeveral("main;grew 5\nmain;shrank 1", "main;grew 2\nmain;shrank 4");
  const diff: Lens = { ...lens, base: 1 };
  expect(await table(diff)).toEqual(["grew 3 2", "shrank -3 4"]);
  expect(await flame(diff, "change")).toEqual(["root 6 0", "main 6 0", "grew 3 3", "shrank 3 -3"]);
  expect(await flame(diff, "now")).toEqual(["root 6 0", "main 6 0", "grew 5 3", "shrank 1 -3"]);
  expect(await flame(diff, "before")).toEqual(["root 6 0", "main 6 0", "shrank 4 -3", "grew 2 3"]);
  expect(await flame(diff, "now", ["main", "grew"])).toEqual(["grew 5 3"]);
});

test.each<[Lens["chips"], string[]]>([
  [[{ kind: "focus", pattern: "serve" }], ["main 5", "serve 5", "read 3", "write 2"]],
  [
    [
      { kind: "focus", pattern: "serve" },
      { kind: "focus", pattern: "read" },
    ],
    ["read 3", "main 3", "serve 3"],
  ],
  [
    [
      { kind: "ignore", pattern: "read" },
      { kind: "ignore", pattern: "^gc$" },
    ],
    ["write 2", "main 2", "serve 2"],
  ],
  [
    [
      { kind: "hide", pattern: "serve" },
      { kind: "hide", pattern: "main" },
    ],
    ["read 3", "write 2", "gc 1"],
  ],
])("chips %j", async (chips, expected) => {
  const { table } = await modelOfSeveral(SHOP);
  expect(await table({ ...lens, chips })).toEqual(expected);
});

test("says which chips match nothing", async () => {
  const { model } = await modelOfSeveral(SHOP);
  const chips: Lens["chips"] = [
    { kind: "focus", pattern: "serve" },
    { kind: "focus", pattern: "nothing" },
    { kind: "hide", pattern: "read" },
    { kind: "ignore", pattern: "nobody" },
    { kind: "label", pattern: "tenant=blue" },
  ];
  const { unmatched } = (await model.answer({ type: "lens", lens: { ...lens, chips } })) as AnswerTo<"lens">;
  expect([...unmatched].sort()).toEqual([1, 3, 4]);
});

test("splits by label, and filters by one", async () => {
  const { table } = await modelOfSeveral("main;a 3 {tenant=blue}\nmain;a 2 {tenant=red}");
  expect(await table({ ...lens, split: "tenant" })).toEqual(["a 5", "main 5", "blue 3", "red 2"]);
  expect(await table({ ...lens, chips: [{ kind: "label", pattern: "tenant=^red$" }] })).toEqual(["a 2", "main 2"]);
});

test("folds direct recursion", async () => {
  const { flame } = await modelOfSeveral("main;walk;walk;walk 5");
  expect(await flame({ ...lens, folded: true }, "change")).toEqual(["root 5 ", "main 5 ", "walk 5 "]);
});

test("a series over profiles, by name, and what is left out", async () => {
  const { model } = await modelOfSeveral("main;a 1\nmain;b 5", "main;b 4\nmain;a 6", "other 1");
  const ask = { lens, profiles: [0, 1], sampleType: "samples", cost: "flat", filter: "", limit: 10 } as const;
  const answer = (await model.answer({ type: "series", ...ask })) as AnswerTo<"series">;
  expect([answer.names, [...answer.values], [...answer.totals], answer.left]).toEqual([
    ["a", "b"],
    [1, 6, 5, 4],
    [6, 10],
    0,
  ]);
});

test("hot lines, of all functions or of one", async () => {
  const { model } = await modelOfSeveral("main@m.go:3;put@p.go:7 4\nmain@m.go:3;put@p.go:9 1\nmain@m.go:5 2");
  const lines = async (wanted?: string) => {
    const answer = (await model.answer({ type: "lines", ...view, function: wanted, limit: 10 })) as AnswerTo<"lines">;
    return Array.from(
      { length: answer.count },
      (_, row) => `${answer.files[answer.file[row]]}:${answer.line[row]} ${answer.flat[row]} ${answer.cum[row]}`,
    );
  };
  expect(await lines()).toEqual(["p.go:7 4 4", "m.go:5 2 2", "p.go:9 1 1", "m.go:3 0 5"]);
  expect(await lines("put")).toEqual(["p.go:7 4 4", "p.go:9 1 1"]);
});

test("knows how much of a function was inlined", async () => {
  const { model, seen } = await modelOfSeveral("main@m.go:3>put@p.go:7 3\nmain@m.go:3;put@p.go:8 1");
  const frame = (await seen(lens)).indexOf("put");
  const place = await model.answer({ type: "place", ...across, inverted: false, frame });
  expect(place).toMatchObject({ line: 7, inlined: 0.75, flat: 4, cum: 4 });
});

test("locates a function where most of it is", async () => {
  const { model, seen } = await modelOfSeveral("main;a;put 1\nmain;b;put;x 2\nmain;b;put;y 2");
  const names = await seen(lens);
  const path = await model.answer({ type: "locate", ...view, frame: names.indexOf("put"), inverted: false });
  expect((path as number[]).map((frame) => names[frame])).toEqual(["main", "b", "put"]);
});

test("the overview frames the zoomed part", async () => {
  const { model, seen } = await modelOfSeveral(SHOP);
  const names = await seen(lens);
  const zoom = ["main", "gc"].map((name) => ({ frame: names.indexOf(name) }));
  const ask = { ...across, inverted: false, width: 1000, zoom };
  const flame = (await model.answer({ type: "flame", ...ask })) as AnswerTo<"flame">;
  const answer = await model.answer({ type: "overview", ...across, inverted: false, zoom: flame.zoom });
  expect(answer).toMatchObject({ left: 5, width: 1, depth: 2 });
});

test.each([
  ["folded", "main;gc 1\nmain;serve;read 3\nmain;serve;write 2\n"],
  ["text", "main.pb: samples, total 6\nflat   flat%  cum    cum%  function\n"],
  ["svg", '<?xml version="1.0" encoding="UTF-8"?>\n<svg'],
  ["graph-svg", '<?xml version="1.0" encoding="UTF-8"?>\n<svg'],
  ["dot", 'digraph "main.pb: samples" {\nnode [shape=box'],
  ["speedscope", '{"$schema":"https://www.speedscope.app/file-format-schema.json"'],
] as const)("exports %s", async (format, expected) => {
  const { model } = await modelOfSeveral(SHOP);
  const ask = { ...across, format, inverted: false, zoom: [], maxBoxes: 80, title: "main.pb", notes: [] };
  const { bytes } = (await model.answer({ type: "export", ...ask })) as AnswerTo<"export">;
  const text = new TextDecoder().decode(bytes);
  if (format === "folded") expect(text.trim().split("\n").sort().join("\n") + "\n").toBe(expected);
  else expect(text.slice(0, expected.length)).toBe(expected);
});

test("exports pprof as filtered, gzipped", async () => {
  const { model } = await modelOfSeveral(SHOP);
  const filtered: Lens = { ...lens, chips: [{ kind: "focus", pattern: "gc" }] };
  const ask = {
    ...across,
    lens: filtered,
    format: "pprof",
    inverted: false,
    zoom: [],
    maxBoxes: 80,
    title: "x",
    notes: [],
  } as const;
  const { bytes } = (await model.answer({ type: "export", ...ask })) as AnswerTo<"export">;
  const again = decodeProfile(gunzipSync(bytes));
  expect([again.samples.count, again.samples.values[0]]).toEqual([1, 1]);
});
