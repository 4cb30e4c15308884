/**
 * Stacks are written root first: what the program calls, then net/http, then the wait or the allocation.
 */
import { expect, test } from "vitest";
import type { Finding } from "../../../src/core/diagnosis/diagnosis.js";
import { blameRequests, requestSites } from "../../../src/core/diagnosis/http-connections.js";
import { profileOf } from "../../support/folded.js";

const HEAP = [
  { type: "alloc_space", unit: "bytes" },
  { type: "inuse_space", unit: "bytes" },
];
const GOROUTINE = [{ type: "goroutine", unit: "count" }];
const DO = "net/http.(*Client).Get;net/http.(*Client).do;net/http.(*Transport).RoundTrip";
const MB = 1_048_576;

const heaps = (...profiles: string[]) => profiles.map((folded) => profileOf(folded, { sampleTypes: HEAP }));
const goroutines = (...profiles: string[]) => profiles.map((folded) => profileOf(folded, { sampleTypes: GOROUTINE }));

const sites = (heap: string[], goroutine: string[]): string[] =>
  requestSites(heaps(...heap), goroutines(...goroutine)).map(
    ({ frame, retainedGrowth, allocated, seenInFlight }) =>
      `${frame.function}:${frame.line} retains ${retainedGrowth} of ${allocated}, in flight ${seenInFlight}`,
  );

test.each<[string, string[], string[], string[]]>([
  [
    "a line is seen in flight",
    [],
    [`main.quote@a.go:7;${DO};runtime.gopark 2`, `main.quote@a.go:7;${DO};runtime.gopark 1`, "main.main 1"],
    ["main.quote:7 retains 0 of 0, in flight 2"],
  ],
  [
    "a line is seen in what its requests allocate",
    [`main.quote@a.go:7;${DO} 100 50`, `main.quote@a.go:7;${DO} 300 80`],
    [],
    ["main.quote:7 retains 30 of 300, in flight 0"],
  ],
  [
    "the program's line counts, not that of a dependency that wraps the client",
    [`main.quote@a.go:7;example.com/retry.Do@/src/vendor/retry/do.go:9;${DO} 100 50`],
    [],
    ["main.quote:7 retains 0 of 100, in flight 0"],
  ],
  [
    "a round tripper of the program below the client is not who asks",
    [],
    [`main.quote@a.go:7;${DO};main.tracing@b.go:3;net/http.(*Transport).roundTrip;runtime.gopark 1`],
    ["main.quote:7 retains 0 of 0, in flight 1"],
  ],
  [
    "what stays alive comes before what is busy",
    [`main.busy@a.go:1;${DO} 900 0`, `main.busy@a.go:1;${DO} 9900 0\nmain.leaky@b.go:2;${DO} 100 60`],
    [`main.busy@a.go:1;${DO};runtime.gopark 9`, ""],
    ["main.leaky:2 retains 60 of 100, in flight 0", "main.busy:1 retains 0 of 9900, in flight 1"],
  ],
  ["a server makes no requests", ["net/http.(*conn).serve;main.handle@a.go:7;fmt.Fprintf 100 50"], [], []],
])("%s", (_, heap, goroutine, expected) => {
  expect(sites(heap, goroutine)).toEqual(expected);
});

const finding = (kind: Finding["kind"], stack: string, more: Partial<Finding> = {}): Finding => {
  const frames = stack
    .split(";")
    .reverse()
    .map((frame) => {
      const [name, file = "std.go", line = "1"] = frame.split(/[@:]/);
      return { function: name, file, line: Number(line) };
    });
  const numbers = { first: 1, last: 9, slopePerMinute: 8, z: 3, dz: 3, share: 0.25, series: [1, 9] };
  return {
    kind,
    level: "confirmed",
    ...frames[frames.length - 1],
    stack: frames,
    sampleType: kind === "goroutine" ? "goroutine" : "inuse_space",
    ...numbers,
    explanation: "Likely bodies.",
    advice: "Close them.",
    ...more,
  };
};
const READ = finding("goroutine", "net/http.(*persistConn).readLoop;runtime.gopark");
const WRITE = finding("goroutine", "net/http.(*persistConn).writeLoop;runtime.gopark");
const DIALED = finding(
  "heap-stack",
  "net/http.(*Transport).dialConnFor;net/http.(*Transport).dialConn;bufio.NewReaderSize",
);
const CACHE = finding("heap-stack", "main.put@c.go:5;bytes.Clone");

const blame = (findings: Finding[], heap: string[], goroutine: string[]): string[] =>
  blameRequests(findings, heaps(...heap), goroutines(...goroutine)).map(
    ({ level, function: name, line, share }) => `${level} ${name}:${line} ${share}`,
  );

test("the findings of connections become one, at the line that makes requests", () => {
  const goroutine = [`main.quote@a.go:7;${DO};runtime.gopark 1`];
  expect(blame([READ, CACHE, DIALED, WRITE], [], goroutine)).toEqual([
    "confirmed main.quote:7 0.5",
    "confirmed main.put:5 0.25",
  ]);
});

test("what the requests of that line keep alive is the same leak", () => {
  const kept = finding("heap-stack", `main.quote@a.go:7;${DO};net/http.NewRequest`, {
    function: "main.quote",
    file: "a.go",
    line: 7,
  });
  expect(blame([READ, kept], [`main.quote@a.go:7;${DO} ${MB} ${MB}`], [])).toEqual(["confirmed main.quote:7 0.25"]);
});

test("of several busy lines the likeliest is only suspected, and the others are told", () => {
  const goroutine = [
    `main.quote@a.go:7;${DO};runtime.gopark 1\nmain.pay@b.go:9;${DO};runtime.gopark 1`,
    `main.pay@b.go:9;${DO};runtime.gopark 1`,
  ];
  const [found] = blameRequests([READ], [], goroutines(...goroutine));
  expect([found.level, found.function, found.explanation]).toEqual([
    "suspect",
    "main.pay",
    "Likely bodies. The connections' own stacks do not show who asked; this is the likeliest of 2 lines seen to make requests: requests of it were under way in 2 snapshots. Others: main.quote (a.go:7).",
  ]);
});

test("where nobody is seen to make requests, the connection itself is named", () => {
  const [found] = blameRequests([READ, WRITE], [], []);
  expect([found.level, found.function, found.explanation]).toEqual([
    "confirmed",
    "net/http.(*persistConn).readLoop",
    "Likely bodies. No snapshot shows who makes requests: look at every call of an http.Client.",
  ]);
});

test("without connections nothing changes", () => {
  const findings = [CACHE];
  expect(blameRequests(findings, heaps(`main.quote@a.go:7;${DO} 100 50`), [])).toBe(findings);
});
