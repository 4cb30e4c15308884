import { expect, test } from "vitest";
import { filterGoroutines, parseFilter } from "../../../src/core/goroutines/goroutine-filter.js";
import { parseDump } from "../../../src/core/goroutines/goroutine-dump.js";
import { bytesOf, goroutinesOf } from "../../support/goroutine-lines.js";

const goroutines = goroutinesOf(`
  1 [running] main.main@main.go:9
  2 [chan receive, 6 minutes] main.worker@pool/work.go:7 by main.startWorker@pool/start.go:3 in 1
  3 [chan send] {req: 42, user: "ann b"} main.reply@api/reply.go:5 by main.serve@api/serve.go:2 in 2
  4 [select, 90 minutes, locked to thread] net/http.(*persistConn).readLoop@net/http/transport.go:1 by net/http.dial@t.go:4 in 3
  5 [GC sweep wait] runtime.bgsweep@mgcsweep.go:1 by runtime.gcenable@mgc.go:2
  6 [chan receive (leaked)] main.worker@pool/work.go:7 by main.startWorker@pool/start.go:3 in 1
`);

const idsOf = (text: string) => {
  const filter = parseFilter(text);
  if ("message" in filter) return `${filter.column}: ${filter.message}`;
  return Array.from(filterGoroutines(goroutines, filter), (row) => goroutines.id[row]).join(" ");
};

test.each([
  ["", "1 2 3 4 5 6"],
  ["state:chan receive", "2 6"],
  ["state:chan receive wait>5m", "2"],
  ['state:"chan receive" -leaked', "2"],
  ["state:/^chan/", "2 3 6"],
  ["wait>=90m", "4"],
  ["wait>1h", "4"],
  ["wait<1m", "1 3 5 6"],
  ["wait=360s", "2"],
  ["func:/work.r/", "2 6"],
  ["func:PERSISTCONN", "4"],
  ["file:pool/", "2 6"],
  ["at:main.reply", "3"],
  ["created:main.startWorker", "2 6"],
  ["-created:main", "1 4 5"],
  ["label:req", "3"],
  ["label:req=42", "3"],
  ["label:req=4", ""],
  ["label:req=/^4/", "3"],
  ['label:user="ann b"', "3"],
  ["id:2,4-5", "2 4 5"],
  ["parent:1", "2 6"],
  ["system", "5"],
  ["-system", "1 2 3 4 6"],
  ["user locked", "4"],
  ["leaked", "6"],
  ["worker", "2 6"],
  ["receive pool", ""],
  ["state:chan receive wait>5m func:/work/ created:main.startWorker -system", "2"],
])("%j keeps %j", (text, ids) => expect(idsOf(text)).toBe(ids));

test.each([
  ["foo:bar", '1: there is no "foo:"; use state: func: file: at: created: label: id: parent: wait:'],
  ["system foo:bar", '8: there is no "foo:"; use state: func: file: at: created: label: id: parent: wait:'],
  ["-wait>5x", '7: "5x" is not a time: write 90s, 5m or 2h'],
  ["id:seven", '4: "seven" is not a list of ids such as 7,10-20'],
  ["func:", "6: func: needs a value"],
  ["label:=1", "7: the label needs a key"],
  ['state:"chan', "7: the quote is not closed"],
  ["func:/a(/", "6: this is not a regular expression (/a(/: Unterminated group)"],
  ["func:/pool", "6: the regular expression is not closed by /"],
])("%j is wrong at %j", (text, error) => expect(idsOf(text)).toBe(error));

test("a hundred thousand goroutines are filtered by their few different stacks", () => {
  const many = parseDump(
    bytesOf(
      Array.from({ length: 1000 }, (_, i) => `goroutine ${i + 1} [select]:\nmain.f()\n\t/a.go:1 +0x2\n`).join("\n"),
    ),
  );
  let calls = 0;
  const matches = () => ++calls > 0;
  filterGoroutines(many, { terms: [{ kind: "func", isNegated: false, matches }] });
  expect(calls).toBe(1);
});
