/** The view's tree as people see it: drawn, with what is open. */
import { describe, expect, test } from "vitest";
import type { WaitGraph } from "../../../src/core/goroutines/wait-graph.js";
import { type TreeQuery, treeTop } from "../../../src/extension/goroutines/goroutine-tree.js";
import type { TreeNode } from "../../../src/extension/goroutines/paged-tree.js";
import { asking } from "../../support/ask-goroutines.js";
import { goroutinesOf } from "../../support/goroutine-lines.js";

const before = goroutinesOf(`
  1 [running] main.main@main.go:9
  2 [chan receive] shop/work.worker@work.go:7 by main.start@s.go:3 in 1
  3 [chan send] main.send@send.go:4 by main.start@s.go:4 in 1
`);
const now = goroutinesOf(`
  1 [running] main.main@main.go:11
  2 [chan receive, 6 minutes] shop/work.worker@work.go:7 < main.run@run.go:2 by main.start@s.go:3 in 1
  4 [chan receive] {req: 42} shop/work.worker@work.go:7 by main.start@s.go:3 in 1
  5 [select] main.loop@loop.go:9 by main.other@o.go:1 in 1
`);

/** Two spaces a level; a badge in brackets. `open` names the labels' starts of what is opened. */
async function drawn(nodes: readonly TreeNode[], open: readonly string[], depth = 0): Promise<string[]> {
  const lines: string[] = [];
  for (const node of nodes) {
    const isOpen = open.some((start) => node.label.startsWith(start));
    const sign = !node.children ? " " : isOpen ? "v" : ">";
    const mark = node.mark ? ` [${node.mark}]` : "";
    const description = node.description === "" ? "" : ` | ${node.description}`;
    lines.push(`${"  ".repeat(depth)}${sign} ${node.label}${description}${mark}`);
    if (isOpen && node.children) lines.push(...(await drawn(await node.children.load(), open, depth + 1)));
  }
  return lines;
}

const compared = { stop: 2, goroutines: now, before: { stop: 1, goroutines: before } };

async function tree(query: Partial<TreeQuery>, open: readonly string[] = []): Promise<string> {
  const { nodes } = await treeTop(asking(compared).ask, { filter: "", group: "wait", ...query });
  return `\n${(await drawn(nodes, open)).join("\n")}\n`;
}

test("groups, what changed, and how much of each group is new", async () => {
  expect(await tree({}, ["What changed"])).toBe(`
v What changed | +2 −1 since stop 1 [new]
  > Created | 2
  > Finished | 1
  > Moved | 2
  > +1 started by main.start | s.go:3 · 1 → 2
  > +1 started by main.other | o.go:1 · 0 → 1
> 2 × chan receive | work.worker work.go:7 · up to 6 min · 1 new [new]
> 1 × running | main.main main.go:11
> 1 × select | main.loop loop.go:9 · 1 new [new]
`);
});

test("a group's goroutines, and a goroutine's stack with the go statement that started it", async () => {
  expect(await tree({ filter: "state:chan receive" }, ["2 ×", "2 chan"])).toBe(`
> What changed | +2 −1 since stop 1 [new]
v 2 × chan receive | work.worker work.go:7 · up to 6 min · 1 new [new]
  v 2 chan receive | work.worker work.go:7 · for 6 min
      work.worker | work.go:7
      main.run | run.go:2
      started by | main.start s.go:3 · in goroutine 1
  > 4 chan receive | work.worker work.go:7 · req=42 [new]
`);
});

test("what has finished cannot be opened: it is gone", async () => {
  expect(await tree({ filter: "id:1" }, ["What changed", "Finished", "3 "])).toContain("  > Created | 2\n");
  expect(await tree({}, ["What changed", "Finished", "3 "])).toContain(`
  v Finished | 1
      3 chan send | main.send send.go:4
`);
});

test("a plain list", async () => {
  const lines = (await tree({ group: "none" })).split("\n");
  expect(lines.slice(2, 5)).toEqual([
    "> 1 running | main.main main.go:11",
    "> 2 chan receive | work.worker work.go:7 · for 6 min",
    "> 4 chan receive | work.worker work.go:7 · req=42 [new]",
  ]);
});

test.each([
  ["creator", "> 2 × main.start | s.go:3 · up to 6 min · 1 new [new]"],
  ["state", "> 2 × chan receive | up to 6 min · 1 new [new]"],
  ["label:req", "> 3 × without the label | up to 6 min · 1 new [new]"],
])("grouped by %s", async (group, line) => expect(await tree({ group })).toContain(`\n${line}\n`));

