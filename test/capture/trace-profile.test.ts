import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { sentenceOf } from "../../src/capture/capture-problem.js";
import { profileOfTrace } from "../../src/capture/trace-profile.js";
import { decodeProfile } from "../../src/core/pprof/decode.js";

const trace = "test/fixtures/traces/cgo-go1.26.8.trace";
const about = { env: process.env, signal: new AbortController().signal };

test.each(["sched", "sync", "net", "syscall"] as const)("%s of a trace is a profile of delays", async (type) => {
  const made = await profileOfTrace(trace, type, about);
  if (!made.ok) throw new Error(`${sentenceOf(made.problem)} This test needs Go: https://go.dev/doc/install`);
  const { sampleTypes, samples } = decodeProfile(gunzipSync(made.value));
  expect(sampleTypes.map((each) => each.unit)).toEqual(["count", "nanoseconds"]);
  if (type === "sched") expect(samples.count).toBeGreaterThan(0);
});

test("what is no trace is said in Go's words", async () => {
  const made = await profileOfTrace("package.json", "sync", about);
  expect(made.ok || sentenceOf(made.problem)).toMatch(
    /^Cannot make a profile of this trace: ".*not a Go execution trace/,
  );
});

test("without Go it says so", async () => {
  const made = await profileOfTrace(trace, "sync", { ...about, env: { PATH: "/nowhere" } });
  expect(made.ok || made.problem).toMatchObject({ code: "start", why: "there is no go command" });
});

test("can be interrupted", async () => {
  const made = await profileOfTrace(trace, "sync", { ...about, signal: AbortSignal.abort() });
  expect(made.ok || made.problem.code).toBe("aborted");
});
