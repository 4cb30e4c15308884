import { describe, expect, test } from "vitest";
import { applyEdits } from "../../src/launch/change.js";
import { environmentHolders, mergeGodebug, traceEdits, tracesOn } from "../../src/launch/runtime-traces.js";

describe("GODEBUG keeps what is there", () => {
  test.each<[string, Record<string, string | undefined>, string]>([
    ["", { gctrace: "1" }, "gctrace=1"],
    ["http2debug=1", { gctrace: "1" }, "http2debug=1,gctrace=1"],
    ["gctrace=2,http2debug=1", { gctrace: "1" }, "gctrace=1,http2debug=1"],
    ["gctrace=1,http2debug=1", { gctrace: undefined }, "http2debug=1"],
    ["gctrace=1", { gctrace: undefined }, ""],
    ["gctrace=0,x509sha1=1,gctrace=1", { gctrace: "1" }, "gctrace=1,x509sha1=1"],
    [" gctrace = 1 , madvdontneed=0", { gctrace: "1" }, " gctrace = 1 , madvdontneed=0"],
    [",,gctrace=1,", { schedtrace: "1000" }, "gctrace=1,schedtrace=1000"],
    ["nonsense", { gctrace: "1" }, "nonsense,gctrace=1"],
    ["a=b=c", { gctrace: undefined }, "a=b=c"],
  ])("%j with %j is %j", (before, changes, after) => {
    expect(mergeGodebug(before, changes)).toBe(after);
    expect(mergeGodebug(after, changes)).toBe(after);
  });
});

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
    ["launch", `, "env": { "GODEBUG": "gctrace=2" }`, ["gctrace"], `, "env": { "GODEBUG": "gctrace=2" }`],
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
    const [holder] = environmentHolders(text, kind);
    const edits = traceEdits(text, holder, on);
    if (after === undefined) {
      expect(edits).toBeUndefined();
      return;
    }
    const changed = applyEdits(text, edits ?? []);
    if (before !== "" || after === "") expect(changed).toBe(wrap(after));
    const [now] = environmentHolders(changed, kind);
    expect(tracesOn(now)).toEqual(on);
    expect(traceEdits(changed, now, on)).toEqual([]);
    expect(changed).toContain("} // mine");
  });

  test("a task without options gets them", () => {
    const text = tasks("");
    const [holder] = environmentHolders(text, "tasks");
    const changed = applyEdits(text, traceEdits(text, holder, ["gctrace"]) ?? []);
    expect(tracesOn(environmentHolders(changed, "tasks")[0])).toEqual(["gctrace"]);
  });

  test("only Go configurations that launch have a program to trace", () => {
    const text = `{ "configurations": [
      { "name": "A", "type": "node", "request": "launch" },
      { "name": "B", "type": "go", "request": "attach" },
      { "name": "C", "type": "go", "request": "launch" } ] }`;
    expect(environmentHolders(text, "launch").map(({ name }) => name)).toEqual(["C"]);
  });
});
