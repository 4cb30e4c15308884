import { expect, test } from "vitest";
import { applyEdits } from "../../../src/launch/change.js";
import { readDocument } from "../../../src/launch/document.js";
import { TOGGLES, isOn, toggled } from "../../../src/launch/writing/toggle.js";
import { launch } from "../../support/launch-case.js";

function toggle(id: string, text: string): { text: string; on: boolean } {
  const document = readDocument(text, "launch");
  const [configuration] = document.configurations;
  const one = TOGGLES.find((each) => each.id === id);
  if (!one) throw new Error(id);
  const after = applyEdits(text, toggled(document, configuration, one));
  return { text: after, on: isOn(readDocument(after, "launch").configurations[0], one) };
}

test.each<[string, string, string]>([
  ["gctrace", "", `"env": {\n  "GODEBUG": "gctrace=1"\n}`],
  ["gctrace", `"env": { "A": "b" } // mine`, `"env": { "A": "b", "GODEBUG": "gctrace=1" } // mine`],
  ["gctrace", `"env": { "GODEBUG": "http2debug=1" }`, `"env": { "GODEBUG": "http2debug=1,gctrace=1" }`],
  ["gctrace", `"env": { "GODEBUG": "gctrace=2,x" }`, `"env": { "GODEBUG": "gctrace=1,x" }`],
  [
    "schedtrace",
    `"env": { "GODEBUG": "gctrace=1" }`,
    `"env": { "GODEBUG": "gctrace=1,schedtrace=1000,scheddetail=1" }`,
  ],
  ["asyncpreemptoff", `"env": null`, `"env": {\n  "GODEBUG": "asyncpreemptoff=1"\n}`],
  ["non-terminal", "", `"dlvFlags": ["--allow-non-terminal-interactive"]`],
  ["non-terminal", `"dlvFlags": ["--log"]`, `"dlvFlags": ["--log", "--allow-non-terminal-interactive"]`],
])("switches %s on: %s", (id, before, after) => {
  expect(toggle(id, launch(before))).toEqual({ text: launch(after), on: true });
});

test.each<[string, string, string]>([
  ["gctrace", `"env": { "GODEBUG": "gctrace=1" }`, ""],
  ["gctrace", `"env": { "A": "b", "GODEBUG": "gctrace=1" }`, `"env": { "A": "b" }`],
  ["schedtrace", `"env": { "GODEBUG": "schedtrace=1000,x=1,scheddetail=1" }`, `"env": { "GODEBUG": "x=1" }`],
  ["non-terminal", `"dlvFlags": ["--allow-non-terminal-interactive", "--log"]`, `"dlvFlags": ["--log"]`],
])("switches %s off: %s", (id, before, after) => {
  expect(toggle(id, launch(before))).toEqual({ text: launch(after), on: false });
});

test("leaves an env alone that is no object", () => {
  expect(toggle("gctrace", launch(`"env": ["A=b"]`)).text).toBe(launch(`"env": ["A=b"]`));
});
