import { describe, expect, test } from "vitest";
import { DumpParser, parseDump } from "../../../src/core/goroutines/goroutine-dump.js";
import { openGoroutines, recognise } from "../../../src/core/open.js";
import { bytesOf, drawnGoroutines } from "../../support/goroutine-lines.js";

/** A panic as Go writes it, with what a program printed before it. */
const PANIC = `ready
panic: boom

goroutine 1 [running]:
main.main()
	/app/main.go:29 +0x15a

goroutine 7 [chan send]:
main.worker(...)
	/app/main.go:14
created by main.main in goroutine 1
	/app/main.go:21 +0x51

goroutine 10 [sync.RWMutex.RLock, 12 minutes]:
sync.runtime_SemacquireRWMutexR(0x0?, 0x0?, 0x0?)
	/usr/local/go/src/runtime/sema.go:100 +0x25
sync.(*RWMutex).RLock(...)
	/usr/local/go/src/sync/rwmutex.go:74
main.(*Store).List(0xe2fc0712090, {0x1, 0x2})
	/app/main.go:12 +0x3c
created by main.main in goroutine 1
	/app/main.go:24 +0xaf

goroutine 12 [select (no cases)]:
main.main.func1()
	/app/main.go:26 +0xf
created by main.main in goroutine 1
	/app/main.go:26 +0x105
`;
const DRAWN = drawnGoroutines(parseDump(bytesOf(PANIC)));

