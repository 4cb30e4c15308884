/** An hour of live numbers: the ring, its clock, its file, and the rows that go into it. */
import { expect, test } from "vitest";
import { LiveClock } from "../../../src/core/live/live-clock.js";
import { decodeRun, encodeRun } from "../../../src/core/live/live-file.js";
import { LiveHistory, MAX_MEASURES, MAX_ROWS } from "../../../src/core/live/live-history.js";
import { MEASURES } from "../../../src/core/live/live-measures.js";
import { HEAT_ROWS, heatOf, type LiveRow, type Look, valuesOf } from "../../../src/core/live/live-row.js";
import { BUCKETS } from "../../../src/core/live/time-histogram.js";
import { FormatError } from "../../../src/core/text/format-error.js";

const A = { id: "a", name: "a", unit: "bytes", chart: "one" } as const;
const B = { id: "b", name: "b", unit: "count", chart: "two" } as const;

function row(axisMs: number, values: readonly number[], hasGap = false): LiveRow {
  const heats = { pauses: new Uint32Array(HEAT_ROWS).fill(axisMs), latencies: new Uint32Array(HEAT_ROWS).fill(1) };
  return { axisMs, atMs: 1_700_000_000_000 + axisMs, hasGap, values: Float64Array.from(values), heats };
}

function filled(rows: number, capacity: number): LiveHistory {
  const history = new LiveHistory([A, B], capacity);
  for (let i = 0; i < rows; i++) history.add(row(i * 1_000, [i, 2 * i], i === 3));
  return history;
}

const listed = (history: LiveHistory, measure: number) =>
  Array.from({ length: history.length }, (_, i) => history.value(measure, i));

test("the oldest rows make room, and the marks that belong to them", () => {
  const history = new LiveHistory([A], 3);
  history.add(row(0, [0]));
  history.addMark({ kind: "stop", axisMs: 0, atMs: 0, label: "old" });
  history.addMark({ kind: "capture", axisMs: 3_000, atMs: 0, label: "new" });
  for (const i of [1, 2, 3, 4]) history.add(row(i * 1_000, [i]));
  expect(listed(history, 0)).toEqual([2, 3, 4]);
  expect(history.marks.map(({ label }) => label)).toEqual(["new"]);
});

test.each([
  [-5, 0, 0],
  [0, 0, 0],
  [999, 0, 1],
  [1_400, 1, 1],
  [9_000, 4, 4],
])("at %i ms is row %i, nearest is row %i", (axisMs, at, near) => {
  const history = filled(5, 10);
  expect([history.rowAt(axisMs), history.rowNear(axisMs)]).toEqual([at, near]);
});

test("an empty history has no row", () => {
  expect([filled(0, 3).rowAt(5), filled(0, 3).rowNear(5)]).toEqual([-1, -1]);
});

test("a measure that comes later is not known before, and there is an end to them", () => {
  const history = filled(1, 5);
  expect(history.addMeasure({ ...A, id: "c" })).toBe(true);
  history.add(row(1_000, [1, 2, 3]));
  expect(listed(history, 2)).toEqual([NaN, 3]);
  const added = Array.from({ length: MAX_MEASURES }, (_, i) => history.addMeasure({ ...A, id: `m${i}` }));
  expect(added.filter(Boolean)).toHaveLength(MAX_MEASURES - 3);
});

test("a stop takes a moment of the axis, a clock that jumps nothing", () => {
  const clock = new LiveClock(1_000);
  expect(clock.next(50)).toEqual({ axisMs: 0, hasGap: false });
  expect(clock.next(1_050)).toEqual({ axisMs: 1_000, hasGap: false });
  clock.interrupt();
  expect(clock.next(601_050)).toEqual({ axisMs: 3_000, hasGap: true });
  expect(clock.next(602_050)).toEqual({ axisMs: 4_000, hasGap: false });
  // The machine slept: nobody said so.
  expect(clock.next(9_602_050)).toEqual({ axisMs: 6_000, hasGap: true });
  expect(clock.next(9_602_000)).toEqual({ axisMs: 6_000, hasGap: false });
});

