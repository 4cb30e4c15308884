import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DumpParser, GO_CUTS_AT, parseDump } from "../../../src/core/goroutines/goroutine-dump.js";
import { findLeaks } from "../../../src/core/goroutines/leak.js";
import { recognise } from "../../../src/core/open.js";
import { formatDump } from "../../../src/core/goroutines/goroutine-text.js";
import { bytesOf, drawnGoroutines } from "../../support/goroutine-lines.js";

const DUMPS = "test/fixtures/dumps/";
const dumps = readdirSync(DUMPS).filter((name) => name.endsWith(".txt") && !/debug1|\.go\.txt$/.test(name));
const read = (name: string) => readFileSync(DUMPS + name);
const drawn = (text: string) => drawnGoroutines(parseDump(bytesOf(text)));
const written = (bytes: Uint8Array) => [...formatDump(parseDump(bytes))].join("");

test.each(dumps)("%s: ids and count are those of the text", (name) => {
  const ids = [
    ...read(name)
      .toString()
      .matchAll(/^goroutine (\d+) /gm),
  ].map((match) => Number(match[1]));
  const goroutines = parseDump(read(name));
  expect([...goroutines.id]).toEqual(ids.filter((id) => id !== 0)); // 0 is a thread's scheduler
  expect(goroutines.warnings).toEqual([]);
  expect(goroutines.complete).toBe(true);
});

test.each(dumps)("%s: written again, all is there but arguments and addresses", (name) => {
  const text = read(name)
    .toString()
    .replace(/^(?!\t)(.*)\(.*\)$/gm, "$1(...)")
    .replace(/ (gp|mp?)=\S+/g, "")
    .replace(/ fp=.*$/gm, "")
    .replace(/ labels:\{"req": "42", "user": "ann \\"b\\" \]:"\}\]/, '] {req: 42, user: "ann \\"b\\" ]:"}');
  const from = text.indexOf("goroutine 1 ");
  const again = written(read(name));
  const end = text.search(/\n\n+(rax|-----)/);
  expect(again.slice(again.indexOf("goroutine 1 "))).toBe(text.slice(from, end < 0 ? undefined : end + 1));
});

test.each(dumps)("%s: chunks of any size give the same", (name) => {
  const bytes = read(name);
  for (const size of [1, 7, 64, 1000]) {
    const parser = new DumpParser();
    for (let at = 0; at < bytes.length; at += size) parser.feed(bytes.subarray(at, at + size));
    expect([...formatDump(parser.end())].join("")).toBe(written(bytes));
  }
});

test.each(dumps)("%s: every prefix is read without a throw and keeps what was complete", (name) => {
  const bytes = read(name);
  const whole = parseDump(bytes);
  for (let length = 0; length < bytes.length; length += 97) {
    const part = parseDump(bytes.subarray(0, length));
    expect(whole.id.slice(0, part.count)).toEqual(part.id.slice(0, part.count));
  }
});

