/**
 * The order of events: Go's own tests of what makes it hard (test/fixtures/traces/go-tests, from internal/trace), and
 * clocks that disagree, cuts, unknown events and other things that happen to files.
 */
import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { analyseTrace, piecesOf } from "../../../src/core/trace/read-trace.js";
import { traceReport } from "../../../src/core/trace/trace-report.js";
import { traceOfText } from "../../support/text-trace.js";

const GO_TESTS = "test/fixtures/traces/go-tests";
const analysed = (bytes: Uint8Array) => analyseTrace(() => piecesOf(bytes));
const recorded = (name: string) => new Uint8Array(gunzipSync(readFileSync(`test/fixtures/traces/${name}.trace.gz`)));

describe("Go's tests", () => {
  test.each(readdirSync(GO_TESTS))("%s", (file) => {
    const [, expected, text] = readFileSync(`${GO_TESTS}/${file}`, "utf8").split(/^-- (?:expect|trace) --\n/m);
    const generations = new Set(text.match(/gen=\d+/g)).size;
    if (expected.startsWith("SUCCESS")) {
      const trace = analysed(traceOfText(text));
      expect([trace.warnings, trace.generations]).toEqual([[], generations]);
    } else expect(() => analysed(traceOfText(text))).toThrow(expect.objectContaining({ code: "trace-empty" }));
  });
});

const TABLES = `EventBatch gen=1 m=18446744073709551615 time=0 size=0
Frequency freq=1000000000
EventBatch gen=1 m=18446744073709551615 time=0 size=0
Stacks
Stack id=1 nframes=1
\tpc=100 func=1 file=2 line=10
EventBatch gen=1 m=18446744073709551615 time=0 size=0
Strings
String id=1
\tdata="main.worker"
String id=2
\tdata="main.go"
String id=3
\tdata="chan receive"
`;

/** Goroutine 1 on thread 0 creates goroutine 2, which thread 1 starts; times of thread 1 are off by `skew`. */
const twoThreads = (skew: number) => `Trace Go1.22
EventBatch gen=1 m=0 time=1000 size=0
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=1 m=0 gstatus=2
GoCreate dt=1 new_g=2 new_stack=1 stack=1
GoBlock dt=400 reason_string=3 stack=1
EventBatch gen=1 m=1 time=${1000 + skew} size=0
ProcStatus dt=1 p=1 pstatus=1
GoStart dt=100 g=2 g_seq=1
GoUnblock dt=400 g=1 g_seq=1 stack=1
GoDestroy dt=1
GoStart dt=50 g=1 g_seq=2
${TABLES}`;

test("clocks that disagree: what must come first comes first, and time never goes back", () => {
  for (const skew of [0, -900, -300, 300]) {
    const trace = analysed(traceOfText(twoThreads(skew)));
    expect(trace.warnings).toEqual([]);
    const { kinds, waits, wakers } = traceReport(trace);
    expect(kinds.map(({ name, count }) => [name, count])).toEqual([["main.worker", 2]]);
    expect(waits.map(({ reason, count }) => [reason, count])).toEqual([["chan receive", 1]]);
    expect(waits[0].ns).toBeGreaterThan(0);
    expect(wakers.map(({ from, to, count }) => [from, to, count])).toEqual([["main.worker", "main.worker", 1]]);
  }
});

test("an event of a newer Go is skipped and counted, whatever its arguments", () => {
  const known = analysed(traceOfText(twoThreads(0)));
  for (const count of [1, 2, 3, 5]) {
    const bytes = [...traceOfText(twoThreads(0))];
    // Behind the thread's first event (ProcStatus dt=1 p=0 pstatus=1); the batch's length is two bytes further front.
    const at = bytes.findIndex((_, i) => bytes.slice(i, i + 4).join() === "13,1,0,1");
    bytes.splice(at + 4, 0, 99, 0, ...Array.from({ length: count - 1 }, () => 0x55));
    bytes[at - 1] += count + 1;
    const trace = analysed(Uint8Array.from(bytes));
    expect(trace.warnings.map(({ code, message }) => [code, /^1 events .*\(99\)/.test(message)])).toEqual([
      ["trace-unknown-events", true],
    ]);
    expect(traceReport(trace).waits).toEqual(traceReport(known).waits);
  }
});

test("events that fit no order end the trace before their generation", () => {
  const text = twoThreads(0).replace("GoStart dt=50 g=1 g_seq=2", "GoStart dt=50 g=1 g_seq=7");
  expect(() => analysed(traceOfText(text))).toThrow(/no thread's next event can have happened next/);
  const second = `EventBatch gen=2 m=0 time=9000 size=0
ProcStatus dt=1 p=0 pstatus=1
GoStart dt=1 g=77 g_seq=5
${TABLES.replaceAll("gen=1", "gen=2")}`;
  const good = twoThreads(0);
  const trace = analysed(traceOfText(good + second));
  expect([trace.generations, trace.warnings.map(({ code }) => code)]).toEqual([1, ["trace-order"]]);
  expect(traceReport(trace)).toEqual({ ...traceReport(analysed(traceOfText(good))), warnings: trace.warnings });
});

test("a file that ends anywhere is read as far as its generations are whole", () => {
  const whole = recorded("steady-go1.26.8");
  let last = 0;
  for (let length = 0; length <= whole.length; length += 701) {
    try {
      const trace = analysed(whole.subarray(0, length));
      expect(trace.generations).toBeGreaterThanOrEqual(last);
      last = trace.generations;
      if (length < whole.length) expect(trace.warnings.map(({ code }) => code)).toEqual(["trace-cut"]);
    } catch (error) {
      expect(error).toMatchObject({ name: "FormatError" });
      expect(last).toBe(0);
    }
  }
  expect(last).toBeGreaterThan(2);
});

test("pieces of any size give the same", () => {
  const whole = recorded("sync-go1.24.13");
  const expected = traceReport(analysed(whole));
  for (const size of [1, 7, 1000]) {
    const pieces = function* () {
      for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
    };
    expect(traceReport(analyseTrace(pieces))).toEqual(expected);
  }
});

test("two traces in a file: the first is read, and where the second begins is said", () => {
  const first = recorded("steady-go1.26.8");
  const both = new Uint8Array(first.length * 2);
  both.set(first);
  both.set(first, first.length);
  const { warnings, generations } = analysed(both);
  expect(warnings.map(({ code, offset }) => [code, offset])).toEqual([["trace-second", first.length]]);
  expect(generations).toBe(analysed(first).generations);
});

test.each([
  ["", "trace"],
  ["hello", "trace"],
  ["go 1.21 trace\0\0\0", "trace-version"],
  ["go 1.5 trace\0\0\0\0", "trace-version"],
  ["go 1.26 trace\0\0\0", "trace-empty"],
])("%j is refused as %s", (text, code) => {
  expect(() => analysed(new TextEncoder().encode(text))).toThrow(expect.objectContaining({ code }));
});

test("an old trace is told with what to do", () => {
  expect(() => analysed(new TextEncoder().encode("go 1.19 trace\0\0\0"))).toThrow(
    /written by Go 1\.19 or older.*record it with Go 1\.22 or newer, or open it with `go tool trace`/,
  );
});
