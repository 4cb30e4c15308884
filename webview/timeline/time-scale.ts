/** Time across the picture: zooming, panning, round times for the axis, and times in words. */
import type { TimeRange } from "./questions.js";

/** What is zoomed to at most: a few nanoseconds are the steps of the trace's clock. */
const SHORTEST_NS = 100;

/** `factor` below 1 shows less; the moment at `share` (0 to 1 from the left) stays where it is. */
export function zoomed(seen: TimeRange, factor: number, share: number, durationNs: number): TimeRange {
  const width = Math.min(durationNs, Math.max(SHORTEST_NS, (seen.toNs - seen.fromNs) * factor));
  const at = seen.fromNs + (seen.toNs - seen.fromNs) * share;
  return inside({ fromNs: at - width * share, toNs: at + width * (1 - share) }, durationNs);
}

/** Moved by a part of what is seen: 0.5 is half a picture to the right. */
export function panned(seen: TimeRange, share: number, durationNs: number): TimeRange {
  const by = (seen.toNs - seen.fromNs) * share;
  return inside({ fromNs: seen.fromNs + by, toNs: seen.toNs + by }, durationNs);
}

/** A part with as much around it as makes it easy to see. */
export function around({ fromNs, toNs }: TimeRange, durationNs: number): TimeRange {
  const room = Math.max(SHORTEST_NS, (toNs - fromNs) * 0.5);
  return inside({ fromNs: fromNs - room, toNs: toNs + room }, durationNs);
}

/** The same part where it is in sight, else one as wide with it in the middle. */
export function showing(seen: TimeRange, { fromNs, toNs }: TimeRange, durationNs: number): TimeRange {
  if (fromNs >= seen.fromNs && toNs <= seen.toNs) return seen;
  const width = Math.max(seen.toNs - seen.fromNs, toNs - fromNs);
  const middle = (fromNs + toNs) / 2;
  return inside({ fromNs: middle - width / 2, toNs: middle + width / 2 }, durationNs);
}

function inside({ fromNs, toNs }: TimeRange, durationNs: number): TimeRange {
  const width = Math.min(durationNs, toNs - fromNs);
  const from = Math.min(Math.max(0, fromNs), durationNs - width);
  return { fromNs: from, toNs: from + width };
}

/** Round times of the axis, at most so many. */
export function ticks(
  { fromNs, toNs }: TimeRange,
  most: number,
): { readonly timesNs: number[]; readonly stepNs: number } {
  const least = (toNs - fromNs) / Math.max(1, most);
  const decade = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  const stepNs = [1, 2, 5, 10].map((times) => times * decade).find((step) => step >= least) ?? 10 * decade;
  const timesNs: number[] = [];
  for (let time = Math.ceil(fromNs / stepNs) * stepNs; time <= toNs; time += stepNs) timesNs.push(time);
  return { timesNs, stepNs };
}

/** A moment in seconds, with as many digits as a step needs: "1.2345s". */
export function timeText(timeNs: number, stepNs: number): string {
  const digits = Math.min(9, Math.max(0, 9 - Math.floor(Math.log10(Math.max(1, stepNs)))));
  return `${(timeNs / 1e9).toFixed(digits)}s`;
}

/** "1.2s to 1.3s". */
export function rangeText({ fromNs, toNs }: TimeRange): string {
  const step = (toNs - fromNs) / 100;
  return `${timeText(fromNs, step)} to ${timeText(toNs, step)}`;
}
