/** Slow starts that were planted in real programs (test/fixtures/traces/programs), each named with who is to blame. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { analyseTrace, piecesOf, type TraceOptions } from "../../../src/core/trace/read-trace.js";
import { traceReport } from "../../../src/core/trace/trace-report.js";

function report(name: string, options: TraceOptions = {}) {
  const bytes = new Uint8Array(gunzipSync(readFileSync(`test/fixtures/traces/${name}.trace.gz`)));
  return traceReport(analyseTrace(() => piecesOf(bytes), options));
}

test("a goroutine that holds the only processor: who waited for it, who had woken it, what ran instead", () => {
  const [worst] = report("hog-go1.26.8").worst;
  expect(worst).toMatchObject({ kind: "main.serve", function: "main.serve", wokenBy: "main.hog" });
  expect(worst.ns).toBeGreaterThan(3e6);
  expect(worst.ran[0]).toMatchObject({ kind: "main.main", function: "main.hog" });
  expect(worst.ran[0].ns).toBeGreaterThan(worst.ns * 0.95);
  expect(worst.wokenByStack.map((frame) => frame.function).slice(-2)).toEqual(["main.hog", "main.main"]);
});

test("a lock convoy: the lock, who waits for it and who lets them wait", () => {
  const { waits, wakers, kinds } = report("convoy-go1.26.8");
  const [worst] = waits;
  expect(worst).toMatchObject({ class: "mutex", kind: "main.convoy.func1", function: "main.lookUp" });
  expect(worst.count).toBeGreaterThan(30);
  expect(worst.wokenBy.map((waker) => waker.function)).toEqual(["main.lookUp"]);
  expect(wakers[0]).toMatchObject({ from: "main.convoy.func1", to: "main.convoy.func1", class: "mutex" });
  const waiting = kinds.find((kind) => kind.name === "main.convoy.func1");
  expect(waiting?.blockedNs.mutex).toBe(worst.ns);
});

test("an assist storm: who had to help the collector", () => {
  const { gc, stw } = report("assist-go1.26.8");
  expect(gc.collections).toBeGreaterThan(0);
  expect(gc.assistNs).toBeGreaterThan(5e6);
  expect(gc.assists[0].function).toBe("main.grow");
  expect(gc.assists[0].stack.map((frame) => frame.function)).toContain("main.render");
  const last = stw.filter(({ kind }) => kind === "GC mark termination");
  expect(last.length).toBeGreaterThan(0);
  expect(last[0].stack.at(-1)?.function).toBe("runtime.gcBgMarkWorker");
});

test("a goroutine that never moved, and those of the runtime left out", () => {
  const { neverMoved } = report("steady-go1.26.8");
  expect(neverMoved.map(({ kind, function: fn, count }) => [kind, fn, count])).toEqual([
    ["main.main.func1", "main.main.func1", 1],
  ]);
  expect(neverMoved[0].stack.map((frame) => frame.function)).toContain("runtime.chanrecv1");
});

test("tasks, regions and log messages by name", () => {
  const { tasks, regions, logs } = report("tasks-go1.24.13");
  expect(tasks.map(({ name, count }) => [name, count])).toEqual([["order", 5]]);
  expect(regions.map(({ name, count }) => [name, count]).sort()).toEqual([
    ["pack", 5],
    ["pay", 5],
  ]);
  expect(regions.find(({ name }) => name === "pack")?.ns.p50).toBeGreaterThan(1e6);
  expect(logs.count).toBe(5);
  expect(logs.first[4]).toMatchObject({ category: "id", message: "4" });
});

test("a hundred thousand goroutines of one kind are one row", () => {
  const { kinds, goroutines } = report("many-go1.26.8");
  const row = kinds.find((kind) => kind.name === "sync.(*WaitGroup).Done" || kind.name === "main.many.gowrap1");
  expect(row?.count).toBe(100_000);
  expect(goroutines).toBeGreaterThan(100_000);
  const { p50, p99, max } = row?.startLatencyNs ?? { p50: 0, p99: 0, max: 0 };
  expect([p50 > 0, p99 >= p50, max >= p99]).toEqual([true, true, true]);
});

test("network waits belong to the network poller, and to the goroutines that wait", () => {
  const { waits } = report("net-go1.22.12");
  const network = waits.filter((row) => row.class === "network");
  expect(network.length).toBeGreaterThan(0);
  expect(network.flatMap((row) => row.wokenBy.map((waker) => waker.function))).toContain("(the network poller)");
});

test("the parts of a trace add up to the whole", () => {
  const whole = report("steady-go1.26.8");
  const middle = 1.7e9;
  const first = report("steady-go1.26.8", { range: { fromNs: 0, toNs: middle } });
  const second = report("steady-go1.26.8", { range: { fromNs: middle, toNs: Infinity } });
  for (const type of ["sched", "sync", "net", "syscall"] as const) {
    expect(first.profiles[type] + second.profiles[type]).toBe(whole.profiles[type]);
  }
  const running = ({ kinds }: typeof whole) => kinds.reduce((sum, kind) => sum + kind.runningNs, 0);
  expect(running(first)).toBeGreaterThan(0);
  expect(running(first) + running(second)).toBe(running(whole));
});
