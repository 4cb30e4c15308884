/** Samples of a running program for people: a table that stands still on a terminal, a line each elsewhere. */
import type { LiveSample } from "../../core/live/live-sample.js";
import type { Quantiles } from "../../core/live/time-histogram.js";
import { formatPercent, formatValue } from "../../core/text/format.js";

const NONE = "–";
const count = (value: number | null) => (value === null ? NONE : value.toLocaleString("en-US"));
const bytes = (value: number | null) => (value === null ? NONE : formatValue(value, "bytes"));
const time = (value: number | null) => (value === null ? NONE : formatValue(value, "ns"));

/** Of one core, since the sample before. */
function cpuShare(now: LiveSample, before: LiveSample | undefined): string {
  if (before === undefined || now.cpuSeconds === null || before.cpuSeconds === null) return NONE;
  return formatPercent(now.cpuSeconds - before.cpuSeconds, (now.atMs - before.atMs) / 1_000);
}

const quantiles = ({ p50, p99, max }: Quantiles) => [`${time(p50)} p50`, `${time(p99)} p99`, `${time(max)} max`];

/** The whole table; `first` is the first sample, `before` the one before, `pss` the last that was read. */
export function liveTable(
  now: LiveSample,
  { first, before, pss }: { first: LiveSample; before: LiveSample | undefined; pss: number | undefined },
): string {
  const change = (show: (value: number) => string, value: number | null, since: number | null) => {
    if (value === null || since === null) return "";
    const grown = value - since;
    return grown === 0 ? "±0" : `${grown > 0 ? "+" : "-"}${show(Math.abs(grown))}`;
  };
  const ofBytes = (name: string, value: number | null, since: number | null) => [
    ...[name, bytes(value), change(bytes, value, since)],
  ];
  const ofCount = (name: string, value: number | null, since: number | null) => [
    ...[name, count(value), change(count, value, since)],
  ];
  const rows = [
    ["", "now", `in ${formatValue(Math.round((now.atMs - first.atMs) / 100) / 10, "s")}`],
    ofBytes("heap live", now.heapLive, first.heapLive),
    now.heapGoal === null && now.source === "memory"
      ? ["heap goal", "off", ""]
      : ofBytes("heap goal", now.heapGoal, first.heapGoal),
    ofBytes("heap in use", now.heapInuse, first.heapInuse),
    ofBytes("stacks", now.stacks, first.stacks),
    ofBytes("RSS", now.rss, first.rss),
    ofBytes("PSS", pss ?? null, null),
    ofCount("goroutines", now.goroutines, first.goroutines),
    ofCount("threads", now.threads, first.threads),
    ofCount("descriptors", now.fds, first.fds),
    ["CPU", cpuShare(now, before), ""],
    ofCount("collections", now.numGC, first.numGC),
    ["GC pauses", ...quantiles(now.gcPauseNs)],
    ["waited to run", ...quantiles(now.schedLatencyNs)],
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = ([name, ...cells]: readonly string[]) =>
    [name.padEnd(widths[0]), ...cells.map((cell, i) => cell.padStart(widths[i + 1]))].join("  ").trimEnd();
  return rows.map((row) => `${line(row)}\n`).join("");
}

const COLUMNS: readonly (readonly [
  name: string,
  width: number,
  cell: (now: LiveSample, before?: LiveSample) => string,
])[] = [
  ["heap", 9, ({ heapLive }) => bytes(heapLive)],
  ["goal", 9, ({ heapGoal, source }) => (heapGoal === null && source === "memory" ? "off" : bytes(heapGoal))],
  ["in use", 9, ({ heapInuse }) => bytes(heapInuse)],
  ["stacks", 9, ({ stacks }) => bytes(stacks)],
  ["RSS", 9, ({ rss }) => bytes(rss)],
  ["GCs", 7, ({ numGC }) => count(numGC)],
  ["pause p99", 9, ({ gcPauseNs }) => time(gcPauseNs.p99)],
  ["wait p99", 9, ({ schedLatencyNs }) => time(schedLatencyNs.p99)],
  ["goroutines", 10, ({ goroutines }) => count(goroutines)],
  ["threads", 7, ({ threads }) => count(threads)],
  ["fds", 6, ({ fds }) => count(fds)],
  ["CPU", 7, cpuShare],
];

export function liveHeader(): string {
  return `${COLUMNS.map(([name, width]) => name.padStart(width)).join(" ")}\n`;
}

export function liveLine(now: LiveSample, before: LiveSample | undefined): string {
  return `${COLUMNS.map(([, width, cell]) => cell(now, before).padStart(width)).join(" ")}\n`;
}
