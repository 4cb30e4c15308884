import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { profileTest, testArguments } from "../../src/capture/go-test.js";
import { gunzip } from "../../src/capture/gunzip.js";
import { openProfile } from "../../src/core/open.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "go-diagnostics-go-test-"));
  cpSync("test/fixtures/tested-program", folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

const about = () => ({ folder, env: process.env, signal: AbortSignal.timeout(60_000) });

test.each([
  ["TestFill", "heap", "inuse_space"],
  ["BenchmarkFill", "cpu", "cpu"],
] as const)("%s: a %s profile that names its code, and nothing left in the package", async (name, kind, type) => {
  const before = readdirSync(folder);
  const result = await profileTest({ ...about(), name, kind });
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  const { bytes } = gunzip(result.value.bytes);
  expect(openProfile(bytes).sampleTypes.map((one) => one.type)).toContain(type);
  if (kind === "heap") expect(Buffer.from(bytes).includes("example.com/tested.fill")).toBe(true);
  expect(readdirSync(folder)).toEqual(before);
});

test("a package that does not build says so in go's words", async () => {
  writeFileSync(join(folder, "broken.go"), 'package tested\n\nvar x int = "text"\n');
  const result = await profileTest({ ...about(), name: "TestFill", kind: "heap" });
  rmSync(join(folder, "broken.go"));
  expect(result).toMatchObject({
    ok: false,
    problem: { code: "build", why: expect.stringContaining("cannot use") as string },
  });
});

test("cancelling ends go test and the test", async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  const result = await profileTest({
    ...about(),
    name: "TestForever",
    kind: "heap",
    signal: stop.signal,
    onLine: (line) => {
      lines.push(line);
      if (line.startsWith("=== RUN")) stop.abort();
    },
  });
  expect(lines).toContain("=== RUN   TestForever");
  expect(result).toMatchObject({ ok: false, problem: { code: "aborted" } });
});

test.each([
  ["TestX", "heap", "test -count=1 -v -run=^TestX$ -memprofile=p -memprofilerate=4096 -o b ."],
  ["BenchmarkX", "cpu", "test -count=1 -v -run=^$ -bench=^BenchmarkX$ -benchmem -cpuprofile=p -o b ."],
  ["TestX", "trace", "test -count=1 -v -run=^TestX$ -trace=p -o b ."],
] as const)("go for %s, %s", (name, kind, line) => expect(testArguments(name, kind, "p", "b").join(" ")).toBe(line));

test("a name that is none never reaches a command line", async () => {
  const result = await profileTest({ ...about(), name: "-exec=rm", kind: "heap" });
  expect(result).toMatchObject({ ok: false, problem: { code: "start" } });
});