test.each([
  [
    "a plain stack",
    "goroutine 7 [chan receive]:\nmain.f(0x1, {0x2, 0x3})\n\t/src/a.go:12 +0x1d\n",
    "7 [chan receive] main.f@a.go:12",
  ],
  [
    "waiting time and thread",
    "goroutine 7 [select, 12 minutes, locked to thread]:\n",
    "7 [select, 12 minutes, locked to thread]",
  ],
  ["a reason with brackets", "goroutine 7 [chan send (nil chan), 3 minutes]:\n", "7 [chan send (nil chan), 3 minutes]"],
  ["the runtime's proof", "goroutine 7 [chan receive (leaked)]:\n", "7 [chan receive (leaked)]"],
  [
    "a synctest bubble",
    "goroutine 7 [sleep (durable), synctest bubble 3]:\n",
    "7 [sleep (durable), synctest bubble 3]",
  ],
  [
    "labels of Go 1.26",
    'goroutine 7 [select labels:{"a": "1", "b c": "x]:\\n"}]:\n',
    '7 [select] {a: 1, "b c": "x]:\\n"}',
  ],
  [
    "labels of Go 1.27",
    'goroutine 7 [select] {a: 1, "b c": "\\u00e4", e: }:\n',
    '7 [select] {a: 1, "b c": "\\u00e4", e: }',
  ],
  [
    "GOTRACEBACK=system",
    "goroutine 7 gp=0xc1 m=nil [select]:\nmain.f()\n\t/a.go:1 +0x2 fp=0x1 sp=0x2 pc=0x3\n",
    "7 [select] main.f@a.go:1",
  ],
  ["inlined", "goroutine 7 [select]:\nmain.f(...)\n\t/a.go:1\n", "7 [select] (main.f@a.go:1)"],
  [
    "type arguments and receivers",
    "goroutine 7 [select]:\nmain.(*T[...]).f-fm(0x1)\n\t/a.go:1 +0x2\n",
    "7 [select] main.(*T[...]).f-fm@a.go:1",
  ],
  ["Windows", "goroutine 7 [select]:\r\nmain.f()\r\n\tC:/my app/a.go:1 +0x2\r\n\r\n", "7 [select] main.f@a.go:1"],
  [
    "creator with its goroutine",
    "goroutine 7 [select]:\ncreated by main.main in goroutine 1\n\t/a.go:1 +0x2\n",
    "7 [select]  by main.main@a.go:1 in 1",
  ],
  [
    "creator before Go 1.21",
    "goroutine 7 [select]:\ncreated by main.main\n\t/a.go:1 +0x2\n",
    "7 [select]  by main.main@a.go:1",
  ],
  [
    "elided frames",
    "goroutine 7 [select]:\n...12 frames elided...\nmain.f()\n\t/a.go:1 +0x2\n",
    "7 [select] ...12 frames elided... < main.f@a.go:1",
  ],
  [
    "elided frames before Go 1.21",
    "goroutine 7 [select]:\n...additional frames elided...\n",
    "7 [select] ...additional frames elided...",
  ],
  [
    "ancestors",
    "goroutine 7 [select]:\nmain.f()\n\t/a.go:1 +0x2\ncreated by main.g in goroutine 5\n\t/a.go:3 +0x2\n[originating from goroutine 5]:\nmain.g(...)\n\t/a.go:4 +0x2\ncreated by main.h\n\t/a.go:5 +0x2\n[originating from goroutine 1]:\nmain.main(...)\n\t/a.go:9 +0x2\n",
    "7 [select] main.f@a.go:1 by main.g@a.go:3 in 5\n  from 5 main.g@a.go:4\n  from 1 main.main@a.go:9",
  ],
  [
    "C without names",
    "goroutine 7 [syscall]:\nnon-Go function at pc=0x1\nmain.f()\n\t/a.go:1 +0x2\n",
    "7 [syscall] <non-Go function> < main.f@a.go:1",
  ],
  [
    "C with a symboliser",
    "goroutine 7 [syscall]:\nstd::map<int, int>::at(int)\n\t/m.cc:3 pc=0x1\nmain.f()\n\t/a.go:1 +0x2\n",
    "7 [syscall] <std::map<int, int>::at(int)@m.cc:3> < main.f@a.go:1",
  ],
  [
    "another thread",
    "goroutine 7 [running]:\n\tgoroutine running on other thread; stack unavailable\ncreated by main.main in goroutine 1\n\t/a.go:1 +0x2\n",
    "7 [running]  by main.main@a.go:1 in 1",
  ],
  [
    "log lines between function and file",
    "goroutine 7 [select]:\nmain.f()\n2026/01/02 listening: (8080)\n\n  indented: 12\n\t/a.go:1 +0x2\n",
    "7 [select] main.f@a.go:1",
  ],
  [
    "a race report inside",
    "goroutine 7 [select]:\n==================\nWARNING: DATA RACE\nRead at 0x1 by goroutine 9:\n  main.g()\n      /g.go:3 +0x4\n\n==================\nmain.f()\n\t/a.go:1 +0x2\n",
    "7 [select] main.f@a.go:1",
  ],
  [
    "no blank line between two",
    "goroutine 7 [select]:\nmain.f()\n\t/a.go:1 +0x2\ngoroutine 8 [select]:\nmain.g()\n\t/a.go:2 +0x2\n",
    "7 [select] main.f@a.go:1\n8 [select] main.g@a.go:2",
  ],
  [
    "a stack outside of goroutines",
    "runtime stack:\nruntime.throw()\n\t/p.go:1 +0x2\n\ngoroutine 7 [select]:\nmain.f()\n\t/a.go:1 +0x2\n",
    "7 [select] main.f@a.go:1",
  ],
  [
    "what a test logged",
    "=== RUN   TestA\n    a_test.go:7: stacks:\n        goroutine 7 [select]:\n        main.f()\n        \t/a.go:1 +0x2\n\n        goroutine 8 [select]:\n        main.g()\n        \t/a.go:2 +0x2\n--- FAIL: TestA (0.00s)\nmain.h()\n\t/a.go:3 +0x2\n",
    "7 [select] main.f@a.go:1\n8 [select] main.g@a.go:2",
  ],
  [
    "goleak's list",
    "found unexpected goroutines:\n[Goroutine 7 in state chan send, with main.f on top of the stack:\nmain.f()\n\t/a.go:1 +0x2\ncreated by main.g in goroutine 1\n\t/a.go:2 +0x2\n Goroutine 8 in state select (no cases), with main.h on top of the stack:\nmain.h()\n\t/a.go:3 +0x2\n]\nmain.k()\n\t/a.go:4 +0x2\n",
    "7 [chan send] main.f@a.go:1 by main.g@a.go:2 in 1\n8 [select (no cases)] main.h@a.go:3",
  ],
  [
    "lines wrapped by go test -json",
    ["goroutine 7 [select]:", "main.f()", "\t/a.go:1 +0x2", "", "goroutine 8 [select]:"]
      .map((line) => JSON.stringify({ Action: "output", Test: "TestA", Output: `${line}\n` }))
      .join("\n") + '\n{"Action":"pass"}\n{"Action":"output"\n',
    "7 [select] main.f@a.go:1\n8 [select]",
  ],
])("reads %s", (_, text, lines) => expect(drawn(text)).toBe(lines));

