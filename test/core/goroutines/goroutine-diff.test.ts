/** Comparing and grouping by columns against the plain way: objects, texts and Maps. */
import { expect, test } from "vitest";
import { compareGoroutines } from "../../../src/core/goroutines/goroutine-diff.js";
import { frameTitle, groupGoroutines, type Grouping } from "../../../src/core/goroutines/goroutine-group.js";
import { type Goroutines, isWaiting, NO_FRAME, tellingFrame } from "../../../src/core/goroutines/goroutine.js";
import { goroutinesOf } from "../../support/goroutine-lines.js";
import { type Random, randomFrom } from "../../support/random.js";

const STATES = ["running", "chan receive", "select", "sync.Mutex.Lock"];
const FRAMES = ["main.f@a.go:1", "main.f@a.go:2", "main.g@a.go:1", "sync.(*Mutex).Lock@m.go:9", "db/sql.q@q.go:4"];
const STARTERS = [" by main.start@s.go:3 in 1", " by main.start@s.go:4 in 1", " by main.other@s.go:3", ""];
const SEEDS = Array.from({ length: 60 }, (_, seed) => [seed]);

function lines(random: Random, ids: readonly number[]): string {
  return ids
    .map((id) => {
      const frames = Array.from({ length: random.int(4) }, () => random.pick(FRAMES)).join(" < ");
      const labels = random.chance(0.3) ? ` {tenant: t${random.int(3)}}` : "";
      const wait = random.chance(0.3) ? `, ${1 + random.int(9)} minutes` : "";
      return `${id} [${random.pick(STATES)}${wait}]${labels} ${frames}${STARTERS[id % STARTERS.length]}`;
    })
    .join("\n");
}

/** Ids in any order, some equal in their lower half. */
function twoMoments(seed: number): [Goroutines, Goroutines] {
  const random = randomFrom(seed);
  const known = [...new Set(Array.from({ length: 40 }, () => 1 + random.int(20) + random.int(3) * 2 ** 32))];
  const some = () => known.filter(() => random.chance(0.7)).sort(() => random.int(3) - 1);
  const [before, after] = [some(), some()];
  const text = lines(random, before);
  // Half of those that are left stand where they stood.
  const kept = new Map(text.split("\n").map((line) => [Number.parseInt(line), line]));
  const now = after.map((id) => (random.chance(0.5) && kept.get(id)) || lines(random, [id]));
  return [goroutinesOf(text), goroutinesOf(now.join("\n"))];
}

const stackText = (goroutines: Goroutines, row: number, text: (frame: number) => string) => {
  const { stack, stacks } = goroutines;
  return Array.from(stacks.frame.subarray(stacks.start[stack[row]], stacks.start[stack[row] + 1]), text).join("\n");
};

/** As it was written first: row by row, with texts. */
function plainChanges(before: Goroutines, after: Goroutines): Record<string, number[]> {
  const describe = (of: Goroutines, row: number) =>
    `${of.states[of.state[row]]}\n${stackText(of, row, (frame) => frameTitle(of, frame))}`;
  const left = new Map(Array.from(before.id, (id, row) => [id, row]));
  const changes: Record<string, number[]> = { created: [], finished: [], stuck: [], moved: [] };
  after.id.forEach((id, row) => {
    const old = left.get(id);
    left.delete(id);
    if (old === undefined) changes["created"].push(row);
    else if (describe(before, old) !== describe(after, row)) changes["moved"].push(row);
    else if (isWaiting(after.states[after.state[row]])) changes["stuck"].push(row);
  });
  changes["finished"] = [...left.values()].sort((a, b) => a - b);
  return changes;
}

test.each(SEEDS)("two moments, seed %i", (seed) => {
  const [before, after] = twoMoments(seed);
  const { change, isComparable, ...rows } = compareGoroutines(before, after);
  expect(isComparable).toBe(true);
  const lists = Object.fromEntries(Object.entries(rows).map(([name, list]) => [name, Array.from(list)]));
  expect(lists).toEqual(plainChanges(before, after));
  const numbers = { created: 1, stuck: 2, moved: 3 };
  const expected = new Array<number>(after.count).fill(0);
  for (const [name, number] of Object.entries(numbers)) for (const row of lists[name]) expected[row] = number;
  expect(Array.from(change)).toEqual(expected);
});

const GROUPINGS: readonly Grouping[] = [
  "stack",
  "similar",
  "wait",
  "object",
  "creator",
  "state",
  "package",
  { label: "tenant" },
];

function plainKey(of: Goroutines, row: number, grouping: Grouping): string {
  const state = of.states[of.state[row]];
  const at = tellingFrame(of, of.stack[row]);
  if (typeof grouping === "object") {
    return of.labelSets[of.labels[row]]?.find(([key]) => key === grouping.label)?.[1] ?? "";
  }
  switch (grouping) {
    case "stack":
      return stackText(of, row, (frame) => frameTitle(of, frame));
    case "similar":
      return stackText(of, row, (frame) => of.frames.function[frame]);
    case "wait":
      return `${state} ${frameTitle(of, at)}`;
    case "object":
      return String(of.waitsFor[row]);
    case "creator":
      return frameTitle(of, of.creator[row]);
    case "state":
      return state;
    case "package":
      return at === NO_FRAME ? "" : of.frames.function[at].replace(/\.[^/]*$/, "");
  }
}

test.each(SEEDS)("groups, seed %i", (seed) => {
  const [goroutines] = twoMoments(seed);
  const random = randomFrom(seed);
  const rows = Array.from(goroutines.id, (_, row) => row).filter(() => random.chance(0.8));
  for (const grouping of GROUPINGS) {
    const groups = new Map<string, number[]>();
    for (const row of rows) {
      const key = plainKey(goroutines, row, grouping);
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    const expected = [...groups.values()].sort((a, b) => b.length - a.length || a[0] - b[0]);
    const found = groupGoroutines(goroutines, rows, grouping);
    expect(
      found.map((group) => Array.from(group.rows)),
      JSON.stringify(grouping),
    ).toEqual(expected);
    expect(found.map(({ count }) => count)).toEqual(expected.map(({ length }) => length));
  }
});
