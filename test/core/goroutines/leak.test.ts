import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseDump } from "../../../src/core/goroutines/goroutine-dump.js";
import { findLeaks } from "../../../src/core/goroutines/leak.js";
import { dumpText, goroutinesOf, bytesOf } from "../../support/goroutine-lines.js";

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
  ["one empty select", times(1, `[select (no cases)] ${SEND} in 1`), "suspect select-no-cases 1 main.reply:5"],
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
  ["a few senders for a moment", times(8, `[chan send] ${SEND} in 1`)],
  [
    "who waits for a free slot while others work",
    times(16, "[chan send] main.limited@l.go:4 by main.all@a.go:2 in 1") +
      "\n" +
      times(4, "[IO wait] main.fetch@f.go:9 < main.limited@l.go:6 by main.all@a.go:2 in 1", 300),
  ],
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
  ["a pool that was started in between", [0, 8], []],
  ["a few more", [10, 13], []],
  ["the same", [64, 64], []],
])("against an earlier dump: %s", (_, [before, now], expected) => {
  const workers = (count: number) => MAIN + times(count, "[chan receive] main.worker@w.go:3 by main.start@p.go:1 in 1");
  expect(verdicts(workers(now), workers(before))).toEqual(expected);
});

test("new ones only, of different goroutines that still live", () => {
  const parents = times(8, "[IO wait] main.serve", 10);
  const children = Array.from(
    { length: 8 },
    (_, i) => `${100 + i} [chan receive] main.wait@w.go:3 by main.serve@s.go:1 in ${10 + i}`,
  );
  expect(verdicts(MAIN + parents + "\n" + children.join("\n"), MAIN + parents)).toEqual([
    "suspect chan-receive 8 main.wait:3",
  ]);
});

test("more of them while the earlier ones moved on is load", () => {
  const at = (from: number, count: number) =>
    MAIN + times(count, "[chan receive] main.worker@w.go:3 by main.start@p.go:1 in 1", from);
  expect(verdicts(at(500, 30), at(100, 10))).toEqual([]);
});

const lock = (id: number, address: number) =>
  `goroutine ${id} [sync.Mutex.Lock]:\nsync.(*Mutex).lockSlow(0x${address.toString(16)})\n\t/m.go:1 +0x2\nmain.(*T).get(0x1)\n\t/src/t.go:5 +0x2\n` +
  `created by main.start in goroutine 1\n\t/src/s.go:1 +0x2\n\n`;
const locks = (count: number, address: (i: number) => number, more = "") =>
  findLeaks(
    parseDump(
      bytesOf(
        dumpText(MAIN + more) + "\n" + Array.from({ length: count }, (_, i) => lock(100 + i, address(i))).join(""),
      ),
    ),
  );

test("more locks are waited for than anybody awake could hold", () => {
  const [finding] = locks(6, (i) => 0xc000 + 16 * i);
  expect([finding.pattern, finding.count, finding.evidence[0]]).toEqual([
    "mutex",
    6,
    "They wait for 6 different locks, but only 1 goroutine is awake that could release them.",
  ]);
});

test.each([
  ["one busy lock", () => 0xc000, ""],
  ["as many awake as locks", (i: number) => 0xc000 + 16 * i, times(5, "[runnable] main.work", 500)],
])("%s is not accused", (_, address, more) => expect(locks(6, address, more)).toEqual([]));

test("who likely holds the lock is named", () => {
  const holder = "7 [chan send] main.(*T).put@t.go:30 < main.run@t.go:2 by main.start@s.go:1 in 1";
  const [, mutex] = locks(
    6,
    (i) => 0xc000 + 16 * i,
    times(12, `[chan send] main.f by main.start@s.go:1 in 1`, 600) + "\n" + holder,
  );
  expect(mutex.evidence).toContain(
    "Goroutine 7 is in main.(*T).put (/src/t.go:30) and waits itself (chan send): it may hold the lock.",
  );
});

test.each([
  ["nobody in the same code moves", "", ["suspect mutex 2 main.reply:5"]],
  [
    "somebody in the same code runs",
    "\n900 [runnable] main.reply@r.go:7 < main.serve@s.go:2 by main.handle@h.go:9 in 1",
    [],
  ],
])("the same waiters for a lock at two moments: %s", (_, more, expected) => {
  const dump = MAIN + times(2, `[sync.Mutex.Lock] sync.(*Mutex).Lock < ${SEND} in 1`) + more;
  expect(verdicts(dump, dump)).toEqual(expected);
});

test("who waits for goroutines that are lost is lost, too", () => {
  const parents = times(
    2,
    "[sync.WaitGroup.Wait] sync.(*WaitGroup).Wait < main.all@a.go:3 by main.main@m.go:1 in 1",
    10,
  );
  const children = Array.from(
    { length: 12 },
    (_, i) => `${100 + i} [chan send] main.one@a.go:7 by main.all@a.go:2 in ${10 + (i % 2)}`,
  );
  const dump = MAIN + parents + "\n" + children.join("\n");
  expect(verdicts(dump)).toEqual(["suspect chan-send 12 main.one:7", "suspect waitgroup 2 main.all:3"]);
  expect(verdicts(dump + "\n200 [IO wait] main.slow by main.all@a.go:2 in 10")).toEqual([
    "suspect chan-send 12 main.one:7",
  ]);
});

