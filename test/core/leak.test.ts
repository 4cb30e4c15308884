import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseDump } from "../../src/core/goroutine-dump.js";
import { findLeaks } from "../../src/core/leak.js";
import { dumpText, goroutinesOf, bytesOf } from "../support/goroutine-lines.js";

/** `count` goroutines with ids from `from`; "#" is the goroutine's number, "%" a parent that has ended. */
const times = (count: number, line: string, from = 100) =>
  Array.from({ length: count }, (_, i) => `${from + i} ${line.replace("%", String(5000 + i * 7))}`).join("\n");

const verdicts = (now: string, before?: string) =>
  findLeaks(goroutinesOf(now), before === undefined ? undefined : goroutinesOf(before)).map(
    ({ level, pattern, count, function: name, line }) => `${level} ${pattern} ${count} ${name}:${line}`,
  );

const MAIN = "1 [IO wait] net.(*netFD).accept < net/http.(*Server).Serve < main.main\n";
const SEND = "main.reply@r.go:5 < main.serve@s.go:2 by main.handle@h.go:9";

test.each([
  ["senders that nobody serves", times(20, `[chan send] ${SEND} in 1`), "suspect chan-send 20 main.reply:5"],
  ["one sender for six minutes", times(1, `[chan send, 6 minutes] ${SEND} in 1`), "suspect chan-send 1 main.reply:5"],
  ["proved by the runtime", times(1, `[chan send (leaked)] ${SEND} in 1`), "confirmed chan-send 1 main.reply:5"],
  ["a send to a nil channel", times(1, `[chan send (nil chan)] ${SEND} in 1`), "confirmed nil-channel 1 main.reply:5"],
  [
    "receivers on nil channels",
    times(5, `[chan receive (nil chan)] ${SEND} in 1`),
    "confirmed nil-channel 5 main.reply:5",
  ],
  ["empty selects", times(3, `[select (no cases)] ${SEND} in 1`), "suspect select-no-cases 3 main.reply:5"],
  [
    "receivers that requests left behind",
    times(8, `[chan receive] ${SEND} in %`),
    "suspect chan-receive 8 main.reply:5",
  ],
  ["selects that requests left behind", times(8, `[select] ${SEND} in %`), "suspect select 8 main.reply:5"],
  [
    "sleepers that requests left behind",
    times(8, `[sleep] time.Sleep@t.go:1 < ${SEND} in %`),
    "suspect sleep-loop 8 main.reply:5",
  ],
  [
    "a lock held for minutes",
    times(2, `[sync.Mutex.Lock, 3 minutes] sync.(*Mutex).Lock < ${SEND} in 1`),
    "suspect mutex 2 main.reply:5",
  ],
  [
    "a WaitGroup without Done",
    times(2, `[sync.WaitGroup.Wait, 3 minutes] sync.(*WaitGroup).Wait < ${SEND} in 1`),
    "suspect waitgroup 2 main.reply:5",
  ],
  [
    "response bodies left open: the culprit is where the connection was made",
    times(5, "[select] net/http.(*persistConn).readLoop by net/http.(*Transport).dialConn@t.go:1 in %") +
      "\n" +
      times(5, "[select] net/http.(*persistConn).writeLoop by net/http.(*Transport).dialConn@t.go:1 in %", 300),
    "suspect http-body-not-closed 5 net/http.(*persistConn).readLoop:1",
  ],
  [
    "contexts never cancelled",
    times(9, "[select] context.(*cancelCtx).propagateCancel.func2 by context.WithCancel@c.go:1 in %"),
    "suspect context-never-cancelled 9 context.(*cancelCtx).propagateCancel.func2:1",
  ],
  [
    "very many, whoever started them",
    times(1000, `[chan receive] ${SEND} in 1`),
    "suspect chan-receive 1000 main.reply:5",
  ],
])("accuses %s", (_, dump, verdict) => expect(verdicts(MAIN + dump)).toEqual([verdict]));

