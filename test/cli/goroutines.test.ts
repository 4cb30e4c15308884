import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { run } from "../../src/cli/main.js";
import { testTerminal } from "../support/terminal.js";

const DUMP = "test/fixtures/profiles/app.goroutine.debug2.txt";

async function godiag(...args: string[]) {
  const stdin = readFileSync(DUMP);
  const terminal = testTerminal({ stdin });
  const code = await run(args, terminal);
  return { code, ...terminal.written };
}

const json = async (...args: string[]) => JSON.parse((await godiag(...args, "--json")).out) as Record<string, unknown>;

test("people get groups, the largest first", async () => {
  const { code, out, err } = await godiag("goroutines", DUMP);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(
    /^21 goroutines in 2 groups\n20 chan send, 1 running\n\n20 {2}chan send in main\.main\.func2 .*main\.go:97\n/,
  );
  expect(out).toContain(
    "    main.main.func2       /home/dev/pprof/goprog/main.go:97\n    created by main.main  /home/dev/pprof/goprog/main.go:97\n",
  );
});

test("JSON lists every goroutine", async () => {
  const { total, complete, goroutines } = await json("goroutines", "-");
  expect([total, complete, (goroutines as unknown[]).length]).toEqual([21, true, 21]);
  expect((goroutines as unknown[])[1]).toEqual({
    id: 26,
    state: "chan send",
    waitReason: "chan send",
    system: false,
    labels: {},
    createdBy: { function: "main.main", file: "/home/dev/pprof/goprog/main.go", line: 97, goroutine: 1 },
    stack: [{ function: "main.main.func2", file: "/home/dev/pprof/goprog/main.go", line: 97 }],
  });
});

test("JSON groups when asked to", async () => {
  const { groups } = await json("goroutines", DUMP, "--group", "state");
  const rows = groups as { count: number; title: string; ids: number[] }[];
  expect(rows.map(({ count, title, ids }) => [count, title, ids.length])).toEqual([
    [20, "chan send", 20],
    [1, "running", 1],
  ]);
});

test("filter and limit", async () => {
  const { matched, goroutines } = await json(
    "goroutines",
    DUMP,
    "--filter",
    "state:chan send id:26-40",
    "--limit",
    "2",
  );
  expect([matched, (goroutines as { id: number }[]).map(({ id }) => id)]).toEqual([8, [26, 28]]);
});

test("a goroutine profile has counts instead of ids", async () => {
  const { total, goroutines } = await json("goroutines", "test/fixtures/profiles/app.goroutine.pb.gz");
  expect(total).toBe(21);
  expect((goroutines as Record<string, unknown>[]).map(({ id, count, state }) => [id, count, state])).toEqual([
    [undefined, 20, "chan send"],
    [undefined, 1, "running"],
  ]);
});

test.each([
  [["goroutines", DUMP, "--filter", "stat:x"], /^godiag: wrong filter: there is no "stat:".* \(column 1\)/],
  [["goroutines", DUMP, "--group", "color"], /^godiag: wrong usage: --group cannot be "color"\. Use stack/],
  [["goroutines", "http://127.0.0.1:1/"], /: nothing listens on 127\.0\.0\.1:1\. Start the program/],
  [
    ["goroutines", "test/fixtures/profiles/app.heap.pb.gz"],
    /it is a profile of alloc_objects, .*\. Give a goroutine profile or dump/,
  ],
  [
    ["goroutines", "test/fixtures/README.md"],
    /^godiag: cannot read test\/fixtures\/README.md: this is text, but neither/,
  ],
  [["goroutines", "no/such/file"], /^godiag: cannot read no\/such\/file: there is no such file/],
  [["leaks", DUMP, "--fail-on", "maybe"], /^godiag: wrong usage: --fail-on cannot be "maybe"/],
])("%j fails in one sentence", async (args, message) => {
  const { code, out, err } = await godiag(...args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(message);
});

test("leaks: text says level, place, why and what to do", async () => {
  const { code, out } = await godiag("leaks", "test/fixtures/dumps/leak-go1.27.3.txt");
  expect(code).toBe(0);
  expect(out).toBe(`1 finding: 3 of 4 goroutines

CONFIRMED  3 goroutines are blocked sending on a channel; nobody receives from it any more.
    main.serve.func1.1           example.com/dumps/main.go:13
    created by main.serve.func1  example.com/dumps/main.go:13
  - Proved by the Go runtime: nothing that can still run reaches what they wait for.
  → Make the channel large enough for the results, or select on the send and on ctx.Done().
`);
});

test("leaks: --fail-on sets the exit code", async () => {
  const codes = await Promise.all(
    ["suspect", "confirmed"].map(async (level) => (await godiag("leaks", DUMP, "--fail-on", level)).code),
  );
  expect(codes).toEqual([1, 0]);
});

test("leaks: the same moments of a healthy program against each other", async () => {
  const series = "test/fixtures/gopls-series/";
  const { findings } = await json(
    "leaks",
    `${series}24-closed.goroutine.txt`,
    "--base",
    `${series}00-steady.goroutine.txt`,
  );
  expect(findings).toEqual([]);
});
