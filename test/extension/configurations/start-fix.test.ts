import { expect, test } from "vitest";
import { isFrom, withFix } from "../../../src/extension/configurations/start-fix.js";

const base = { name: "A", type: "go", request: "launch" };

test.each([
  [
    "what golang.go added stays",
    { mode: "launch", __mine: 1, env: { A: "1", TOOLS: "2" } },
    { mode: "launch", env: { A: "1" } },
    { mode: "debug", env: { A: "1" } },
    { mode: "debug", __mine: 1, env: { A: "1", TOOLS: "2" } },
  ],
  ["removed", { dlvArgs: ["x"], cwd: "/" }, { dlvArgs: ["x"] }, {}, { cwd: "/" }],
  ["added", {}, {}, { followExec: true }, { followExec: true }],
  ["mode auto is decided already", { mode: "launch" }, { mode: "launch" }, { mode: "auto" }, { mode: "test" }],
  ["so is a mode that goes away", { mode: "launch" }, { mode: "launch" }, {}, { mode: "test" }],
])("%s", (_, started, written, fixed, after) => {
  expect(withFix({ ...base, ...started }, { ...base, ...written }, { ...base, ...fixed }, "test")).toEqual({
    ...base,
    ...after,
  });
});

test.each([
  [{ ...base, program: "." }, true],
  [{ ...base, program: ".", stackTraceDepth: 50 }, true],
  [{ ...base, program: "./other" }, false],
  [{ ...base, program: ".", request: "attach" }, false],
  [{ ...base, program: ".", name: "B" }, false],
])("%j comes from the file: %s", (started, expected) => {
  expect(isFrom(started, { ...base, program: "." })).toBe(expected);
});
