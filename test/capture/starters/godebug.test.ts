import { expect, test } from "vitest";
import { RECORD_STARTERS, SAMPLE_FINELY, withGodebug } from "../../../src/capture/starters/godebug.js";

test.each([
  ["nothing is set", undefined, "tracebackancestors=10"],
  ["other settings stay", "gctrace=1,netdns=go", "gctrace=1,netdns=go,tracebackancestors=10"],
  ["the user's own number stays", "gctrace=1,tracebackancestors=3", "gctrace=1,tracebackancestors=3"],
])("%s", (_, given, expected) => {
  const env = { HOME: "/home/me", ...(given !== undefined && { GODEBUG: given }) };
  expect(withGodebug(env, RECORD_STARTERS)).toEqual({ HOME: "/home/me", GODEBUG: expected });
});

test("finer sampling is set beside it, and the user's own rate stays", () => {
  const both = { ...RECORD_STARTERS, ...SAMPLE_FINELY };
  expect(withGodebug({}, both)["GODEBUG"]).toBe("tracebackancestors=10,memprofilerate=65536");
  expect(withGodebug({ GODEBUG: "memprofilerate=1" }, both)["GODEBUG"]).toBe("memprofilerate=1,tracebackancestors=10");
});
