import { describe, expect, test } from "vitest";
import { goroutineAnswers } from "../../../src/core/goroutines/answers.js";
import type { GoroutinesArguments } from "../../../src/core/goroutines/answer-bodies.js";
import { goroutinesOf } from "../../support/goroutine-lines.js";

const before = goroutinesOf(`
  1 [running] main.main@main.go:9
  2 [chan receive] main.worker@work.go:7 by main.start@s.go:3 in 1
  3 [chan send] main.send@send.go:4 by main.start@s.go:4 in 1
`);
const now = goroutinesOf(`
  1 [running] main.main@main.go:11
  2 [chan receive, 6 minutes] main.worker@work.go:7 by main.start@s.go:3 in 1
  4 [chan receive] {req: 42} main.worker@work.go:7 by main.start@s.go:3 in 1
  5 [chan receive] main.worker@work.go:7 < main.twice@work.go:9 by main.start@s.go:3 in 1
`);
const answers = goroutineAnswers({
  stop: 2,
  goroutines: now,
  before: { stop: 1, goroutines: before },
  history: [{ stop: 1, total: 3 }],
});

const ids = (about: GoroutinesArguments) =>
  answers
    .goroutines(about)
    .goroutines?.map(({ id, change }) => `${id}${change ? ` ${change}` : ""}`)
    .join(", ");

test.each<[GoroutinesArguments, string]>([
  [{}, "1 moved, 2 stuck, 4 created, 5 created"],
  [{ filter: "wait>5m" }, "2 stuck"],
  [{ filter: "label:req=42" }, "4 created"],
  [{ change: "finished" }, "3 finished"],
  [{ change: "created" }, "4 created, 5 created"],
  [{ change: "created", filter: "label:req" }, "4 created"],
  [{ start: 1, count: 2 }, "2 stuck, 4 created"],
  [{ group: "state", inGroup: "chan receive" }, "2 stuck, 4 created, 5 created"],
  [{ group: "state", inGroup: "no such group" }, ""],
])("%j lists %s", (about, expected) => expect(ids(about)).toBe(expected));

test("groups carry what is in them, and how many are new or stuck", () => {
  const { groups, groupCount, total, matched } = answers.goroutines({ group: "wait" });
  expect([total, matched, groupCount]).toEqual([4, 4, 2]);
  expect(groups?.[0]).toEqual({
    title: "chan receive in main.worker /src/work.go:7",
    count: 3,
    newCount: 2,
    stuckCount: 1,
    longestWaitNs: 360e9,
    state: "chan receive",
    at: { function: "main.worker", file: "/src/work.go", line: 7 },
    createdBy: { function: "main.start", file: "/src/s.go", line: 3, goroutine: 1 },
    firstId: 2,
  });
});

describe("groups of one title", () => {
  const { groups } = answers.goroutines({ group: "stack" });
  const titles = groups?.map(({ title }) => title) ?? [];

  test("are told apart", () => {
    expect(titles).toEqual([
      "chan receive in main.worker /src/work.go:7",
      "running in main.main /src/main.go:11",
      "chan receive in main.worker /src/work.go:7 (2)",
    ]);
  });

  test.each([
    [0, "2 stuck, 4 created"],
    [2, "5 created"],
  ])("the members of number %i: %s", (index, expected) => {
    expect(ids({ group: "stack", inGroup: titles[index] })).toBe(expected);
  });
});

test("a filter that cannot be read says where", () => {
  expect(answers.goroutines({ filter: "state:run wait>soon" })).toMatchObject({
    total: 4,
    matched: 0,
    filterError: { column: expect.any(Number) as number },
  });
});

test("a grouping that does not exist says which do", () => {
  expect(() => answers.goroutines({ group: "colour" })).toThrow('There is no grouping "colour". Use stack,');
});

test("one goroutine with its stack, page by page", () => {
  const whole = answers.goroutine({ id: 5 });
  expect(whole?.stack.map((frame) => frame.function)).toEqual(["main.worker", "main.twice"]);
  expect(answers.goroutine({ id: 5, start: 1, levels: 1 })).toEqual({ ...whole, stack: whole?.stack.slice(1) });
  expect(answers.goroutine({ id: 99 })).toBeUndefined();
});

test("what changed, and which go statement starts more and more", () => {
  expect(answers.changes()).toEqual({
    ...{ stop: 2, since: 1, created: 2, finished: 1, stuck: 1, moved: 1 },
    creators: [{ createdBy: { function: "main.start", file: "/src/s.go", line: 3 }, before: 1, now: 3 }],
    history: [
      { stop: 1, total: 3 },
      { stop: 2, total: 4 },
    ],
  });
});

test("the first moment has nothing to compare with", () => {
  const first = goroutineAnswers({ stop: 1, goroutines: before });
  expect(first.changes()).toMatchObject({ created: 0, finished: 0, history: [{ stop: 1, total: 3 }] });
  expect(first.changes().since).toBeUndefined();
  expect(first.goroutines({ change: "created" }).goroutines).toEqual([]);
});

test("what is not complete says why", () => {
  const cut = goroutineAnswers({ stop: 1, goroutines: { ...now, complete: false }, incompleteBecause: "It ran on." });
  expect(cut.goroutines({})).toMatchObject({ complete: false, incompleteBecause: "It ran on." });
});
