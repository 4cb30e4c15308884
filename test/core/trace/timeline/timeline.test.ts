/** The columns of the time line, against a plain list of what ran when, made from the same events. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { RUNNABLE, RUNNING, type TraceListener } from "../../../../src/core/trace/events/trace-listener.js";
import { TraceNames } from "../../../../src/core/trace/events/trace-names.js";
import { TraceOrder } from "../../../../src/core/trace/events/trace-order.js";
import { GenerationSplitter } from "../../../../src/core/trace/events/generation-splitter.js";
import { piecesOf, TraceReader } from "../../../../src/core/trace/read-trace.js";
import { CoarseRuns, CoarseScale, CoarseSums, PIECES } from "../../../../src/core/trace/timeline/coarse-sums.js";
import { goroutineLine, LINE_RUNNABLE, LINE_RUNNING } from "../../../../src/core/trace/timeline/goroutine-line.js";
import { kindPictures, processorPicture } from "../../../../src/core/trace/timeline/picture.js";
import { Timeline } from "../../../../src/core/trace/timeline/timeline.js";
import { randomFrom } from "../../../support/random.js";

interface Run {
  readonly goroutine: number;
  readonly proc: number;
  readonly from: number;
  readonly to: number;
  readonly wait: number;
}

const bytesOf = (name: string) => new Uint8Array(gunzipSync(readFileSync(`test/fixtures/traces/${name}.trace.gz`)));

function readTimeline(bytes: Uint8Array, maxRuns?: number) {
  let timeline!: Timeline;
  const reader: TraceReader = new TraceReader(() => piecesOf(bytes), {
    recorder: () => (timeline = new Timeline(() => reader.analysis.startNs, maxRuns)),
  });
  while (reader.next());
  return { timeline, trace: reader.finish() };
}

/** What ran when, told by the events one by one. */
function plainRuns(bytes: Uint8Array): { readonly runs: Run[]; readonly durationNs: number } {
  const splitter = new GenerationSplitter(new TraceNames());
  const since = new Map<number, { from: number; proc: number; wait: number; runnableSince: number }>();
  const runs: Run[] = [];
  let start = NaN;
  const order: TraceOrder = new TraceOrder((one): TraceListener => ({
    onGeneration: (timeNs) => (start = Number.isNaN(start) ? timeNs : start),
    onHappening() {},
    onCpuSample() {},
    onGoroutine(row, from, to, _reason, _stack, _own, _actor, proc) {
      if (from === to) return;
      const now = one.clock[0] - start;
      const was = since.get(row);
      const id = one.goroutines.ids.numbers[row];
      if (from === RUNNING && was)
        runs.push({ goroutine: id, proc: was.proc, from: was.from, to: now, wait: was.wait });
      const wait = from === RUNNABLE && was ? now - was.runnableSince : 0;
      since.set(row, { from: now, proc, wait, runnableSince: now });
    },
  }));
  const read = (generations: Iterable<Parameters<TraceOrder["read"]>[0]>) => {
    for (const generation of generations) order.read(generation);
  };
  for (const piece of piecesOf(bytes)) read(splitter.push(piece));
  read(splitter.finish());
  const end = order.clock[0] - start;
  for (const row of order.goroutines.ids.rows()) {
    const was = since.get(row);
    if (order.goroutines.state[row] !== RUNNING || !was) continue;
    runs.push({
      goroutine: order.goroutines.ids.numbers[row],
      proc: was.proc,
      from: was.from,
      to: end,
      wait: was.wait,
    });
  }
  return { runs, durationNs: end };
}

const overlap = (run: Run, from: number, to: number) => Math.max(0, Math.min(run.to, to) - Math.max(run.from, from));
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

test.each([
  "gc-go1.27.3",
  "steady-go1.26.8",
  "many-go1.26.8",
  "syscall-go1.22.12",
  "callbacks-go1.26.8",
  "hog-go1.26.8",
])("%s: pictures of any part cover what ran then", (name) => {
  const bytes = bytesOf(name);
  const { timeline, trace } = readTimeline(bytes);
  const { runs, durationNs } = plainRuns(bytes);
  expect(trace.durationNs).toBe(durationNs);
  const random = randomFrom(7);
  const parts = [{ fromNs: 0, toNs: durationNs }];
  for (let i = 0; i < 20; i++) {
    const [a, b] = [random.int(durationNs), random.int(durationNs)];
    if (Math.abs(a - b) > 100) parts.push({ fromNs: Math.min(a, b), toNs: Math.max(a, b) });
  }
  for (const part of parts) {
    const width = 500;
    const nsPerPixel = (part.toNs - part.fromNs) / width;
    for (const line of timeline.processors.values()) {
      const picture = processorPicture(line, timeline.scale, { ...part, width });
      const drawn = sum(picture.from.map((from, i) => (picture.to[i] - from) * picture.share[i])) * nsPerPixel;
      const ran = sum(runs.filter(({ proc }) => proc === line.proc).map((run) => overlap(run, part.fromNs, part.toNs)));
      // A run may be drawn a pixel wide at each end of the part, and sums are of single precision.
      expect(Math.abs(drawn - ran)).toBeLessThan(2.5 * nsPerPixel + 1e-3 * ran);
    }
    const kinds = [...timeline.kinds.keys()];
    const all = kindPictures(timeline, kinds, { ...part, width });
    const running = sum(all.map((kind) => sum(kind.running))) * nsPerPixel;
    const ran = sum(runs.map((run) => overlap(run, part.fromNs, part.toNs)));
    const slack = 2 * Math.max(nsPerPixel, timeline.scale.widthNs) * (timeline.processors.size + 1) + 1e-3 * ran;
    expect(Math.abs(running - ran)).toBeLessThan(slack);
  }
});