const lines = PANIC.slice(0, -1).split("\n");
const prefixed = (prefix: (line: number) => string) => lines.map((line, i) => prefix(i) + line).join("\n") + "\n";
const trimmed = (text: string) => text.replace(/[ ]+$/gm, "");
const two = (value: number) => String(value).padStart(2, "0");
/** A clock that goes on, with the fraction as RFC3339Nano writes it. */
const nano = (i: number) => `2024-05-05T12:00:${two(i)}${i % 10 === 0 ? "" : `.${i % 10}23`}Z`;
const json = (value: unknown) => JSON.stringify(value);
/** As tables quote: what holds a comma, a quote or nothing. */
const csv = (text: string) => (/^$|[",\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
/** As Go's encoding/xml escapes. */
const xml = (text: string) =>
  text.replace(/[&<>"\n\t]/g, (character) => `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`);

const WRAPPED: Record<string, string> = {
  "as it is": PANIC,
  "docker compose": prefixed(() => "api_1  | "),
  "docker compose, blank lines trimmed": trimmed(prefixed(() => "api_1  | ")),
  "docker compose with other services between": lines
    .map((line, i) => `db_1   | checkpoint ${i} (ok)\napi_1  | ${line}\napi_2  | GET /goroutine 7 200\n`)
    .join(""),
  "kubectl logs --prefix --timestamps": prefixed((i) => `[pod/api-7d9f/app] ${nano(i)} `),
  "CRI, whole seconds without a fraction": prefixed(
    (i) => `2024-05-05T12:00:00${["", ".5", ".123456789"][i % 3]}Z stderr F `,
  ),
  "CRI, the first second a whole one": prefixed((i) => `2024-05-05T12:00:00${i === 0 ? "" : `.${100 + i}`}Z stderr F `),
  "CRI, with a line in two parts": prefixed((i) => `${nano(i)} stderr F `).replace(
    /^(\S+ stderr) F (panic: )(boom)/m,
    "$1 P $2\n$1 F $3",
  ),
  journald: prefixed((i) => `May  5 12:00:${two(i)} host shop[123]: `),
  "journald over midnight": prefixed((i) => (i < 20 ? "May  9 23:59:59" : "May 10 00:00:00") + " host shop[123]: "),
  "journald short-iso": prefixed((i) => `2024-05-05T12:00:${two(i)}+0200 host shop[123]: `),
  "syslog with #011": prefixed((i) => `<11>May 15 12:00:${two(i)} host shop[123]: `).replaceAll("\t", "#011"),
  "syslog, RFC 5424": prefixed((i) => `<11>1 ${nano(i)} host shop 123 - - `),
  "syslog in one line with #012": `May 15 12:00:00 host shop[123]: ${PANIC.replaceAll("\n", "#012").replaceAll("\t", "#011")}\n`,
  "GitHub Actions": prefixed((i) => `2024-05-05T12:00:00.1234${100 + i}Z `),
  "GitLab CI": prefixed((i) => `2024-05-05T12:00:00.1234${10 + i}Z 01E `),
  CloudWatch: prefixed((i) => `2024-05-05T12:00:00.${100 + i}Z\t`),
  "aws logs tail": prefixed((i) => `2024-05-05T12:00:00.${100 + i}000+00:00 stream/app/1f3a `),
  Jenkins: prefixed((i) => `[2024-05-05T12:00:00.${100 + i}Z] `),
  "Jenkins with elapsed time": prefixed((i) => `00:00:${two(i)}.123  `),
  Heroku: prefixed((i) => `${nano(i)} app[web.1]: `),
  "docker build": prefixed((i) => `#12 ${(i / 10 + 0.451).toFixed(3)} `),
  "the kernel's clock": prefixed((i) => `[${(i + 0.5).toFixed(6).padStart(12)}] shop: `),
  "klog's header": prefixed((i) => `E0505 12:00:00.123${100 + i}   12345 main.go:30] `),
  "grep -n": prefixed((i) => `app.log:${98 + i}:`),
  "grep -n -A of one file": prefixed((i) => `${98 + i}${lines[i].startsWith("goroutine") ? ":" : "-"}`),
  "grep -n -A of several": prefixed((i) => {
    const mark = lines[i].startsWith("goroutine") ? ":" : "-";
    return `logs/app.log${mark}${98 + i}${mark}`;
  }),
  "cat -n": prefixed((i) => `${String(98 + i).padStart(6)}\t`),
  "less -N": prefixed((i) => `${String(98 + i).padStart(7)} `),
  "a Markdown quote": trimmed(prefixed(() => "> ")),
  "a quote in a quote": trimmed(prefixed(() => "> > ")),
  "an added file in a diff": prefixed(() => "+"),
  "a code block": trimmed(prefixed(() => "    ")),
  "a code block by tabs": prefixed(() => "\t"),
  "comments of a program": trimmed(prefixed(() => "// ")),
  "ids of requests": prefixed((i) => `[${(0xabc123 + i * 7919).toString(16)}] `),
  "numbers in words": prefixed((i) => `line${i + 1}: `),
  colours: prefixed(() => "\x1b[31m").replace(/\n/g, "\x1b[0m\n"),
  "colours around docker compose's name": prefixed(() => "\x1b[36mapi_1  | \x1b[0m"),
  "colours as syslog writes them": prefixed(() => "May 15 12:00:00 host shop[123]: #033[31m")
    .replaceAll("\t", "#011")
    .replace(/\n/g, "#033[0m\n"),
  "a recorded terminal": prefixed(() => "\x1b]0;title\x07\x1b[?25l").replaceAll("\n", "\r\n"),
  unindented: lines
    .filter((line) => line !== "")
    .map((line) => line.trimStart())
    .join("\n"),
  "double-spaced": lines.map((line) => `${line}\n\n`).join(""),
  "double-spaced by \\r\\r\\n": PANIC.replaceAll("\n", "\r\r\n"),
  "double-spaced and prefixed": lines.map((line) => `api_1  | ${line}\napi_1  | \n`).join(""),
  "a logger's line before the header": PANIC.replace(/^goroutine 1 /m, "2024/05/05 12:00:00 recovered: goroutine 1 "),
  "a collector's and a logger's": prefixed((i) => `api_1  | ${i === 3 ? "2024/05/05 12:00:00 recovered: " : ""}`),
  "a JSON string in a log line": `Aug 09 13:49:31 host dockerd[1802]: time="2017-08-09T13:49:31+02:00" level=info msg=${json(PANIC)}\n`,
  "zap's stack field": `${json({ level: "error", ts: 1700000000.1, msg: "dump", stack: PANIC, caller: "a.go:1" })}\n`,
  "slog's attribute": `time=2024-05-05T12:00:00.000Z level=ERROR msg="watchdog fired" stack=${json(PANIC)} n=3\n`,
  "a JSON line in docker's json-file": `${json({ log: `${json({ level: "error", stack: PANIC })}\n`, stream: "stderr", time: nano(3) })}\n`,
  "docker's json-file": lines
    .map((line, i) => `${json({ log: `${line}\n`, stream: "stderr", time: nano(i) })}\n`)
    .join(""),
  "docker's json-file with a line in two parts": lines
    .flatMap((line, i) =>
      [line.slice(0, 30), `${line.slice(30)}\n`]
        .filter((part) => part !== "")
        .map((log) => ({ log, stream: "stderr", time: nano(i) })),
    )
    .map((entry) => `${json(entry)}\n`)
    .join(""),
  "go test -json": lines
    .map((line) => `${json({ Time: nano(1), Action: "output", Package: "a/b", Output: `${line}\n` })}\n`)
    .join(""),
  "CloudWatch's events, printed": `{\n    "events": [\n${lines.map((line, i) => `        {\n            "timestamp": ${1714910400000 + i},\n            "message": ${json(line)},\n            "ingestionTime": 1\n        },\n`).join("")}    ]\n}\n`,
  "Loki's answers, line by line": lines
    .map((line, i) => `${json({ labels: { app: "api" }, line, timestamp: nano(i) })}\n`)
    .join(""),
  "Loki's labels before each line": prefixed((i) => `${nano(i)} {app="api", pod="api-7d9f-x"} `),
  "events in one line, printed by aws": `${json({ events: lines.map((message, i) => ({ timestamp: i, message: `${message}\n` })) })}\n`,
  "Elasticsearch's hits in one line": json({
    hits: lines.map((message, i) => ({ _source: { message, "@timestamp": nano(i) } })),
  }),
  "a span's fields": json({ fields: [{ key: "event", value: "error" }, { key: "stack", value: PANIC }] }), // prettier-ignore
  "Fluent Bit's stdout": lines.map((line, i) => `[${i}] app: [${1714910400 + i}.1, {"log"=>${json(line)}}]\n`).join(""),
  "Fluentd's file": lines.map((line, i) => `${nano(i)}\tkube.api\t${json({ log: line })}\n`).join(""),
  stern: prefixed(() => "\x1b[36;1mapi-7d9f8-abcde\x1b[0m \x1b[36mapp\x1b[0m "),
  kail: prefixed(() => "default/api-7d9f8-abcde[app]: "),
  "journalctl -o export": lines.map((line, i) => `__CURSOR=s=${i}\n_PID=12\nMESSAGE=${line}\nUNIT=shop\n`).join(""),
  "a terminal's colours in journald": prefixed(
    (i) => `May 05 12:00:${two(i)} host shop[12]: \x1b[0;1;31m\x1b[0;1;39m\x1b[0;1;31m`,
  ),
  TeamCity: prefixed((i) => `[12:00:${two(i)}]i:\t[Step 1/3] `),
  "syslog, RFC 5424, with structured data": prefixed(
    (i) => `<11>1 ${nano(i)} host shop 123 ID47 [a@32473 iut="3" eventID="101${i}"] `,
  ),
  "syslog over TCP, its length before each": lines
    .map((line, i) => `<11>1 2024-05-05T12:00:${two(i)}Z host shop 12 - - ${line}`)
    .map((line) => `${line.length} ${line}\n`)
    .join(""),
  "a table with times": `timestamp,message\n${lines.map((line, i) => `${1714910400000 + i},${csv(line)}\n`).join("")}`,
  "a table with quoted times": lines.map((line, i) => `"May 5, 2024 @ 12:00:${two(i)}.123",${csv(line)}\n`).join(""),
  "a table with rows": lines.map((line, i) => `${i},api,"${line.replaceAll('"', '""')}"\n`).join(""),
  "YAML that quotes what it must": lines
    .map((line, i) => `---\nid: a${i}\ntext: ${/^$|^\s|[:#]/.test(line) ? json(line) : line}\n`)
    .join(""),
  "a YAML block": `error: |\n${lines.map((line) => (line === "" ? "\n" : `  ${line}\n`)).join("")}`,
  "Python's bytes, line by line": lines.map((line) => `b'${line.replaceAll("\t", "\\t")}\\n'\n`).join(""),
  "daemontools' multilog": prefixed((i) => `@4000000066373${(0x100 + i * 17).toString(16)}0b1c2d3e4 `),
  "logfmt's fields": `level=error err="boom \\"x\\"" stack="${PANIC.replaceAll("\n", "\\n").replaceAll("\t", "\\t")}" n=1\n`,
  "a JUnit report": `<failure message="panic">${xml(PANIC)}</failure>\n`,
  "a page's spaces that do not break": PANIC.replaceAll("\t", "\u00a0\u00a0\u00a0\u00a0"),
  "Terraform's bar": prefixed(() => "│ "),
  "a JSON list of lines": `[\n${lines.map((line) => `  ${json(line)}`).join(",\n")}\n]\n`,
  "one line with \\n": `${PANIC.replaceAll("\n", "\\n").replaceAll("\t", "\\t")}\n`,
  "one line, escaped twice": `msg=${json(json({ stack: PANIC }))}\n`,
  "a byte order mark": `\ufeff${PANIC}`,
  "Windows line ends": PANIC.replaceAll("\n", "\r\n"),
};

describe.each(Object.entries(WRAPPED))("%s", (_, text) => {
  const bytes = bytesOf(text);

  test("the goroutines and the reason are those of the dump itself", () => {
    expect(recognise(bytes)).toBe("goroutine-dump");
    const goroutines = openGoroutines(bytes);
    expect(drawnGoroutines(goroutines)).toBe(DRAWN);
    expect(goroutines.warnings).toEqual([]);
    expect([goroutines.complete, goroutines.cause]).toEqual([true, "panic: boom"]);
  });

  test("chunks of any size give the same", () => {
    for (const size of [1, 7, 1000]) {
      const parser = new DumpParser();
      for (let at = 0; at < bytes.length; at += size) parser.feed(bytes.subarray(at, at + size));
      expect(drawnGoroutines(parser.end())).toBe(DRAWN);
    }
  });
});

const read = (text: string) => openGoroutines(bytesOf(text));
const codesOf = (text: string) => read(text).warnings.map(({ code }) => code);

test.each(["little", "big"])("UTF-16 is decoded, %s end first, with a mark and without", (order) => {
  for (const text of [`\ufeff${PANIC}`, PANIC]) {
    const bytes = Buffer.from(text, "utf16le");
    const goroutines = openGoroutines(new Uint8Array(order === "big" ? bytes.swap16() : bytes));
    expect(drawnGoroutines(goroutines)).toBe(DRAWN);
    expect(goroutines.cause).toBe("panic: boom");
  }
});

describe("several dumps", () => {
  const stack = (id: number, state: string) => `goroutine ${id} [${state}]:\nmain.f${id}()\n\t/a.go:${id} +0x2\n\n`;
  const moment = (...ids: number[]) => `SIGQUIT: quit\n\n${ids.map((id) => stack(id, "select")).join("")}`;
  const at = (time: string, text: string, who = "host shop[1]: ") =>
    text.replace(/^/gm, `May 15 ${time} ${who}`) + "\n";
  const ids = (text: string) => [...read(text).id];
  const messages = (text: string) => read(text).warnings.map(({ message }) => message);

  test("of one process in a log: the last is read, and all are named by their time", () => {
    const text = at("12:00:00", moment(1, 7, 8)) + at("12:05:00", moment(1, 8, 9, 10));
    expect(ids(text)).toEqual([1, 8, 9, 10]);
    expect(messages(text)).toEqual([
      "the text holds 2 dumps (12:00:00: 3 goroutines; 12:05:00: 4 goroutines): the last of them is read",
    ]);
  });

  test("with no goroutine in common are told apart by the time between them", () => {
    expect(ids(at("12:00:00", moment(1, 7)) + at("12:05:00", moment(20, 21)))).toEqual([20, 21]);
    expect(ids(at("12:00:00", moment(1, 7)) + at("12:00:04", moment(20, 21)))).toEqual([1, 7, 20, 21]);
    expect(ids(at("23:59:58", moment(1, 7)) + at("00:00:01", moment(20, 21)))).toEqual([1, 7, 20, 21]);
  });

  test("of two processes, line by line between each other", () => {
    const [a, b] = [moment(1, 2, 3), moment(1, 2, 4)].map((text) => text.split("\n"));
    const text = a.map((line, i) => `api_1  | ${line}\napi_2  | ${b[i]}\n`).join("");
    expect(drawnGoroutines(read(text))).toBe(
      "1 [select] main.f1@a.go:1\n2 [select] main.f2@a.go:2\n4 [select] main.f4@a.go:4",
    );
    expect(messages(text)).toHaveLength(1);
  });

  test("without times are told apart by goroutines that come again", () => {
    const text = moment(1, 7, 8) + moment(1, 8, 9);
    expect(ids(text)).toEqual([1, 8, 9]);
    expect(messages(text)).toEqual(["the text holds 2 dumps (3 goroutines; 3 goroutines): the last of them is read"]);
  });

  test("a time in the log before each of them counts", () => {
    const text = `2024/05/05 12:00:00 dump\n${moment(1, 7)}2024/05/05 12:05:00 dump\n${moment(20, 21)}`;
    expect(ids(text)).toEqual([20, 21]);
  });

  test("in one line each", () => {
    const line = (time: string, text: string) => `${JSON.stringify({ time: `2024-05-05T${time}Z`, stack: text })}\n`;
    expect(ids(line("12:00:00", moment(1, 7)) + line("12:05:00", moment(1, 8)))).toEqual([1, 8]);
  });

  test("a second panic of a goroutine is no second dump", () => {
    const text = moment(1, 7, 8) + `panic: again\n\n${stack(7, "running")}`;
    expect([ids(text), codesOf(text)]).toEqual([[1, 7, 8], ["repeated-goroutines"]]);
  });

  test("single panics of a service are kept together, whenever they were", () => {
    const panic = (time: string, id: number) => at(time, `http: panic serving: boom\n${stack(id, "running")}`);
    const text = panic("12:00:00", 34) + panic("12:00:05", 35) + panic("13:00:00", 36);
    expect([ids(text), codesOf(text)]).toEqual([[34, 35, 36], []]);
  });

  test("a single panic beside a dump is named, not added", () => {
    const text = at("11:00:00", `panic: boom\n\n${stack(5, "running")}`) + at("12:00:00", moment(1, 7));
    expect(ids(text)).toEqual([1, 7]);
    expect(messages(text)).toEqual([
      "the text holds 2 dumps (11:00:00: 1 goroutine; 12:00:00: 2 goroutines): the last that is no single panic is read",
    ]);
  });
});

describe("what is lost is said once, and the text is not complete", () => {
  const one = (id: number) => `goroutine ${id} [select]:\nmain.f()\n\t/a.go:1 +0x2\n\n`;
  test.each([
    [
      "files of frames",
      Array.from({ length: 50 }, (_, i) => one(i + 1).replace(/\t.*\n/, "")).join(""),
      ["frame-without-file", "no-stack"],
    ],
    [
      "stacks (grep goroutine)",
      Array.from({ length: 50 }, (_, i) => one(i + 1).split("\n")[0] + "\n").join(""),
      ["no-stack"],
    ],
    [
      "messages that the journal dropped",
      one(1)
        .replace(/^/gm, "May 15 12:00:00 host shop[1]: ")
        .replace("\n", "\nMay 15 12:00:00 host systemd-journald[9]: Suppressed 12 messages from shop.service\n"),
      ["lost-messages"],
    ],
    ["the end", one(1) + "goroutine 2 [select]:\nmain.g()", ["truncated", "no-stack"]],
  ])("%s", (_, text, codes) => {
    const { complete, warnings } = read(text);
    expect(complete).toBe(false);
    expect(warnings.map(({ code }) => code).sort()).toEqual(codes.toSorted());
  });
});

test("goleak before 1.3.0 wrote a line of its own before each header", () => {
  const text = [
    "--- FAIL: TestLeak (0.45s)",
    "    a_test.go:15: found unexpected goroutines:",
    "        [Goroutine 7 in state chan send, with example.com/gl.leak on top of the stack:",
    "        goroutine 7 [chan send, 3 minutes]:",
    "        example.com/gl.leak(...)",
    "        \t/app/gl/a_test.go:9",
    "        created by example.com/gl.TestLeak in goroutine 6",
    "        \t/app/gl/a_test.go:13 +0x99",
    "        ",
    "         Goroutine 8 in state select (no cases), with example.com/gl.TestLeak.func1 on top of the stack:",
    "        goroutine 8 [select (no cases)]:",
    "        example.com/gl.TestLeak.func1()",
    "        \t/app/gl/a_test.go:14 +0xf",
    "        ]",
    "FAIL",
  ].join("\n");
  for (const each of [text, text.replace(/^/gm, "2024-05-05T12:00:00.1234567Z ")]) {
    const goroutines = read(each);
    expect(drawnGoroutines(goroutines)).toBe(
      "7 [chan send, 3 minutes] (example.com/gl.leak@a_test.go:9) by example.com/gl.TestLeak@a_test.go:13 in 6\n" +
        "8 [select (no cases)] example.com/gl.TestLeak.func1@a_test.go:14",
    );
    expect(goroutines.warnings.map(({ code }) => code)).toEqual(["goleak"]);
  }
});

describe("reports of the race detector", () => {
  const RACE = `==================
WARNING: DATA RACE
Read at 0x00c0000a4010 by goroutine 7:
  main.main.func1()
      /app/main.go:12 +0x3c

Previous write at 0x00c0000a4010 by main goroutine:
  main.(*T).set()
      /app/main.go:15 +0x5d
  main.main()
      /app/main.go:30 +0x5d

Goroutine 7 (running) created at:
  main.main()
      /app/main.go:10 +0x50
==================
Found 1 data race(s)
exit status 66
`;
  const STACKS =
    "7 [racing read] main.main.func1@main.go:12 by main.main@main.go:10\n" +
    "1 [previous racing write] main.(*T).set@main.go:15 < main.main@main.go:30";

  test.each([
    ["as it is", RACE],
    ["in a log", RACE.replace(/^/gm, "api_1  | ")],
    ["in CI", RACE.replace(/^/gm, "2024-05-05T12:00:00.1234567Z ")],
  ])("have stacks of goroutines, %s", (_, text) => {
    const goroutines = read(text);
    expect(drawnGoroutines(goroutines)).toBe(STACKS);
    expect([goroutines.complete, goroutines.cause]).toEqual([false, "WARNING: DATA RACE"]);
    expect(goroutines.warnings.map(({ message }) => message)).toEqual([
      "these are the stacks of a report of the race detector: of goroutines at the moments when they raced, not of all goroutines now",
    ]);
  });

  test("count each access; a goroutine's number is in the first of its rows", () => {
    const goroutines = read(RACE + RACE);
    expect([...goroutines.id]).toEqual([7, 1, 0, 0]);
  });

  test("are left out where a dump says where all goroutines are", () => {
    expect(drawnGoroutines(read(RACE + PANIC))).toBe(DRAWN);
  });
});
