/**
 * What the Live view charts: every number by its id, its unit, and the chart that it is drawn in. A program's own metrics
 * and variables come on top, each in a chart of its own.
 */

export type LiveUnit = "bytes" | "bytes/s" | "count" | "1/s" | "nanoseconds" | "percent" | "";

export interface Measure {
  readonly id: string;
  /** Beside its line, under the title of its chart: "live". */
  readonly name: string;
  readonly unit: LiveUnit;
  readonly chart: string;
}

export interface Chart {
  readonly id: string;
  readonly title: string;
  /** What is drawn, in a sentence. */
  readonly about: string;
  /** Durations are drawn as a heat map beneath the lines. */
  readonly heat?: Heat;
  /** Where its numbers are read: what a program lacks is said once for all charts of a source. */
  readonly source: "memory" | "system" | "both" | "own";
}

export type Heat = "pauses" | "latencies";

export const CHARTS: readonly Chart[] = [
  {
    id: "heap",
    title: "Heap",
    about: "Marked by the last collection and handed out since; where the next collection is to be done; spans in use.",
    source: "memory",
  },
  {
    id: "process",
    title: "Process memory",
    about:
      "Resident, what the Go runtime has mapped, and at least so much beside it: C code, files, the program itself.",
    source: "both",
  },
  { id: "goroutines", title: "Goroutines", about: "As runtime.NumGoroutine counts.", source: "memory" },
  { id: "allocation", title: "Allocation", about: "Bytes of spans handed out and freed a second.", source: "memory" },
  { id: "cpu", title: "CPU", about: "Of one core, in user and kernel mode.", source: "system" },
  { id: "collections", title: "Collections", about: "Of the garbage collector, a second.", source: "memory" },
  {
    id: "pauses",
    title: "Pauses",
    about: "How long the collector, and others, stopped the program, since the sample before.",
    heat: "pauses",
    source: "memory",
  },
  {
    id: "latency",
    title: "Scheduler latency",
    about: "How long goroutines that were ready waited to run, since the sample before.",
    heat: "latencies",
    source: "memory",
  },
  { id: "stacks", title: "Stacks", about: "Memory of the stacks of goroutines.", source: "memory" },
  {
    id: "kept",
    title: "Free heap",
    about: "Kept for what is allocated next, and given back to the system.",
    source: "memory",
  },
  { id: "threads", title: "Threads", about: "Of the operating system.", source: "system" },
  { id: "descriptors", title: "File descriptors", about: "Open files, sockets and pipes.", source: "system" },
  {
    id: "cost",
    title: "Price of looking",
    about: "CPU time of ours for a sample, and for all that was done about the one before. The program is not stopped.",
    source: "own",
  },
];

export const MEASURES: readonly Measure[] = [
  { id: "heapLive", name: "live", unit: "bytes", chart: "heap" },
  { id: "heapGoal", name: "goal", unit: "bytes", chart: "heap" },
  { id: "heapInuse", name: "in use", unit: "bytes", chart: "heap" },
  { id: "rss", name: "resident", unit: "bytes", chart: "process" },
  { id: "mapped", name: "of the runtime", unit: "bytes", chart: "process" },
  { id: "outside", name: "beside it", unit: "bytes", chart: "process" },
  { id: "goroutines", name: "goroutines", unit: "count", chart: "goroutines" },
  { id: "allocRate", name: "handed out", unit: "bytes/s", chart: "allocation" },
  { id: "freeRate", name: "freed", unit: "bytes/s", chart: "allocation" },
  { id: "cpu", name: "of a core", unit: "percent", chart: "cpu" },
  { id: "gcRate", name: "collections", unit: "1/s", chart: "collections" },
  { id: "gcPauseP99", name: "collector p99", unit: "nanoseconds", chart: "pauses" },
  { id: "gcPauseMax", name: "collector max", unit: "nanoseconds", chart: "pauses" },
  { id: "otherPauseMax", name: "others max", unit: "nanoseconds", chart: "pauses" },
  { id: "latencyP50", name: "p50", unit: "nanoseconds", chart: "latency" },
  { id: "latencyP99", name: "p99", unit: "nanoseconds", chart: "latency" },
  { id: "latencyMax", name: "max", unit: "nanoseconds", chart: "latency" },
  { id: "stacks", name: "stacks", unit: "bytes", chart: "stacks" },
  { id: "heapFree", name: "free", unit: "bytes", chart: "kept" },
  { id: "heapReleased", name: "given back", unit: "bytes", chart: "kept" },
  { id: "threads", name: "threads", unit: "count", chart: "threads" },
  { id: "fds", name: "open", unit: "count", chart: "descriptors" },
  { id: "cost", name: "a sample", unit: "nanoseconds", chart: "cost" },
];

/** A chart of its own for a number that the program publishes. */
export function chartOf(measure: Measure): Chart {
  const known = CHARTS.find(({ id }) => id === measure.chart);
  return known ?? { id: measure.chart, title: measure.chart, about: "Published by the program.", source: "own" };
}
