import { describe, expect, test } from "vitest";
import { environmentHolders, withToggles } from "../../../src/launch/writing/runtime-traces.js";

const launch = (attributes: string) =>
  `{ "configurations": [\n  { "name": "A", "type": "go", "request": "launch"${attributes} } // mine\n] }\n`;
const tasks = (attributes: string) => `{ "tasks": [\n  { "label": "A"${attributes} } // mine\n] }\n`;

describe("an environment is changed where the traces are, and nowhere else", () => {
  const all = ["gctrace", "schedtrace", "asyncpreemptoff", "tracebackancestors"];
  const GODEBUG = "gctrace=1,schedtrace=1000,scheddetail=1,asyncpreemptoff=1,tracebackancestors=10";
  test.each<["launch" | "tasks", string, string[], string | undefined]>([
    ["launch", "", ["gctrace"], `, "env": {\n    "GODEBUG": "gctrace=1"\n  }`],
    ["launch", `, "env": { "A": "b" }`, ["gctrace"], `, "env": { "A": "b", "GODEBUG": "gctrace=1" }`],
    ["launch", `, "env": {"GODEBUG":"x=1"}`, all, `, "env": {"GODEBUG":"x=1,${GODEBUG}"}`],
    ["launch", `, "env": {"GODEBUG":"x=1,${GODEBUG}"}`, [], `, "env": {"GODEBUG":"x=1"}`],
    ["launch", `, "env": { "A": "b", "GODEBUG": "gctrace=1" }`, [], `, "env": { "A": "b" }`],
    ["launch", `, "env": { "GODEBUG": "gctrace=1" }`, [], ""],
    ["launch", `, "env": { "GODEBUG": "gctrace=2" }`, ["gctrace"], `, "env": { "GODEBUG": "gctrace=1" }`],
    ["launch", `, "env": ["A=b"]`, ["gctrace"], undefined],
    [
      "tasks",
      `, "options": { "env": { "A": "b" } }`,
      ["gctrace"],
      `, "options": { "env": { "A": "b", "GODEBUG": "gctrace=1" } }`,
    ],
    ["tasks", `, "options": 1`, ["gctrace"], undefined],
  ])("%s%s with %j", (kind, before, on, after) => {
    const wrap = kind === "launch" ? launch : tasks;
    const text = wrap(before);
    const changed = withToggles(text, kind, 0, on);
    if (after === undefined || changed === undefined) {
      expect(changed).toBe(after);
      return;
    }
    if (before !== "" || after === "") expect(changed).toBe(wrap(after));
    expect(environmentHolders(changed, kind)[0].on).toEqual(on);
    expect(withToggles(changed, kind, 0, on)).toBe(changed);
    expect(changed).toContain("} // mine");
  });

  test("a task without options gets them", () => {
    const text = tasks("");
    const changed = withToggles(text, "tasks", 0, ["gctrace"]) ?? "";
    expect(environmentHolders(changed, "tasks")[0].on).toEqual(["gctrace"]);
    expect(withToggles(text, "tasks", 0, [])).toBe(text);
  });

  test("only Go configurations that launch have a program to trace", () => {
    const text = `{ "configurations": [
      { "name": "A", "type": "node", "request": "launch" },
      { "name": "B", "type": "go", "request": "attach" },
      { "name": "C", "type": "go", "request": "launch" } ] }`;
    expect(environmentHolders(text, "launch").map(({ name }) => name)).toEqual(["C"]);
  });
});