test.each([
  ["goroutine 7 [select]:\nmain.f()\n\t/a.go:1 +0x2\ncreated by main.ma", ["truncated"]],
  ["goroutine 7 [select]:\nmain.f()\n\t/a.go:1 +0x2\n\ngoroutine 8 [sel", ["truncated"]],
  ["goroutine 7 [select]:\nmain.f()\nmain.g()\n\t/a.go:1 +0x2\n", ["frame-without-file"]],
  ["goroutine 7 is tired:\ngoroutine 8 [select]:\nmain.f()\n\t/a.go:1 +0x2\n", ["goroutine-header"]],
  ["goroutine 7 is tired:\n".repeat(1000) + "goroutine 8 [select]:\nmain.f()\n\t/a.go:1 +0x2\n", ["goroutine-header"]],
  ["goroutine 7 [select]:\n" + "main.f()\n".repeat(1000), ["frame-without-file", "no-stack"]],
  ["goroutine 7 [select]:\nmain.f()\n\t/a.go:1 +0x2\n\n".repeat(2), ["repeated-goroutines"]],
])("%j is read with warnings %j", (text, codes) =>
  expect(parseDump(bytesOf(text)).warnings.map(({ code }) => code)).toEqual(codes),
);

test("offsets of warnings count UTF-16 code units", () => {
  const text = "grüße 🙂\ngoroutine 7 is tired:\n";
  expect(parseDump(bytesOf(text)).warnings[0].offset).toBe(text.indexOf("goroutine"));
});

test.each([
  ["panic: oh no\n\ngoroutine 1 [running]:\n", "panic: oh no"],
  [
    "log\nfatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [select]:\n",
    "fatal error: all goroutines are asleep - deadlock!",
  ],
  ["goroutine 1 [select]:\n", undefined],
])("%j was written because of %j", (text, cause) => expect(parseDump(bytesOf(text)).cause).toBe(cause));