test("a filter that cannot be read lists nothing, and says at which column", async () => {
  const top = await treeTop(asking(compared).ask, { filter: "wait>soon", group: "wait" });
  expect(top.nodes.filter(({ kind }) => kind === "group")).toEqual([]);
  expect(top.filterError?.column).toBeGreaterThan(0);
});

test("leaks come first, with the verdict in words and the goroutines in it", async () => {
  const stuck = Array.from(
    { length: 6 },
    (_, i) => `${i + 10} [chan send, 7 minutes] main.send@send.go:4 by main.go@g.go:2 in ${i + 100}`,
  );
  const { ask } = asking({
    stop: 1,
    goroutines: goroutinesOf(["1 [running] main.main@main.go:9", ...stuck].join("\n")),
  });
  const { nodes, findings } = await treeTop(
    ask,
    { filter: "", group: "wait" },
    { leaks: await ask("goDiagnostics/leaks", {}) },
  );
  expect(findings).toHaveLength(1);
  const lines = await drawn(nodes, ["Likely", "6 × main.send"]);
  expect(lines.slice(0, 2)).toEqual([
    "v Likely leaks | 6 goroutines [suspect]",
    "  v 6 × main.send | send.go:4 · suspect [suspect]",
  ]);
  expect(lines[2]).toMatch(/^ {6}6 goroutines are blocked sending on a channel/);
  expect(lines.filter((line) => /^ {4}> 1\d chan send/.test(line))).toHaveLength(6);
});

describe("what memory says", () => {
  const goroutines = goroutinesOf(`
    1 [running] main.main@main.go:9
    2 [sync.Mutex.Lock] main.put@put.go:7
    3 [sync.Mutex.Lock] main.put@put.go:7
    4 [chan receive] main.tick@tick.go:3
    5 [chan send] main.send@send.go:4
  `);
  const none = { senders: [], receivers: [], waiters: [], servers: [] };
  const graph: WaitGraph = {
    objects: [
      { ...none, address: 0xa0, kind: "mutex", waiters: [2, 3], servers: [{ goroutine: 5, because: "it has it" }] },
      { ...none, address: 0xb0, kind: "channel", length: 0, capacity: 1, isTimer: true, receivers: [4] },
      { ...none, address: 0xc0, kind: "channel", length: 2, capacity: 2, closed: false, senders: [5] },
    ],
    waitsFor: new Map([
      [2, [0xa0]],
      [3, [0xa0]],
      [4, [0xb0]],
      [5, [0xc0]],
    ]),
    notes: [],
  };
  const reading = {
    ...{ unreachable: new Set<number>(), reachable: new Set<number>(), waitsOn: new Map<number, string>() },
    ...{ cycles: [], limits: [] },
  };

  test("what a goroutine waits for, who could wake it, and who waits there, too", async () => {
    const { ask } = asking({ stop: 1, goroutines, memory: { reading, graph } });
    const { nodes } = await treeTop(ask, { filter: "", group: "none" });
    const lines = await drawn(nodes, ["2 sync", "4 chan", "5 chan", "waits for", "could be", "1 other"]);
    expect(`\n${lines.join("\n")}\n`).toBe(`
> 1 running | main.main main.go:9
v 2 sync.Mutex.Lock | main.put put.go:7 · perhaps held by 5
  v waits for | a Mutex at 0xa0 (2 waiting)
    v could be woken by 1 goroutine | it has it
      v 5 chan send | main.send send.go:4
        v waits for | a channel at 0xc0 (2 of 2 in its buffer, 1 sending)
            Of the goroutines that do not wait for it, none has it on its stack.
          main.send | send.go:4
    v 1 other at the same
      > 3 sync.Mutex.Lock | main.put put.go:7 · perhaps held by 5
    main.put | put.go:7
> 3 sync.Mutex.Lock | main.put put.go:7 · perhaps held by 5
v 4 chan receive | main.tick tick.go:3 · a timer
  v waits for | the channel of a timer at 0xb0 (1 receiving)
    main.tick | tick.go:3
v 5 chan send | main.send send.go:4
  v waits for | a channel at 0xc0 (2 of 2 in its buffer, 1 sending)
      Of the goroutines that do not wait for it, none has it on its stack.
    main.send | send.go:4
`);
  });

  test("groups of those that wait for the same object", async () => {
    const { ask } = asking({ stop: 1, goroutines, memory: { reading, graph } });
    const { nodes } = await treeTop(ask, { filter: "", group: "object" });
    expect(`\n${(await drawn(nodes, ["2 × a Mutex"])).join("\n")}\n`).toBe(`
v 2 × a Mutex at 0xa0 | main.put put.go:7
  > 2 sync.Mutex.Lock | main.put put.go:7 · perhaps held by 5
  > 3 sync.Mutex.Lock | main.put put.go:7 · perhaps held by 5
> 1 × waiting for nothing that is known | main.main main.go:9
> 1 × a channel at 0xb0 | main.tick tick.go:3
> 1 × a channel at 0xc0 | main.send send.go:4
`);
  });

  test("that it could not be read is said, also where no leak was found", async () => {
    const why = "The memory of the program was not read for what goroutines wait for (it takes longer than 20 s).";
    const { ask } = asking({ stop: 1, goroutines, noMemoryBecause: why });
    const { nodes } = await treeTop(
      ask,
      { filter: "", group: "wait" },
      { leaks: await ask("goDiagnostics/leaks", {}) },
    );
    expect((await drawn(nodes, ["No leak"])).slice(0, 2)).toEqual([
      "v No leak found | memory was not read",
      `    ${why}`,
    ]);
  });
});