test("a file has what the history had, also of a ring that went round", () => {
  const history = filled(9, 5);
  history.addMark({ kind: "capture", axisMs: 6_000, atMs: 5, label: "Heap", kept: "file:///secret" });
  const read = decodeRun(encodeRun({ program: "shop", goVersion: "go1.26.8", history }), MAX_ROWS);
  expect([read.program, read.goVersion, read.history.length]).toEqual(["shop", "go1.26.8", 5]);
  expect(listed(read.history, 1)).toEqual(listed(history, 1));
  for (let i = 0; i < 5; i++) {
    expect([read.history.axisMs(i), read.history.atMs(i), read.history.hasGap(i)]).toEqual([
      history.axisMs(i),
      history.atMs(i),
      history.hasGap(i),
    ]);
    expect(read.history.heat("pauses", i)).toEqual(history.heat("pauses", i));
    expect(read.history.heat("latencies", i)).toEqual(history.heat("latencies", i));
  }
  expect(read.history.marks.map(({ label }) => label)).toEqual(["Heap"]);
});

test("a page that follows a run knows what is kept; a file of others names no files of this machine", () => {
  const history = filled(2, 5);
  history.addMark({ kind: "capture", axisMs: 1_000, atMs: 5, label: "Heap", kept: "file:///a" });
  const bytes = encodeRun({ program: "", goVersion: "", history });
  expect(decodeRun(bytes).history.marks[0].kept).toBeUndefined();
  expect(decodeRun(bytes, MAX_ROWS, { trusted: true }).history.marks[0].kept).toBe("file:///a");
});

test("an hour with all measures stays below 5 MB, in memory and as a file", () => {
  const history = new LiveHistory(Array.from({ length: MAX_MEASURES }, (_, i) => ({ ...A, id: `m${i}` })));
  for (let i = 0; i < MAX_ROWS; i++) history.add(row(i * 1_000, []));
  const { length } = encodeRun({ program: "", goVersion: "", history });
  expect(length).toBeLessThan(5_000_000);
});

test("broken files are one FormatError, wherever they are cut or changed", () => {
  const whole = encodeRun({ program: "shop", goVersion: "", history: filled(4, 5) });
  for (let length = 0; length < whole.length; length++) {
    expect(() => decodeRun(whole.slice(0, length))).toThrow(FormatError);
  }
  for (let at = 0; at < whole.length; at++) {
    const changed = whole.slice();
    changed[at] ^= 0xff;
    try {
      decodeRun(changed);
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
    }
  }
});

const look = (monotonicMs: number, allocated: number, rss: number): Look => ({
  monotonicMs,
  runtime: {
    heapLive: 10,
    heapGoal: null,
    heapInuse: 20,
    stacks: 1,
    numGC: monotonicMs / 1_000,
    gcPauseNs: { p50: 1, p99: 2, max: 3 },
    schedLatencyNs: { p50: 4, p99: 5, max: 6 },
    goroutines: 7,
  },
  details: {
    ...{ totalAlloc: allocated, totalFree: 0, heapFree: 0, heapReleased: 0, mappedReady: 100 },
    ...{ otherPauseMaxNs: null, pauses: undefined, latencies: undefined },
  },
  process: { threads: 5, rss, cpuSeconds: monotonicMs / 4_000, fds: null },
  costNs: 9,
});

const named = (values: Float64Array) => Object.fromEntries(MEASURES.map(({ id }, i) => [id, values[i]]));

test("rates are of the time between two looks; of a first one, and of a counter that went back, there is none", () => {
  const first = named(valuesOf(look(0, 500, 150), undefined));
  expect(first).toMatchObject({ heapLive: 10, heapGoal: NaN, outside: 50, allocRate: NaN, cpu: NaN, latencyMax: NaN });
  const second = named(valuesOf(look(2_000, 900, 80), look(0, 500, 150)));
  expect(second).toMatchObject({ allocRate: 200, cpu: 25, gcRate: 1, outside: 0, gcPauseMax: 3, fds: NaN });
  expect(named(valuesOf(look(2_000, 400, 80), look(0, 500, 150))).allocRate).toBeNaN();
});

test("rows of a heat map are powers of two", () => {
  const counts = new Float64Array(BUCKETS);
  counts.set([1, 2, 3, 4, 5], 0);
  const rows = heatOf({ counts, underflow: 100, overflow: 7 });
  expect([rows[0], rows[1], rows[HEAT_ROWS - 1]]).toEqual([110, 5, 7]);
  expect(heatOf(undefined)).toEqual(new Uint32Array(HEAT_ROWS));
});
