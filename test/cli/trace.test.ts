/** `godiag trace` as typed: its JSON is a contract, its text is for people. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { run } from "../../src/cli/main.js";
import { decodeProfile } from "../../src/core/pprof/decode.js";
import { testTerminal } from "../support/terminal.js";

const work = mkdtempSync(join(tmpdir(), "godiag-test-"));
afterAll(() => rmSync(work, { recursive: true }));
const fixture = (name: string) => resolve("test/fixtures/traces", name);
const hog = fixture("hog-go1.26.8.trace.gz");
writeFileSync(join(work, "hog.trace"), gunzipSync(readFileSync(hog)));

async function godiag(args: readonly string[], stdin?: Uint8Array) {
  const terminal = testTerminal({ cwd: work, ...(stdin && { stdin }) });
  const code = await run(args, terminal);
  return { code, ...terminal.written, json: () => JSON.parse(terminal.written.out) as Record<string, never> };
}

test("--json has what the contract says", async () => {
  const { code, json } = await godiag(["trace", "hog.trace", "--json"]);
  const report = json();
  expect(code).toBe(0);
  expect(report).toMatchObject({
    goVersion: "1.26",
    durationNs: expect.any(Number) as number,
    events: 79,
    goroutines: 10,
    profiles: { sched: expect.any(Number) as number, sync: expect.any(Number) as number, net: 0, syscall: 20352 },
    warnings: [],
  });
  expect(report["kinds"][0]).toMatchObject({
    name: "main.serve",
    count: 1,
    startLatencyNs: { p50: expect.any(Number) as number, p99: expect.any(Number) as number, max: 5335744 },
    blockedNs: { chan: expect.any(Number) as number },
  });
  expect(report["stw"][0]).toMatchObject({ kind: "GOMAXPROCS", atNs: expect.any(Number) as number, ns: 300480 });
  expect(report["worst"][0]).toMatchObject({ function: "main.serve", wokenBy: "main.hog", ns: 5335744 });
});

test("the text for people", async () => {
  const { out, err } = await godiag(["trace", "hog.trace", "--limit", "5"]);
  await expect(out).toMatchFileSnapshot("../fixtures/cli/trace.txt");
  expect(err).toBe("");
});

test("gzipped and from standard input it is the same", async () => {
  const { out } = await godiag(["trace", "hog.trace"]);
  expect((await godiag(["trace", hog])).out).toBe(out);
  expect((await godiag(["trace", "-"], readFileSync(join(work, "hog.trace")))).out).toBe(out);
});

test("--profile writes what go tool trace -pprof prints", async () => {
  const { code, json } = await godiag(["trace", "hog.trace", "--profile", "sched", "-o", "sched.pb.gz", "--json"]);
  expect([code, json()["file"]]).toEqual([0, join(work, "sched.pb.gz")]);
  const written = decodeProfile(new Uint8Array(gunzipSync(readFileSync(join(work, "sched.pb.gz")))));
  expect(written.sampleTypes.map(({ type, unit }) => `${type}/${unit}`)).toEqual([
    "contentions/count",
    "delay/nanoseconds",
  ]);
  const total = written.samples.values.reduce((sum, value, i) => (i % 2 === 1 ? sum + value : sum), 0);
  const { json: whole } = await godiag(["trace", "hog.trace", "--json"]);
  expect(total).toBe(whole()["profiles"]["sched"]);
});

test("--from and --to cut the trace", async () => {
  const { json } = await godiag(["trace", "hog.trace", "--from", "0.017", "--json"]);
  expect((json()["worst"] as unknown[]).length).toBeGreaterThan(0);
  for (const { atNs } of json()["worst"] as { atNs: number }[]) expect(atNs).toBeGreaterThanOrEqual(0.017e9);
});

test("a trace that was cut says so on stderr and in JSON", async () => {
  const cut = fixture("steady-cut-go1.26.8.trace.gz");
  expect((await godiag(["trace", cut])).err).toMatch(/^godiag: warning: the file ends inside a generation/);
  const { json } = await godiag(["trace", cut, "--json"]);
  expect((json()["warnings"] as { code: string }[]).map(({ code }) => code)).toEqual(["trace-cut"]);
});

test.each([
  [["trace", "nothing.trace"], /cannot read nothing\.trace: there is no such file/],
  [["trace", "package.json"], /cannot read package\.json: this is no execution trace of Go\. See `godiag info FILE`/],
  [["trace", "old.trace"], /cannot read old\.trace: this trace was written by Go 1\.21 or older/],
  [["trace", "short.trace"], /cannot read short\.trace: no second of the trace is whole.* Record it again/],
  [["trace", "hog.trace", "--from", "3", "--to", "2"], /--from 3 is not before --to 2/],
  [["trace", "hog.trace", "--from", "soon"], /It is a number of seconds/],
  [["trace", "hog.trace", "--profile", "net"], /Add -o FILE/],
  [["trace", "hog.trace", "-o", "x.pb.gz"], /Add --profile/],
])("%j is refused with what to do", async (args, message) => {
  writeFileSync(join(work, "package.json"), "{}");
  writeFileSync(join(work, "old.trace"), "go 1.21 trace\0\0\0");
  writeFileSync(join(work, "short.trace"), readFileSync(join(work, "hog.trace")).subarray(0, 500));
  const { code, err } = await godiag(args);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});