describe("frames of the runtime", () => {
  const goroutines = goroutinesOf(`
    1 [running] main.main@main.go:9 < runtime.main@proc.go:283 < runtime.goexit@asm.s:1
    2 [chan send] runtime.gopark@proc.go:4 < runtime.chansend@chan.go:2 < main.send@send.go:4 < runtime.goexit@asm.s:1
    3 [GC worker (idle)] runtime.gopark@proc.go:4 < runtime.gcBgMarkWorker@mgc.go:1 < runtime.goexit@asm.s:1
  `);

  test("stand behind a row of their own, unless they are all there is", async () => {
    const { nodes } = await treeTop(asking({ stop: 1, goroutines }).ask, { filter: "", group: "none" });
    const lines = await drawn(nodes, ["1 run", "2 chan", "2 frames", "3 GC"]);
    expect(`\n${lines.join("\n")}\n`).toBe(`
v 1 running | main.main main.go:9
    main.main | main.go:9
  v 2 frames of the runtime | runtime.main, runtime.goexit
      runtime.main | proc.go:283
      runtime.goexit | asm.s:1
v 2 chan send | main.send send.go:4
  v 2 frames of the runtime | runtime.gopark, runtime.chansend
      runtime.gopark | proc.go:4
      runtime.chansend | chan.go:2
    main.send | send.go:4
v 3 GC worker (idle) | runtime.gopark proc.go:4 · system
    runtime.gopark | proc.go:4
    runtime.gcBgMarkWorker | mgc.go:1
    runtime.goexit | asm.s:1
`);
  });

  test("of a stack of several pages: each frame is there once", async () => {
    const calls = Array.from({ length: 230 }, (_, i) => `main.f${i}@f.go:${i + 1}`).join(" < ");
    const deep = goroutinesOf(`7 [sync.Mutex.Lock] runtime.gopark@p.go:1 < ${calls} by main.go@g.go:2 in 1`);
    const { nodes } = await treeTop(asking({ stop: 1, goroutines: deep }).ask, { filter: "", group: "none" });
    const list = nodes[0].children;
    for (let i = 0; i < 3; i++) {
      expect((await list?.load())?.at(-1)?.kind).toBe(i < 2 ? "more" : "started");
      if (i < 2) await list?.more();
    }
    const labels = ((await list?.load()) ?? []).map(({ label }) => label);
    expect(labels.slice(1, -1)).toEqual(Array.from({ length: 230 }, (_, i) => `main.f${i}`));
  });
});

