import { expect, test } from "vitest";
import { Model } from "../../webview/model.js";
import type { AnswerTo, Questions, TableSort } from "../../webview/queries.js";
import { profileOf } from "../support/folded.js";

const view = { profile: 0, sampleType: 0 };

async function modelOf(folded: string): Promise<Model> {
  const model = new Model(() => profileOf(folded));
  await model.answer({ type: "open", profile: 0, bytes: new Uint8Array() });
  return model;
}

async function opened(folded: string) {
  const model = new Model(() => profileOf(folded));
  const { names } = (await model.answer({ type: "open", profile: 0, bytes: new Uint8Array() })) as AnswerTo<"open">;
  const flame = async (zoom: readonly string[], inverted = false, width = 1000) => {
    const frames = zoom.map((name) => ({ frame: names.indexOf(name) }));
    return (await model.answer({ type: "flame", ...view, inverted, width, zoom: frames })) as AnswerTo<"flame">;
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
  const again = await model.answer({ type: "flame", ...view, inverted: false, width: 1000, zoom });
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
  expect(await model.answer({ type: "search", ...view, pattern })).toMatchObject(expected);
});

test("counts recursion once", async () => {
  const model = await modelOf("main;walk;walk;walk 5");
  expect(await model.answer({ type: "search", ...view, pattern: "walk" })).toMatchObject({ functions: 1, sum: 5 });
});

test("refuses what is not a regular expression", async () => {
  const model = await modelOf(SHOP);
  await expect(model.answer({ type: "search", ...view, pattern: "(" })).rejects.toThrow("is not a regular expression");
});

test.each<[string, Questions["place"]["ask"]["range"], number]>([
  ["serve", undefined, 9],
  ["main", undefined, 3],
])("the dearest line of %s", async (name, range, line) => {
  const { model, names } = await opened("main@m.go:3;serve@m.go:7;read 1\nmain@m.go:3;serve@m.go:9;read 2");
  expect(await model.answer({ type: "place", ...view, inverted: false, frame: names.indexOf(name), range })).toEqual({
    function: name,
    file: "m.go",
    line,
  });
});

test("the dearest line below a frame, not in the whole profile", async () => {
  const { model, names, flame } = await opened("main;a;serve@m.go:7 1\nmain;b;serve@m.go:9 2");
  const { zoom } = await flame(["main", "a", "serve"]);
  const { frame, range } = zoom[2];
  expect(names[frame]).toBe("serve");
  expect(await model.answer({ type: "place", ...view, inverted: false, frame, range })).toMatchObject({ line: 7 });
});

test("a profile that is not open is refused", async () => {
  const model = await modelOf(SHOP);
  await expect(model.answer({ type: "search", profile: 7, sampleType: 0, pattern: "a" })).rejects.toThrow("not open");
});
