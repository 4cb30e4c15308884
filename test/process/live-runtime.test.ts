/** The live numbers of real programs of each version of Go, beside what the programs say of themselves. */
import { expect, onTestFinished, test } from "vitest";
import { heapGoal } from "../../src/core/live/heap-goal.js";
import { goroutinesOf } from "../../src/core/live/runtime-reading.js";
import { type GoProgram, openProcess } from "../../src/process/go-program.js";
import { LiveRuntime } from "../../src/process/live/live-runtime.js";
import { RuntimeMemory } from "../../src/process/live/runtime-memory.js";
import { OFFSETS } from "../../src/process/runtime/layout-table.js";
import { UnreadableMemory } from "../../src/process/memory/memory.js";
import { type Layout, UnknownLayout } from "../../src/process/runtime/layout.js";
import { comparedNumbers } from "../support/live-compared.js";
import { builtLive, type LiveProgram, startLive } from "../support/live-program.js";

/** Of programs that never rest. */
const BUSY_SAMPLES = 60;

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

test.each([
  ["go1.24.13", []],
  ["go1.25.5", []],
  ["go1.26.8", []],
  ["go1.26.8", ["-buildmode=pie"]],
  ["go1.27.3", []],
])("1,000 samples of a program of %s %j are its own numbers", { timeout: 300_000 }, async (go, flags) =>
  comparedNumbers(await started(go, "calm", flags)),
);

test("1,000 samples of a server with 10,000 goroutines are its own numbers", { timeout: 300_000 }, async () =>
  comparedNumbers(await started("go1.26.8", "large")),
);

test("a program that allocates all the time keeps its counters between two of its own", async () => {
  const { live, program } = await started("go1.26.8", "busy");
  const runtime = await LiveRuntime.open(program);
  for (let i = 0; i < BUSY_SAMPLES; i++) {
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
