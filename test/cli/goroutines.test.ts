import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

test("compared with an earlier dump: what was created, finished and is stuck", async () => {
  const folder = mkdtempSync(join(tmpdir(), "godiag-base-"));
  try {
    const one = (id: number, line: number) =>
      `goroutine ${id} [chan receive]:\nmain.worker(0x1)\n\t/src/main.go:${line} +0x1d\ncreated by main.main in goroutine 1\n\t/src/main.go:5 +0x2a\n`;
    const [before, after] = [join(folder, "before.txt"), join(folder, "after.txt")];
    writeFileSync(before, [one(2, 7), one(3, 7), one(4, 7)].join("\n"));
    writeFileSync(after, [one(2, 7), one(4, 8), one(5, 8), one(6, 8)].join("\n"));
    const { code, out } = await godiag("goroutines", after, "--base", before);
    expect(code).toBe(0);
    expect(out).toContain(`since ${before}: 2 created, 1 finished, 1 wait where they did, 1 moved\n`);
    expect(out).toMatch(/^3 {2}chan receive in main\.worker .*main\.go:8, 2 of them new$/m);
    const { since, goroutines, finished } = await json("goroutines", after, "--base", before);
    expect(since).toEqual({ comparable: true, created: 2, finished: 1, stuck: 1, moved: 1 });
    const rows = (list: unknown) => (list as { id: number; change?: string }[]).map(({ id, change }) => [id, change]);
    expect(rows(goroutines)).toEqual([
      [2, "stuck"],
      [4, "moved"],
      [5, "created"],
      [6, "created"],
    ]);
    expect(rows(finished)).toEqual([[3, undefined]]);

    // A profile has no ids: that nothing can be compared is said.
    const profile = "test/fixtures/profiles/app.goroutine.pb.gz";
    expect((await godiag("goroutines", after, "--base", profile)).out).toContain("not comparable");
    expect((await json("goroutines", after, "--base", profile))["since"]).toMatchObject({ comparable: false });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a dump shows which lock they wait for", async () => {
  const { goroutines } = await json("goroutines", "test/fixtures/dumps/deadlock-go1.26.8.txt");
  const waits = (goroutines as { waitsFor?: { kind: string; address: number }[] }[]).flatMap(
    ({ waitsFor = [] }) => waitsFor,
  );
  expect(waits.map(({ kind }) => kind)).toContain("mutex");
  expect(waits.every(({ address }) => address > 0)).toBe(true);
});