test.each([
  ["one goroutine that waits", times(1, `[chan receive] ${SEND} in 1`)],
  ["one sender for a moment", times(1, `[chan send] ${SEND} in 1`)],
  [
    "a pool of workers for hours",
    times(64, "[chan receive, 300 minutes] main.worker@w.go:3 by main.startPool@p.go:1 in 1"),
  ],
  [
    "a pool whose starter has ended",
    times(64, "[chan receive, 300 minutes] main.worker@w.go:3 by main.startPool@p.go:1 in 77"),
  ],
  ["helpers of requests that are under way", MAIN_REQUESTS()],
  [
    "an idle server's connections",
    times(
      200,
      "[IO wait] internal/poll.runtime_pollWait < net.(*conn).Read < net/http.(*connReader).Read < net/http.(*conn).serve by net/http.(*Server).Serve@s.go:1 in 1",
    ),
  ],
  [
    "an idle client's connections",
    times(
      50,
      "[IO wait] net.(*conn).Read < net/http.(*persistConn).Read < net/http.(*persistConn).readLoop by net/http.(*Transport).dialConn@t.go:1 in %",
    ),
  ],
  [
    "a signal handler",
    times(1, "[syscall, 9 minutes] os/signal.signal_recv < os/signal.loop by os/signal.Notify.func1.1@s.go:1 in 1"),
  ],
  [
    "database/sql's openers",
    times(9, "[select, 90 minutes] database/sql.(*DB).connectionOpener by database/sql.OpenDB@s.go:1 in %"),
  ],
  ["main that parks itself", "1 [select (no cases), 90 minutes] main.main"],
  [
    "the runtime's own",
    times(
      9,
      "[GC worker (idle), 9 minutes] runtime.gopark < runtime.gcBgMarkWorker by runtime.gcBgMarkStartWorkers@m.go:1 in %",
    ),
  ],
  ["a lock that many want for a moment", times(20, `[sync.Mutex.Lock] sync.(*Mutex).Lock < ${SEND} in 1`)],
  ["busy goroutines", times(50, `[runnable] ${SEND} in %`)],
])("does not accuse %s", (_, dump) => expect(verdicts((dump.startsWith("1 ") ? "" : MAIN) + dump)).toEqual([]));

function MAIN_REQUESTS(): string {
  const requests = times(
    20,
    "[IO wait] main.query@q.go:1 < net/http.(*conn).serve by net/http.(*Server).Serve@s.go:1 in 1",
    200,
  );
  const helpers = Array.from({ length: 20 }, (_, i) => `${400 + i} [select] ${SEND} in ${200 + i}`).join("\n");
  return `${requests}\n${helpers}`;
}

test.each([
  ["more, and the old have not moved", [10, 30], ["confirmed chan-receive 30 main.worker:3"]],
  ["new ones only", [0, 8], ["suspect chan-receive 8 main.worker:3"]],
  ["a few more", [10, 13], []],
  ["the same", [64, 64], []],
])("against an earlier dump: %s", (_, [before, now], expected) => {
  const workers = (count: number) => MAIN + times(count, "[chan receive] main.worker@w.go:3 by main.start@p.go:1 in 1");
  expect(verdicts(workers(now), workers(before))).toEqual(expected);
});

test("more of them while the earlier ones moved on is load", () => {
  const at = (from: number, count: number) =>
    MAIN + times(count, "[chan receive] main.worker@w.go:3 by main.start@p.go:1 in 1", from);
  expect(verdicts(at(500, 30), at(100, 10))).toEqual([]);
});

test("a deadlock that the runtime found is told with the locks", () => {
  const findings = findLeaks(parseDump(readFileSync("test/fixtures/dumps/deadlock-go1.26.8.txt")));
  expect(findings.map(({ level, pattern, function: name, line }) => `${level} ${pattern} ${name}:${line}`)).toEqual([
    "confirmed deadlock main.main:13",
    "confirmed deadlock main.main.func1:11",
    "confirmed deadlock main.main.func2:12",
  ]);
  expect(findings[1].evidence).toContain("It waits for the one at 0xe00dc182000.");
});

test("a finding says what, why, what to do and on what evidence", () => {
  const [finding] = findLeaks(goroutinesOf(MAIN + times(8, `[chan send, 2 minutes] ${SEND} in %`)));
  expect(finding).toMatchObject({
    function: "main.reply",
    file: "/src/r.go",
    createdBy: { function: "main.handle", line: 9 },
    explanation: "8 goroutines are blocked sending on a channel; likely nobody receives from it any more.",
    advice: "Make the channel large enough for the results, or select on the send and on ctx.Done().",
    evidence: [
      "8 of them are left behind by goroutines that have ended.",
      "8 different goroutines started them, and 8 of those have ended.",
      "The longest has waited for 2 minutes.",
      "Started by main.handle (/src/h.go:9).",
    ],
    ids: [100, 101, 102, 103, 104, 105, 106, 107],
  });
});

