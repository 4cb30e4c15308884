/** Conditions as people write them, and as Delve gets them. */
import { describe, expect, test } from "vitest";
import { breakpointsInDelvesWords, evaluationInDelvesWords } from "../../../src/delve/session/request-rewrites.js";
import { inDelvesWords, messageInDelvesWords } from "../../../src/delve/session/conditions.js";
import { frameOf } from "../../../src/delve/dap/framing.js";

const framed = (message: object) => {
  const bytes = frameOf(message);
  return { bytes, bodyStart: bytes.indexOf("\r\n\r\n") + 4 };
};

test.each([
  ["runtime.GoroutineID() == 7", "runtime.curg.goid == 7"],
  ["i > 1 && runtime.GoID( )%10==3", "i > 1 && runtime.curg.goid%10==3"],
  ["runtime.GoroutineID()+runtime.Goid()", "runtime.curg.goid+runtime.curg.goid"],
  ['s == "runtime.GoroutineID()"', 's == "runtime.GoroutineID()"'],
  ['s == "\\"runtime.GoID()" || runtime.GoID() == 1', 's == "\\"runtime.GoID()" || runtime.curg.goid == 1'],
  [
    "s == `runtime.GoID()` && r == '\"' && runtime.GoID() > 1",
    "s == `runtime.GoID()` && r == '\"' && runtime.curg.goid > 1",
  ],
  ["myruntime.GoID()", "myruntime.GoID()"],
  ["runtime.GoroutineID(1)", "runtime.GoroutineID(1)"],
  ["runtime.curg.goid == 7", "runtime.curg.goid == 7"],
  ["", ""],
])("%s", (written, delves) => {
  expect(inDelvesWords(written)).toBe(delves);
  expect(inDelvesWords(delves)).toBe(delves);
});

test.each([
  ["in runtime.GoID() it is {runtime.GoID()}", "in runtime.GoID() it is {runtime.curg.goid}"],
  ['{"runtime.GoID()"} {runtime.GoroutineID()', '{"runtime.GoID()"} {runtime.GoroutineID()'],
])("only what stands between braces of a log message: %s", (written, delves) => {
  expect(messageInDelvesWords(written)).toBe(delves);
});

describe("requests", () => {
  test("breakpoints keep all else that they say", () => {
    const breakpoints = [
      { line: 3, condition: "runtime.GoroutineID() == 7", hitCondition: "% 2" },
      { line: 4, logMessage: "{runtime.GoID()}", mode: "new" },
    ];
    const message = {
      seq: 1,
      type: "request",
      command: "setBreakpoints",
      arguments: { source: { path: "a" }, breakpoints },
    };
    expect(breakpointsInDelvesWords(framed(message))).toEqual({
      ...message,
      arguments: {
        source: { path: "a" },
        breakpoints: [
          { line: 3, condition: "runtime.curg.goid == 7", hitCondition: "% 2" },
          { line: 4, logMessage: "{runtime.curg.goid}", mode: "new" },
        ],
      },
    });
  });

  test("an expression to evaluate", () => {
    const message = {
      seq: 1,
      type: "request",
      command: "evaluate",
      arguments: { expression: "runtime.GoID()", frameId: 1 },
    };
    const changed = evaluationInDelvesWords(framed(message));
    expect(changed).toEqual({ ...message, arguments: { expression: "runtime.curg.goid", frameId: 1 } });
  });

  test("without such a call nothing is read, so nothing can change", () => {
    expect(breakpointsInDelvesWords(framed({ command: "setBreakpoints", arguments: {} }))).toBeUndefined();
    expect(evaluationInDelvesWords(framed({ command: "evaluate", arguments: { expression: "1" } }))).toBeUndefined();
  });
});