describe("before stacks are there", () => {
  const listed = goroutinesOf(`
    1 [running] main.main@main.go:3
    2 [chan receive, 6 minutes] main.run@run.go:1 by main.start@s.go:3 in 1
    4 [chan receive] {req: 42} main.run@run.go:1 by main.start@s.go:3 in 1
    5 [select] main.loop@loop.go:1 by main.other@o.go:1 in 1
  `);

  const early = async (query: Partial<TreeQuery>, open: readonly string[] = []) => {
    const { ask, asked } = asking(compared, listed);
    const top = await treeTop(ask, { filter: "", group: "wait", ...query }, { isEarly: true });
    return { top, lines: await drawn(top.nodes, open), asked };
  };

  test("it is listed who there is and what they began with; a goroutine that is opened has its stack", async () => {
    const { top, lines, asked } = await early({}, ["2 ×", "2 chan"]);
    expect(`\n${lines.join("\n")}\n`).toBe(`
v 2 × chan receive | started with main.run run.go:1 · up to 6 min
  v 2 chan receive | started with main.run run.go:1 · for 6 min
      work.worker | work.go:7
      main.run | run.go:2
      started by | main.start s.go:3 · in goroutine 1
  > 4 chan receive | started with main.run run.go:1 · req=42
> 1 × running | started with main.main main.go:3
> 1 × select | started with main.loop loop.go:1
`);
    expect(top.withoutStacks).toBe(true);
    expect(asked.filter((each) => each.startsWith("changes"))).toEqual([]);
  });

  test("nothing leads to where they began as if they stood there", async () => {
    const { top } = await early({ group: "none" });
    expect(top.nodes.map(({ place, goroutine }) => [place, goroutine?.at])).toEqual(
      top.nodes.map(() => [undefined, undefined]),
    );
  });

  test.each<[Partial<TreeQuery>]>([
    [{ group: "stack" }],
    [{ group: "package" }],
    [{ filter: "worker" }],
    [{ filter: "state:chan at:worker" }],
  ])("stacks are waited for where they are asked about: %j", async (query) => {
    const { top, asked } = await early(query);
    expect(top.withoutStacks).toBe(false);
    expect(asked.join()).not.toContain('"stacks"');
    expect(top.nodes.at(0)?.label).toBe("What changed");
  });

  test.each<[Partial<TreeQuery>, string]>([
    [{ group: "creator" }, "> 2 × main.start | s.go:3 · up to 6 min"],
    [
      { filter: "state:chan wait>5m created:start user" },
      "> 1 × chan receive | started with main.run run.go:1 · up to 6 min",
    ],
  ])("and are not where they are not: %j", async (query, line) => {
    const { top, lines } = await early(query);
    expect(top.withoutStacks).toBe(true);
    expect(lines[0]).toBe(line);
  });
});

test("rows have ids of their own that stay the same at the next stop", async () => {
  const all = async (nodes: readonly TreeNode[]): Promise<string[]> => {
    const below = await Promise.all(nodes.map(async (node) => all((await node.children?.load()) ?? [])));
    return [...nodes.map(({ id }) => id), ...below.flat()];
  };
  const ids = async () => all((await treeTop(asking(compared).ask, { filter: "", group: "wait" })).nodes);
  expect(new Set(await ids()).size).toBe((await ids()).length);
});

describe("thousands of goroutines", () => {
  const lines = Array.from({ length: 5_000 }, (_, i) => `${i + 1} [runnable] main.worker@work.go:7`);
  const goroutines = goroutinesOf(lines.join("\n"));

  test("cross in pages, and only those that are looked at", async () => {
    const { ask, asked } = asking({ stop: 1, goroutines });
    const top = await treeTop(ask, { filter: "", group: "none" });
    expect(asked).toEqual(['goroutines {"filter":"","start":0,"count":100}', "changes {}"]);
    expect(top.nodes).toHaveLength(101);
    expect(top.nodes.at(-1)).toMatchObject({ kind: "more", label: "Load 1,000 more", description: "of 4,900" });
    await top.list.more();
    expect(asked.at(-1)).toBe('goroutines {"filter":"","start":100,"count":1000}');
    const nodes = await top.list.load();
    expect(nodes).toHaveLength(1101);
    expect(nodes[1099].label).toBe("1100 runnable");
    for (let i = 0; i < 4; i++) await top.list.more();
    expect((await top.list.load()).at(-1)).toMatchObject({ label: "5000 runnable" });
  });

  test("a group opens with its first page", async () => {
    const { ask, asked } = asking({ stop: 1, goroutines });
    const top = await treeTop(ask, { filter: "", group: "state" });
    expect(top.nodes.map(({ label }) => label)).toContain("5,000 × runnable");
    const group = top.nodes.find(({ kind }) => kind === "group");
    const members = (await group?.children?.load()) ?? [];
    expect(members).toHaveLength(101);
    expect(members.at(-1)?.parent).toBe(group);
    expect(asked.at(-1)).toContain('"inGroup":"runnable"');
  });
});
