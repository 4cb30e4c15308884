/** The live numbers of a program beside what the program says of itself, a thousand times. */
import { expect, onTestFinished } from "vitest";
import { lowerBound, type TimeHistogram } from "../../src/core/live/time-histogram.js";
import type { GoProgram } from "../../src/process/go-program.js";
import { LiveRuntime } from "../../src/process/live/live-runtime.js";
import { ProcessFiles } from "../../src/process/live/process-numbers.js";
import { RuntimeMemory } from "../../src/process/live/runtime-memory.js";
import type { LiveProgram, OwnNumbers } from "./live-program.js";

const SAMPLES = 1_000;
/** The program works before every so many of them. */
const WORKS = 10;
/** At most one of each of some 130 classes at each of the program's two processors, of 16 kB on average. */
const SPANS_BYTES = 4 * 2 ** 20;

/** What answering takes and gives back between two looks of the program: some spans, of 8 kB at least. */
const ANSWER_BYTES = 2 ** 16;

const between = (value: number, a: number, b: number) => value >= Math.min(a, b) && value <= Math.max(a, b);
const around = (a: number, b: number) => [Math.min(a, b) - ANSWER_BYTES, Math.max(a, b) + ANSWER_BYTES] as const;
const countsOf = ({ counts, underflow, overflow }: TimeHistogram) => [underflow, ...counts, overflow];
const statusOf = ({ Status }: OwnNumbers, field: string) =>
  Number(new RegExp(`^${field}:\\s*(\\d+)`, "m").exec(Status)?.[1]);

/** Every number of so many samples is the program's own, or between its own before and after. */
export async function comparedNumbers({ live, program }: { live: LiveProgram; program: GoProgram }): Promise<void> {
  const runtime = await LiveRuntime.open(program);
  const memory = new RuntimeMemory(program);
  const files = new ProcessFiles(live.pid);
  onTestFinished(() => files.close());
  const wrong: string[] = [];
  let a = await live.ask("work");
  for (let i = 0; i < SAMPLES; i++) {
    if (i % WORKS === 0) await live.ask("work");
    if (i % WORKS === 0) a = await live.ask("numbers");
    const { runtime: told, details } = await runtime.look();
    const { gcPauses, otherPauses, schedLatency, heapMarked } = memory.read();
    const { threads, rss, fds } = files.look({ withPss: false }).numbers;
    const b = await live.ask("numbers");
    const rows: [string, number | null, number, number][] = [
      ["heapGoal", told.heapGoal, a.Goal, b.Goal],
      ["heapMarked", heapMarked, a.Marked, b.Marked],
      ["heapInuse", told.heapInuse, ...around(a.Inuse, b.Inuse)],
      ["heapFree", details.heapFree, ...around(a.Free, b.Free)],
      ["heapReleased", details.heapReleased, ...around(a.Released, b.Released)],
      ["mapped", details.mappedReady, a.Mapped, b.Mapped],
      ["stacks", told.stacks, a.Stacks, b.Stacks],
      ["numGC", told.numGC, a.Cycles, b.Cycles],
      ["goroutines", told.goroutines, a.Goroutines, b.Goroutines],
      // Allocated since the collection, and spans that are handed out: the program's count has their objects later.
      ["heapLive", told.heapLive, a.Marked, b.Marked + (b.Allocs - b.AllocsAtGC) + SPANS_BYTES],
      ["threads", threads, statusOf(a, "Threads"), statusOf(b, "Threads")],
      ["rss", rss, statusOf(a, "VmRSS") * 1024, statusOf(b, "VmRSS") * 1024],
      ["fds", fds, a.Fds, b.Fds],
    ];
    const histograms = [
      ["pause", gcPauses, a.Pauses, b.Pauses],
      ["other pause", otherPauses, a.Others, b.Others],
      ["latency", schedLatency, a.Latencies, b.Latencies],
    ] as const;
    for (const [name, histogram, from, to] of histograms) {
      countsOf(histogram).forEach((count, k) => rows.push([`${name} ${k}`, count, from[k], to[k]]));
    }
    for (const [name, value, from, to] of rows) {
      if (value === null || !between(value, from, to)) wrong.push(`${i} ${name}: ${value}, not ${from}..${to}`);
    }
    a = b;
  }
  expect(wrong).toEqual([]);
  const bounds = a.Bounds.slice(1, -1).map(Math.round);
  expect(bounds).toEqual(bounds.map((_, bucket) => lowerBound(bucket)));
}
