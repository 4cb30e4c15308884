import { expect, test } from "vitest";
import { historyFrom } from "../../../webview/page/history.js";
import { exactly, namePattern } from "../../../webview/controls/name-pattern.js";
import { sourceCostsOf } from "../../../webview/worker/source-costs.js";
import { lensOf, linkText, START, stateFrom } from "../../../webview/page/state.js";

test("a link carries what differs, and brings it back", () => {
  const state = {
    ...START,
    tab: "table" as const,
    chips: [{ kind: "focus" as const, pattern: "put" }],
    zoom: ["main.main"],
    base: 1,
  };
  expect(JSON.parse(linkText(state))).toEqual({ tab: "table", chips: state.chips, zoom: ["main.main"], base: 1 });
  expect(stateFrom(JSON.parse(linkText(state)))).toEqual(state);
});

test.each([
  [undefined],
  ["<script>"],
  [{ tab: "nothing", profile: -1, base: 1.5, chips: [{ kind: "evil", pattern: "x" }], zoom: [7], by: "bytes" }],
  [{ chips: "all", zoom: { length: 3 }, selected: "x".repeat(20_000), __proto__: { inverted: "yes" } }],
])("what does not fit is as at the start: %j", (given) => expect(stateFrom(given)).toEqual(START));

test("the same lens whatever is zoomed, searched or selected", () => {
  const other = { ...START, zoom: ["a"], pattern: "b", selected: "c", tab: "table" as const, inverted: true };
  expect(JSON.stringify(lensOf(other))).toBe(JSON.stringify(lensOf(START)));
});

test("steps are undone and redone; other changes go along", () => {
  const history = historyFrom(1);
  history.go(2);
  history.replace(3);
  history.go(4);
  expect([history.undo(), history.now, history.undo(), history.now, history.undo()]).toEqual([true, 3, true, 1, false]);
  expect([history.redo(), history.now, history.canRedo]).toEqual([true, 3, true]);
  history.go(9);
  expect([history.canRedo, history.canUndo]).toEqual([false, true]);
});

test.each([
  ["put", "main.Put", true],
  ["Put", "main.put", false],
  ["^main.put$", "main.Put", false],
  [exactly("main.(*Cache).put"), "main.(*Cache).put", true],
  [exactly("main.(*Cache).put"), "main.(*Cache).put.func1", false],
  ["(?i)PUT", "main.put", true],
])("%s on %s: %s", (pattern, name, matches) => expect(namePattern(pattern).test(name)).toBe(matches));

test("costs for the editor: by file, lines ascending, one row per line", () => {
  const lines = {
    count: 4,
    files: ["a.go", "", "b.go"],
    names: ["main.put", "main.get"],
    file: Uint32Array.of(0, 1, 0, 0),
    name: Uint32Array.of(0, 1, 1, 0),
    line: Int32Array.of(9, 4, 3, 3),
    flat: Float64Array.of(5, 4, 3, 1),
    cum: Float64Array.of(6, 4, 3, 2),
    total: 10,
  };
  expect(sourceCostsOf("t", "bytes", lines).files).toEqual([
    {
      file: "a.go",
      lines: [
        { line: 3, flat: 4, cum: 3, function: "main.get" },
        { line: 9, flat: 5, cum: 6, function: "main.put" },
      ],
    },
  ]);
});