test("what a truncated dump does not show is not taken for ended", () => {
  const text = dumpText(MAIN + times(8, `[chan receive] ${SEND} in %`)) + "\ngoroutine 900 [sel";
  expect(findLeaks(parseDump(bytesOf(text)))).toEqual([]);
});

const reading = (about: Partial<Record<"unreachable" | "reachable", number[]>> & { cycles?: number[][] }) => ({
  unreachable: new Set(about.unreachable),
  reachable: new Set(about.reachable),
  waitsOn: new Map([[101, "It waits on the channel at 0xc000012345: 1 sender waits, no receiver."]]),
  cycles: about.cycles ?? [],
  limits: ["The walk took every word that looks like a pointer for one."],
});
const inMemory = (now: string, about: Parameters<typeof reading>[0], before?: string) =>
  findLeaks(goroutinesOf(MAIN + now), before === undefined ? undefined : goroutinesOf(MAIN + before), reading(about));
const judged = (findings: ReturnType<typeof inMemory>) =>
  findings.map(({ level, basis, pattern, count, ids }) => `${level} ${basis} ${pattern} ${count}: ${ids.join(" ")}`);

const ONE = times(3, `[chan receive] ${SEND} in 1`);

test.each([
  ["one goroutine is enough", ONE, { unreachable: [101] }, undefined, ["suspect memory chan-receive 1: 101"]],
  [
    "waiting for minutes makes it sure",
    times(3, `[chan receive, 2 minutes] ${SEND} in 1`),
    { unreachable: [101] },
    undefined,
    ["confirmed memory chan-receive 1: 101"],
  ],
  [
    "so does having been there before",
    ONE,
    { unreachable: [101, 102] },
    ONE,
    ["confirmed memory chan-receive 2: 101 102"],
  ],
  [
    "a circle is one, reachable or not",
    ONE,
    { reachable: [100, 101], cycles: [[101, 100]] },
    undefined,
    ["suspect memory chan-receive 2: 100 101"],
  ],
  [
    "the rest at the same line is judged as if alone",
    times(8, `[chan send] ${SEND} in 1`),
    { unreachable: [101, 102], reachable: [100, 103] },
    undefined,
    ["suspect likelihood chan-send 6: 100 103 104 105 106 107", "suspect memory chan-send 2: 101 102"],
  ],
  ["what can be reached is not accused", ONE, { reachable: [100, 101, 102] }, undefined, []],
  [
    "idle by design, and yet forgotten by all",
    times(1, "[select] database/sql.(*DB).connectionOpener by database/sql.OpenDB@s.go:1 in 1", 101),
    { unreachable: [101] },
    undefined,
    ["suspect memory select 1: 101"],
  ],
])("in memory: %s", (_, now, about, before, expected) =>
  expect(judged(inMemory(now, about, before))).toEqual(expected),
);

test("a verdict from memory says what was read and what could not be", () => {
  const [finding] = inMemory(ONE, { unreachable: [101], cycles: [[101, 102]] });
  expect(finding.explanation).toBe(
    "2 goroutines are blocked receiving from a channel; likely nobody sends to it or closes it any more.",
  );
  expect(finding.evidence).toEqual([
    "Likely for good: in the memory of the program nothing that may still run reaches what they wait for.",
    "They wait for each other in a circle: goroutines 101 → 102 → 101.",
    "The walk took every word that looks like a pointer for one.",
    "It waits on the channel at 0xc000012345: 1 sender waits, no receiver.",
    "Started by main.handle (/src/h.go:9).",
  ]);
});

test("a suspicion of what can be reached says so", () => {
  const ids = Array.from({ length: 8 }, (_, i) => 100 + i);
  const [finding] = inMemory(times(8, `[chan send] ${SEND} in 1`), { reachable: ids });
  expect(finding.evidence).toContain(
    "Something that may still run can reach what they wait for; whether it ever will is not known.",
  );
});
