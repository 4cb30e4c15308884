import { expect, test } from "vitest";
import { proxyEntries } from "../../../src/launch/env/goproxy.js";

test.each([
  ["https://a.example,direct", ["https://a.example/", "direct"]],
  ["http://a.example | off", ["http://a.example/ |", "off"]],
  ["a.example/go", ["https://a.example/go"]],
  ["file:///srv", ["file:///srv"]],
  ["direct,https://never.example", ["direct"]],
  [" , ", []],
  ["nonsense", ["! nonsense"]],
])("%j is %j", (list, expected) => {
  const drawn = proxyEntries(list).entries.map(
    ({ text, url, malformed, fallsBack }) => (malformed ? `! ${text}` : (url ?? text)) + (fallsBack ? " |" : ""),
  );
  expect(drawn).toEqual(expected);
});