test.each([
  ["a server's idle connections, many more", 150, ["suspect http-server-connection 150 net/http.(*conn).serve:1"]],
  ["a server's idle connections, a few more", 50, []],
])("%s", (_, count, expected) => {
  const idle =
    "[IO wait] net.(*conn).Read < net/http.(*connReader).Read < net/http.(*conn).serve by net/http.(*Server).Serve@s.go:1 in 1";
  expect(
    verdicts(MAIN + times(count, idle), MAIN).map((line) => line.replace(/net\S+:1/, "net/http.(*conn).serve:1")),
  ).toEqual(expected);
});

test("servers that tests or requests left running", () => {
  const serve = times(
    6,
    "[IO wait] net.(*netFD).accept < net/http.(*Server).Serve@s.go:1 by net/http/httptest.(*Server).goServe@t.go:1 in %",
  );
  expect(verdicts(MAIN + serve)).toEqual(["suspect http-server-not-closed 6 net/http.(*Server).Serve:1"]);
});

test("what memory and profiles say of the channel makes the pattern more precise", () => {
  const ticks = { ...reading({}), onTimer: new Set(Array.from({ length: 8 }, (_, i) => 100 + i)) };
  const [onTimer] = findLeaks(goroutinesOf(MAIN + times(8, `[chan receive] ${SEND} in %`)), undefined, ticks);
  expect(onTimer.pattern).toBe("timer-loop");
  expect(verdicts(MAIN + times(8, `[chan receive] runtime.gopark < runtime.chanrecv2 < ${SEND} in %`))).toEqual([
    "suspect range-not-closed 8 main.reply:5",
  ]);
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

test("ancestors tell whose request it was", () => {
  const connection = (id: number) =>
    `goroutine ${id} [select]:\nnet/http.(*persistConn).readLoop(0x1)\n\t/t.go:1 +0x2\n` +
    `created by net/http.(*Transport).dialConn in goroutine 900\n\t/t.go:2 +0x2\n` +
    `[originating from goroutine 900]:\nnet/http.(*Transport).dialConn(...)\n\t/t.go:2 +0x2\n` +
    `created by net/http.(*Transport).queueForDial\n\t/t.go:3 +0x2\n` +
    `[originating from goroutine 7]:\nnet/http.(*Client).Get(...)\n\t/c.go:1 +0x2\nmain.fetch(...)\n\t/f.go:9 +0x2\n\n`;
  const [finding] = findLeaks(parseDump(bytesOf(Array.from({ length: 6 }, (_, i) => connection(100 + i)).join(""))));
  expect([finding.pattern, finding.function, finding.line]).toEqual(["http-body-not-closed", "main.fetch", 9]);
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
    times(8, `[chan send, 2 minutes] ${SEND} in 1`),
    { unreachable: [101, 102], reachable: [100, 103] },
    undefined,
    ["confirmed memory chan-send 2: 101 102", "suspect likelihood chan-send 6: 100 103 104 105 106 107"],
  ],
  [
    "senders that somebody can serve are not accused for their number",
    times(12, `[chan send] ${SEND} in 1`),
    { reachable: Array.from({ length: 12 }, (_, i) => 100 + i) },
    undefined,
    [],
  ],
  [
    "what is left behind but held in somebody's list",
    times(8, `[chan receive] ${SEND} in %`),
    { reachable: [100, 101, 102, 103, 104, 105, 106, 107] },
    undefined,
    [],
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
  const workers = (count: number) => times(count, `[chan send] ${SEND} in 1`);
  const [finding] = inMemory(workers(30), { reachable: Array.from({ length: 30 }, (_, i) => 100 + i) }, workers(10));
  expect([finding.level, finding.basis]).toEqual(["confirmed", "growth"]);
  expect(finding.evidence).toContain(
    "Something that may still run can reach what they wait for; whether it ever will is not known.",
  );
});

const GOPLS = "test/fixtures/gopls-series/";
const goplsDumps = readdirSync(GOPLS).filter((name) => name.endsWith(".goroutine.txt"));

test("no moment of a healthy gopls is accused, alone or after another", () => {
  const moments = goplsDumps.map((name) => parseDump(readFileSync(GOPLS + name)));
  const accused = moments.flatMap((now, i) => [...findLeaks(now), ...(i > 0 ? findLeaks(now, moments[i - 1]) : [])]);
  expect([moments.length, accused]).toEqual([17, []]);
});

const IN_SESSION = "[select] main.refresh@s.go:7 by main.login@s.go:3 in %";
const BUSY = "9000 [running] main.work\n";

test.each([
  ["few of the latest, under load", BUSY + times(7, IN_SESSION, 8900), undefined, []],
  ["few, since the beginning", BUSY + times(7, IN_SESSION, 100), undefined, ["suspect select 7 main.refresh:7"]],
  ["many of the latest", BUSY + times(200, IN_SESSION, 8700), undefined, ["suspect select 200 main.refresh:7"]],
  ["others than at the earlier moment", times(9, IN_SESSION, 300), times(9, IN_SESSION, 100), []],
  ["the same as then", times(9, IN_SESSION, 100), times(9, IN_SESSION, 100), ["suspect select 9 main.refresh:7"]],
])("goroutines that end as others begin are none: %s", (_, now, before, expected) =>
  expect(verdicts(MAIN + now, before && MAIN + before)).toEqual(expected),
);