test.each(["gc-go1.27.3", "sync-go1.27.3", "net-go1.22.12"])("%s: every goroutine's own line", (name) => {
  const bytes = bytesOf(name);
  const { timeline, trace } = readTimeline(bytes);
  const { runs } = plainRuns(bytes);
  const goroutines = [...new Set(runs.map(({ goroutine }) => goroutine))];
  expect(goroutines.length).toBeGreaterThan(3);
  for (const goroutine of goroutines) {
    const own = runs.filter((run) => run.goroutine === goroutine).sort((a, b) => a.from - b.from);
    const line = goroutineLine(timeline, trace.analysis, goroutine, trace)!;
    const of = (state: number) => [...line.fromNs.keys()].filter((row) => line.state[row] === state);
    expect(of(LINE_RUNNING).map((row) => [Math.round(line.fromNs[row]), line.proc[row]])).toEqual(
      own.map(({ from, proc }) => [from, proc]),
    );
    const waited = sum(of(LINE_RUNNABLE).map((row) => line.toNs[row] - line.fromNs[row]));
    const expected = sum(own.map(({ wait }) => wait));
    expect(Math.abs(waited - expected)).toBeLessThanOrEqual(1e-6 * expected + own.length);
    // Nothing overlaps.
    for (let row = 1; row < line.fromNs.length; row++) {
      expect(line.fromNs[row]).toBeGreaterThanOrEqual(line.toNs[row - 1] - 2);
    }
  }
});

test("of more runs than are kept the shortest are left out, and are in the sums all the same", () => {
  const bytes = bytesOf("many-go1.26.8");
  const whole = readTimeline(bytes).timeline;
  const few = readTimeline(bytes, 1000).timeline;
  const count = (timeline: Timeline) => sum([...timeline.processors.values()].map(({ runs }) => runs.count));
  expect(count(whole)).toBeGreaterThan(10_000);
  expect(count(few)).toBeLessThanOrEqual(1000);
  expect(whole.shortestNs).toBe(0);
  expect(few.shortestNs).toBeGreaterThan(0);
  for (const { runs } of few.processors.values()) {
    for (const chunk of runs.chunks) {
      expect(chunk.ns.subarray(0, chunk.count).every((ns) => ns >= few.shortestNs)).toBe(true);
    }
  }
  expect(few.kinds.map(({ running }) => running.totalNs)).toEqual(whole.kinds.map(({ running }) => running.totalNs));
});

test("sums hold what was added while their pieces grow", () => {
  const random = randomFrom(3);
  const scale = new CoarseScale();
  const sums = new CoarseSums(scale);
  const runs = new CoarseRuns(scale);
  const added: [number, number][] = [];
  let at = 0;
  for (let i = 0; i < 2000; i++) {
    const from = at + random.int(50_000);
    const to = from + 1 + random.int(200_000);
    at = to;
    scale.cover(to);
    sums.add(from, to);
    runs.add(from, to, 3);
    added.push([from, to]);
  }
  expect(scale.widthNs).toBeGreaterThan(1024);
  expect(at / scale.widthNs).toBeLessThan(PIECES);
  const covered = sums.sums();
  for (let piece = 0; piece < PIECES; piece += 97) {
    const [from, to] = [piece * scale.widthNs, (piece + 1) * scale.widthNs];
    const expected = sum(added.map(([a, b]) => Math.max(0, Math.min(b, to) - Math.max(a, from))));
    expect(Math.abs(covered[piece] - expected)).toBeLessThan(1 + expected * 1e-4);
    expect(Math.abs(runs.busyNs[piece] - expected)).toBeLessThan(1 + expected * 1e-4);
    if (expected > 0) expect(runs.kind[piece]).toBe(3);
  }
});