test("equal stacks are kept once", () => {
  const one = (id: number) => `goroutine ${id} [select]:\nmain.f(${id})\n\t/a.go:1 +0x2\n\n`;
  const goroutines = parseDump(bytesOf(Array.from({ length: 1000 }, (_, i) => one(i + 1)).join("")));
  expect([goroutines.count, goroutines.stacks.count, goroutines.frames.count]).toEqual([1000, 1, 1]);
});

test("the lock that a goroutine waits for is known by its address", () => {
  const text = "goroutine 7 [sync.Mutex.Lock]:\ninternal/sync.(*Mutex).lockSlow(0xc000012345)\n\t/m.go:1 +0x2\n";
  expect([...parseDump(bytesOf(text)).waitsFor]).toEqual([0xc000012345]);
});

test("a text that fills Go's buffer was cut off", () => {
  const parser = new DumpParser();
  const block = bytesOf("goroutine 7 [select]:\nmain.f()\n\t/a.go:1 +0x2\n" + "x".repeat(978) + "\n");
  const filler = new Uint8Array(1024).fill(120, 0, 1023).fill(10, 1023);
  parser.feed(block);
  for (let size = block.length; size < GO_CUTS_AT; size += filler.length) parser.feed(filler);
  const goroutines = parser.end();
  expect(goroutines.complete).toBe(false);
  expect(goroutines.warnings.map(({ code }) => code)).toEqual(["truncated"]);
});

test("a line without an end is passed over, not kept", () => {
  const parser = new DumpParser();
  const chunk = new Uint8Array(1 << 20).fill(120);
  for (let i = 0; i < 20; i++) parser.feed(chunk);
  parser.feed(bytesOf("\ngoroutine 7 [select]:\n"));
  expect(drawnGoroutines(parser.end())).toBe("7 [select]");
});

// Each of these made a search run through the whole text, for every line anew: minutes instead of a moment.
test.each([")\n", "f()\n", "f()\n\tx\n", "created by x\n", "non-Go function\n"])(
  "reads megabytes of %j line by line",
  (unit) => {
    const text = bytesOf("goroutine 7 [select]:\n" + unit.repeat((4 << 20) / unit.length));
    expect(parseDump(text).count).toBe(1);
  },
);

const GO_TEST = "test/fixtures/go-test/";

test.each(["goleak", "goleak-main"])("%s.txt: the three goroutines that the test left", (name) => {
  const goroutines = openGoroutines(readFileSync(`${GO_TEST}${name}.txt`));
  expect([goroutines.count, goroutines.complete, goroutines.cause]).toEqual([3, false, "found unexpected goroutines"]);
  expect(drawnGoroutines(goroutines).split("\n")[0]).toMatch(
    /^\d+ \[chan send\] example\.com\/leak\.Answer\.func1@leak\.go:8 by example\.com\/leak\.Answer@leak\.go:7 in \d+$/,
  );
  expect(goroutines.warnings.map(({ code }) => code)).toEqual(["goleak"]);
  expect(findLeaks(goroutines).map(({ pattern, count, function: at, line }) => [pattern, count, at, line])).toEqual([
    ["chan-send", 3, "example.com/leak.Answer.func1", 8],
  ]);
});

test.each(["timeout", "timeout-json"])("%s.txt: the stacks of a test that hung", (name) => {
  const text = readFileSync(`${GO_TEST}${name}.txt`, "utf8");
  const ids = [...text.matchAll(/(?:^|"Output":")goroutine (\d+) /gm)].map(([, id]) => Number(id));
  const goroutines = openGoroutines(bytesOf(text));
  expect([...goroutines.id]).toEqual(ids);
  expect([ids.length > 3, goroutines.cause]).toEqual([true, "panic: test timed out after 1s"]);
  expect(drawnGoroutines(goroutines)).toContain("[chan receive] (example.com/leak.Wait@leak.go:13)");
});

function openGoroutines(bytes: Uint8Array) {
  expect(recognise(bytes)).toBe("goroutine-dump");
  return parseDump(bytes);
}
