import { expect, test } from "vitest";
import { diagnose } from "../../../../src/core/diagnosis/diagnose.js";
import type { Snapshot } from "../../../../src/core/diagnosis/diagnosis.js";
import { goroutinesAgainstAllocations } from "../../../../src/core/diagnosis/goroutines-against-allocations.js";
import { openProfile } from "../../../../src/core/open.js";
import type { ValueType } from "../../../../src/core/profile/profile.js";
import { profileOf } from "../../../support/folded.js";
import { heapProfile } from "../../../support/heap-simulation.js";

const GOROUTINE: readonly ValueType[] = [{ type: "goroutine", unit: "count" }];

/** A line per stack: `stack: goroutines at each snapshot`. */
function series(text: string): Snapshot[] {
  const rows = text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(": "));
  const counts = rows.map(([, numbers]) => numbers.split(/\s+/).map(Number));
  return counts[0].map((_, at) => ({
    atMs: at * 10_000,
    goroutine: profileOf(rows.map(([stack], i) => `${stack} ${counts[i][at]}`).join("\n"), { sampleTypes: GOROUTINE }),
  }));
}

function told(text: string): string[] {
  const { verdict, findings } = diagnose("test", series(text));
  return [
    verdict,
    ...findings.map(
      ({ level, function: name, line, first, last, slopePerMinute }) =>
        `${level} ${name}:${line} ${first}→${last} +${slopePerMinute}/min`,
    ),
  ];
}

const SEND = "runtime.chansend1@c.go:5;runtime.chansend@c.go:9;runtime.gopark@p.go:1";

test.each([
  [
    "a leak of goroutines is confirmed at the blocked line",
    `app.start.func1@a.go:7;app.send@a.go:42;${SEND}: 1 11 21 31 41 51`,
    ["leak", "confirmed app.send:42 1→51 +60/min"],
  ],
  [
    "callers do not matter, the blocked line does",
    `app.x.func1@x.go:1;app.send@a.go:42;${SEND}: 1 3 5 7 9 11
     app.y.func1@y.go:1;app.send@a.go:42;${SEND}: 1 3 5 7 9 11`,
    ["leak", "confirmed app.send:42 2→22 +24/min"],
  ],
  [
    "a few more on top of many: a count that never falls",
    `app.run@a.go:7;${SEND}: 5000 5002 5004 5006 5008 5010 5012`,
    ["leak", "confirmed app.run:7 5000→5012 +12/min"],
  ],
  ["a handful is a suspect", `app.run@a.go:7;${SEND}: 0 1 2 4 5 6`, ["suspect", "suspect app.run:7 0→6 +7.5/min"]],
  ["less than a handful is nothing", `app.run@a.go:7;${SEND}: 0 1 2 3 4 4`, ["no-growth"]],
  ["load goes up and down", `app.handle@a.go:7;${SEND}: 50 70 40 90 60 80 55 75`, ["no-growth"]],
  ["a pool that filled up", `app.worker@a.go:7;${SEND}: 2 8 14 20 20 20 20 20 20`, ["no-growth"]],
  ["four snapshots", `app.run@a.go:7;${SEND}: 0 100 200 300`, ["not-enough-data"]],
  [
    "the goroutine that takes the profile is left out",
    `net/http.serve@h.go:1;net/http/pprof.Index@p.go:1;runtime/pprof.writeGoroutine@w.go:1: 1 11 21 31 41 51`,
    ["no-growth"],
  ],
  [
    "a stack of the standard library alone is blamed on its entry",
    `net/http.(*conn).serve@h.go:9;net/http.(*conn).readRequest@h.go:5;internal/poll.runtime_pollWait@p.go:3: 1 11 21 31 41 51`,
    ["leak", "confirmed net/http.(*conn).serve:9 1→51 +60/min"],
  ],
  [
    "connections that wait for their next request are up to the clients",
    `net/http.(*conn).serve@h.go:9;bufio.(*Reader).Peek@h.go:5;internal/poll.runtime_pollWait@p.go:3: 1 11 21 31 41 51`,
    ["suspect", "suspect net/http.(*conn).serve:9 1→51 +60/min"],
  ],
])("%s", (_, text, expected) => expect(told(text)).toEqual(expected));

test.each([
  [`app.f@a.go:1;${SEND}`, "blocked sending on a channel"],
  ["app.f@a.go:1;runtime.chanrecv1@c.go:1;runtime.gopark@p.go:1", "blocked receiving from a channel"],
  ["app.f@a.go:1;runtime.selectgo@c.go:1;runtime.gopark@p.go:1", "blocked in a select"],
  ["app.f@a.go:1;time.Sleep@c.go:1;runtime.gopark@p.go:1", "sleep"],
  ["app.f@a.go:1;sync.(*WaitGroup).Wait@c.go:1;sync.runtime_SemacquireWaitGroup@p.go:1", "wait for a WaitGroup"],
  ["app.f@a.go:1;sync.(*Mutex).Lock@c.go:1;internal/sync.(*Mutex).lockSlow@m.go:1", "wait for a mutex"],
  ["app.f@a.go:1;net.(*conn).Read@c.go:1;internal/poll.(*FD).Read@p.go:1", "wait for the network"],
  ["net/http.(*persistConn).readLoop@t.go:1;bufio.(*Reader).Peek@b.go:1", "HTTP client connections"],
  ["app.f@a.go:1;app.g@a.go:2", "start faster than they end"],
])("%s: %s", (stack, words) => {
  const [finding] = diagnose("test", series(`${stack}: 1 11 21 31 41 51`)).findings;
  expect(finding.explanation).toContain(words);
  expect(finding.advice).toMatch(/\.$/);
});

test("in dumps, which leave the runtime's frames out, the state tells what goroutines wait for", () => {
  const dump = (count: number) =>
    Array.from({ length: count }, (_, i) => `goroutine ${i + 1} [chan send]:\napp.leak(...)\n\t/src/a.go:9 +0x1\n`);
  const snapshots = [1, 11, 21, 31, 41].map((count, i) => ({
    atMs: i * 1e4,
    goroutine: openProfile(new TextEncoder().encode(dump(count).join("\n"))),
  }));
  const [finding] = diagnose("test", snapshots).findings;
  expect([finding.function, finding.file, finding.line, finding.last]).toEqual(["app.leak", "/src/a.go", 9, 41]);
  expect(finding.explanation).toContain("blocked sending on a channel");
});

test("goroutines against allocations: one row per function, growth of both, recursion once", () => {
  const heap = (kb: number) => heapProfile(`app.serve;app.walk;app.walk ${kb} ${kb * 1024} ${kb} ${kb * 1024}`);
  const goroutine = (count: number) => profileOf(`app.serve;app.wait ${count}`, { sampleTypes: GOROUTINE });
  const rows = goroutinesAgainstAllocations([
    { atMs: 0, heap: heap(10), goroutine: goroutine(3) },
    { atMs: 1, heap: heap(20), goroutine: goroutine(5) },
    { atMs: 2, heap: heap(30), goroutine: goroutine(9) },
  ]);
  expect(
    rows.map((row) => [
      row.function,
      row.goroutines,
      row.goroutinesGrowth,
      row.bytes,
      row.bytesGrowth,
      row.objects,
      row.objectsGrowth,
    ]),
  ).toEqual([
    ["app.serve", 9, 6, 30_720, 20_480, 30, 20],
    ["app.walk", 0, 0, 30_720, 20_480, 30, 20],
    ["app.wait", 9, 6, 0, 0, 0, 0],
  ]);
});
