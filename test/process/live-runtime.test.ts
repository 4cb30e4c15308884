/** The live numbers of real programs of each version of Go, beside what the programs say of themselves. */
import { expect, onTestFinished, test } from "vitest";
import { heapGoal } from "../../src/core/live/heap-goal.js";
import { goroutinesOf } from "../../src/core/live/runtime-reading.js";
import { lowerBound, type TimeHistogram } from "../../src/core/live/time-histogram.js";
import { type GoProgram, openProcess } from "../../src/process/go-program.js";
import { LiveRuntime } from "../../src/process/live/live-runtime.js";
import { ProcessFiles } from "../../src/process/live/process-numbers.js";
import { RuntimeMemory } from "../../src/process/live/runtime-memory.js";
import { OFFSETS } from "../../src/process/runtime/layout-table.js";
import { UnreadableMemory } from "../../src/process/memory/memory.js";
import { type Layout, UnknownLayout } from "../../src/process/runtime/layout.js";
import { builtLive, type LiveProgram, type OwnNumbers, startLive } from "../support/live-program.js";

const SAMPLES = 60;
/** At most one of each of some 130 classes at each of the program's two processors, of 16 kB on average. */
const SPANS_BYTES = 4 * 2 ** 20;

async function started(
  go: string,
  mode?: Parameters<typeof startLive>[1],
  flags?: readonly string[],
): Promise<{ live: LiveProgram; program: GoProgram }> {
  const live = startLive(builtLive(go, flags), mode);
  onTestFinished(() => live.stop());
  await live.ask("work");
  const program = openProcess(live.pid);
  onTestFinished(() => program.close());
  return { live, program };
}

const between = (value: number, a: number, b: number) => value >= Math.min(a, b) && value <= Math.max(a, b);
const countsOf = ({ counts, underflow, overflow }: TimeHistogram) => [underflow, ...counts, overflow];
const statusOf = ({ Status }: OwnNumbers, field: string) =>
  Number(new RegExp(`^${field}:\\s*(\\d+)`, "m").exec(Status)?.[1]);

test.each([
  ["go1.24.13", []],
  ["go1.25.5", []],
  ["go1.26.8", []],
  ["go1.26.8", ["-buildmode=pie"]],
  ["go1.27.3", []],
])(
  "every number of a program of %s %j is its own, or between two of its own",
  { timeout: 300_000 },
  async (go, flags) => {
    const { live, program } = await started(go, "calm", flags);
    const runtime = await LiveRuntime.open(program);
    const memory = new RuntimeMemory(program);
    const files = new ProcessFiles(live.pid);
    onTestFinished(() => files.close());
    const wrong: string[] = [];
    for (let i = 0; i < SAMPLES; i++) {
      const a = await live.ask("work");
      const told = await runtime.sample();
      const { gcPauses, schedLatency, heapMarked } = memory.read();
      const { threads, rss, fds } = files.look({ withPss: false }).numbers;
      const b = await live.ask("numbers");
      const compared: [string, number | null, number, number][] = [
        ["heapGoal", told.heapGoal, a.Goal, b.Goal],
        ["heapMarked", heapMarked, a.Marked, b.Marked],
        ["heapInuse", told.heapInuse, a.Inuse, b.Inuse],
        ["stacks", told.stacks, a.Stacks, b.Stacks],
        ["numGC", told.numGC, a.Cycles, b.Cycles],
        ["goroutines", told.goroutines, a.Goroutines, b.Goroutines],
        // Allocated since the collection, and spans that are handed out: the program's count has their objects later.
        ["heapLive", told.heapLive, a.Marked, b.Marked + (b.Allocs - b.AllocsAtGC) + SPANS_BYTES],
        ["threads", threads, statusOf(a, "Threads"), statusOf(b, "Threads")],
        ["rss", rss, statusOf(a, "VmRSS") * 1024, statusOf(b, "VmRSS") * 1024],
        ["fds", fds, a.Fds, b.Fds],
        ...countsOf(gcPauses).map(
          (count, k) => [`pause ${k}`, count, a.Pauses[k], b.Pauses[k]] as (typeof compared)[0],
        ),
        ...countsOf(schedLatency).map(
          (n, k) => [`latency ${k}`, n, a.Latencies[k], b.Latencies[k]] as (typeof compared)[0],
        ),
      ];
      for (const [name, value, from, to] of compared) {
        if (value === null || !between(value, from, to)) wrong.push(`${i} ${name}: ${value}, not ${from}..${to}`);
      }
    }
    expect(wrong).toEqual([]);
    const { Bounds } = await live.ask("numbers");
    const bounds = Bounds.slice(1, -1).map(Math.round);
    expect(bounds).toEqual(bounds.map((_, bucket) => lowerBound(bucket)));
  },
);

