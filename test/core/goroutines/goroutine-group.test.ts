import { expect, test } from "vitest";
import { compareGoroutines } from "../../../src/core/goroutines/goroutine-diff.js";
import { groupGoroutines, parseGrouping } from "../../../src/core/goroutines/goroutine-group.js";
import { goroutinesOf } from "../../support/goroutine-lines.js";

const goroutines = goroutinesOf(`
  1 [running] main.main@main.go:9
  2 [chan receive, 6 minutes] main.worker@work.go:7 < main.a@a.go:1 by main.start@s.go:3 in 1
  3 [chan receive] {req: 42} main.worker@work.go:7 < main.a@a.go:1 by main.start@s.go:3 in 1
  4 [chan receive] {req: 43} main.worker@work.go:7 < main.a@a.go:2 by main.other@s.go:9 in 1
  5 [sync.Mutex.Lock] sync.(*Mutex).Lock@m.go:1 < db/sql.query@q.go:4
`);
const all = goroutines.id.map((_, row) => row);

test.each([
  ["stack", "2: 2 3 | 1: 1 | 1: 4 | 1: 5"],
  ["similar", "3: 2 3 4 | 1: 1 | 1: 5"],
  ["wait", "3: 2 3 4 | 1: 1 | 1: 5"],
  ["object", "4: 1 2 3 4 | 1: 5"],
  ["creator", "2: 1 5 | 2: 2 3 | 1: 4"],
  ["state", "3: 2 3 4 | 1: 1 | 1: 5"],
  ["package", "4: 1 2 3 4 | 1: 5"],
  ["label:req", "3: 1 2 5 | 1: 3 | 1: 4"],
])("by %s: %s", (name, expected) => {
  const grouping = parseGrouping(name);
  const groups = groupGoroutines(goroutines, all, grouping ?? "stack");
  const ids = (rows: Uint32Array) => Array.from(rows, (row) => goroutines.id[row]).join(" ");
  expect(groups.map(({ count, rows }) => `${count}: ${ids(rows)}`).join(" | ")).toBe(expected);
});

test("titles say what and where, not the machinery of waiting", () => {
  expect(groupGoroutines(goroutines, all, "wait").map(({ title }) => title)).toEqual([
    "chan receive in main.worker /src/work.go:7",
    "running in main.main /src/main.go:9",
    "sync.Mutex.Lock in db/sql.query /src/q.go:4",
  ]);
});

test("a group knows its longest wait", () => {
  expect(groupGoroutines(goroutines, all, "state").map((group) => group.longestWaitNs)).toEqual([
    360e9,
    undefined,
    undefined,
  ]);
});

test("what is no grouping is not taken for one", () => {
  expect([parseGrouping("label:"), parseGrouping("color")]).toEqual([undefined, undefined]);
});

const changes = (before: string, after: string) => {
  const [one, two] = [goroutinesOf(before), goroutinesOf(after)];
  const { created, finished, stuck, moved, isComparable } = compareGoroutines(one, two);
  const ids = (of: typeof one, rows: Uint32Array) => Array.from(rows, (row) => of.id[row]).join(" ");
  if (!isComparable) return "not comparable";
  return `+${ids(two, created)} -${ids(one, finished)} =${ids(two, stuck)} ~${ids(two, moved)}`;
};

test.each([
  ["created and finished", "1 [select] m.f\n2 [select] m.g", "1 [select] m.f\n3 [select] m.g", "+3 -2 =1 ~"],
  ["moved to another line", "1 [select] m.f@a.go:1", "1 [select] m.f@a.go:2", "+ - = ~1"],
  ["another state", "1 [select] m.f", "1 [chan send] m.f", "+ - = ~1"],
  ["running is not stuck", "1 [running] m.f", "1 [running] m.f", "+ - = ~"],
  ["another process", "1 [select] m.f by m.a@a.go:1", "1 [select] m.f by m.b@b.go:1", "not comparable"],
])("two moments: %s", (_, before, after, expected) => expect(changes(before, after)).toBe(expected));
