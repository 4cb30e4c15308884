import { expect, test } from "vitest";
import { fitLabel } from "../../webview/flame/fit-label.js";
import { frameColour } from "../../webview/flame/frame-colour.js";
import { sampleWords } from "../../webview/page/sample-text.js";
import { shortFunction } from "../../src/core/text/short-function.js";

test.each([
  ["github.com/acme/shop/orders.(*Pricer).compute", "orders.(*Pricer).compute"],
  ["main.main", "main.main"],
  [
    "slices.SortFunc[go.shape.[]example.com/a/b.T,go.shape.int]",
    "slices.SortFunc[go.shape.[]example.com/a/b.T,go.shape.int]",
  ],
  ["example.com/a/b.Map[example.com/c/d.T]", "b.Map[example.com/c/d.T]"],
  ["00000000004a1b2c", "00000000004a1b2c"],
  ["", ""],
])("%s is short for %s", (name, short) => expect(shortFunction(name)).toBe(short));

test.each([
  ["runtime.mallocgc", /^--runtime$/],
  ["internal/runtime/maps.newTable", /^--runtime$/],
  ["net/http.(*conn).serve", /^--std-\d+$/],
  ["main.main", /^--own-\d+$/],
  ["cmd/compile/internal/gc.Main", /^--own-\d+$/],
  ["github.com/acme/shop.Run", /^--own-\d+$/],
])("%s has the colour %s", (name, colour) => expect(frameColour(name)).toMatch(colour));

test("functions of one package share a colour", () => {
  expect(frameColour("net/http.(*conn).serve")).toBe(frameColour("net/http.Get"));
});

test.each([
  [{ type: "inuse_space", unit: "bytes" }, "Live bytes now"],
  [{ type: "space", unit: "bytes" }, "Live bytes now"],
  [{ type: "alloc_space", unit: "bytes" }, "Bytes allocated since start"],
  [{ type: "cpu", unit: "nanoseconds" }, "CPU time"],
  [{ type: "wall", unit: "nanoseconds" }, "wall (nanoseconds)"],
  [{ type: "widgets", unit: "count" }, "widgets"],
  [{ type: "constructor", unit: "" }, "constructor"],
])("%j is called %s", (type, name) => expect(sampleWords(type).name).toBe(name));

test.each([
  ["main.main", 90, "main.main"],
  ["main.main", 89, "main.ma…"],
  ["main.main", 30, "ma…"],
  ["main.main", 29, ""],
  ["m", 10, "m"],
  ["💥💥💥💥", 30, "💥💥…"],
  ["", 30, ""],
])("%s is %s px wide: %s", (label, room, shown) => expect(fitLabel(label, room, () => 10)).toBe(shown));

test("what an execution trace counts has words of its own", () => {
  const types = ["start_latency", "sched", "sync", "net", "syscall"];
  const words = types.map((type) => sampleWords({ type, unit: "nanoseconds" }));
  expect(new Set(words.map(({ name }) => name)).size).toBe(types.length);
  for (const { name, hint } of words) expect([name.includes("nanoseconds"), hint === ""]).toEqual([false, false]);
});