test("a program that allocates all the time keeps its counters between two of its own", async () => {
  const { live, program } = await started("go1.26.8", "busy");
  const runtime = await LiveRuntime.open(program);
  for (let i = 0; i < SAMPLES; i++) {
    const a = await live.ask("work");
    const { numGC, goroutines } = await runtime.sample();
    const b = await live.ask("numbers");
    expect(numGC).toBeGreaterThanOrEqual(a.Cycles);
    expect(numGC).toBeLessThanOrEqual(b.Cycles);
    // Those that were ending when it counted are fewer by now.
    expect(between(goroutines, a.Goroutines, b.Goroutines)).toBe(true);
  }
});

test("the goal under a memory limit, and none with GOGC=off", async () => {
  const limited = await started("go1.26.8", "limited");
  let byLimit = 0;
  for (let i = 0; i < 20; i++) {
    const a = await limited.live.ask("work");
    const reading = new RuntimeMemory(limited.program).read();
    const goal = heapGoal(reading) ?? NaN;
    const b = await limited.live.ask("numbers");
    // It follows what the runtime uses for itself, which goes up and down while the program answers.
    expect(goal).toBeGreaterThanOrEqual(Math.min(a.Goal, b.Goal) * 0.99);
    expect(goal).toBeLessThanOrEqual(Math.max(a.Goal, b.Goal) * 1.01);
    if (goal < reading.gcPercentHeapGoal) byLimit++;
  }
  expect(byLimit).toBeGreaterThan(0);
  const off = await started("go1.26.8", "off");
  expect((await (await LiveRuntime.open(off.program)).sample()).heapGoal).toBeNull();
});

const READ = /^runtime\.(gcControllerState|heapStatsDelta|mstats|schedt|timeHistogram|p\.gFree)/;

test("a wrong offset is noticed, whichever it is", { timeout: 120_000 }, async () => {
  const { live, program } = await started("go1.26.8");
  for (let i = 0; i < 44; i++) await live.ask("work");
  const { layout } = program.executable;
  const sampled = async (wrong?: Layout) => JSON.stringify(await (await LiveRuntime.open(program, wrong)).sample());
  const right = await sampled();
  const planted = (name: string, by: number): Layout => ({
    offsets: new Map([...layout.offsets].map(([key, at]) => [key, key === name ? at + by : at])),
    sizes: new Map([...layout.sizes].map(([key, bytes]) => [key, key === name ? bytes + by : bytes])),
  });
  const names = Object.keys(OFFSETS).filter((name) => READ.test(name));
  const cases = names.flatMap((name) => [-8, -4, 4, 8].map((by) => [name, by] as const));
  const unnoticed: string[] = [];
  await Promise.all(
    cases.map(async ([name, by]) => {
      const wrong = planted(name, by);
      if (!layout.offsets.has(name) && !layout.sizes.has(name)) return;
      if ((wrong.offsets.get(name) ?? 0) < 0) return;
      const told = await sampled(wrong).catch((error: unknown) => {
        if (error instanceof UnknownLayout || error instanceof UnreadableMemory || error instanceof RangeError)
          return right;
        throw error;
      });
      if (told !== right) unnoticed.push(`${name} ${by}: ${told}`);
    }),
  );
  expect(goroutinesOf(new RuntimeMemory(program).read())).toBeGreaterThan(300);
  expect(cases.length).toBeGreaterThan(150);
  expect(unnoticed).toEqual([]);
});
