/** Numbers and moments of live charts in words. */
import { formatValue } from "../../src/core/text/format.js";
import type { LiveUnit } from "../../src/core/live/live-measures.js";

export function valueText(value: number, unit: LiveUnit): string {
  if (Number.isNaN(value)) return "–";
  switch (unit) {
    case "bytes":
    case "nanoseconds":
      return formatValue(Math.round(value), unit);
    case "bytes/s":
      return `${formatValue(Math.round(value), "bytes")}/s`;
    case "percent":
      return `${value.toFixed(1)}%`;
    case "1/s":
      return `${value.toFixed(2)}/s`;
    case "count":
      return String(Math.round(value));
    case "":
      return String(Number(value.toPrecision(6)));
  }
}

/** "14:03:22". */
export function timeText(atMs: number): string {
  return new Date(atMs).toLocaleTimeString("en-GB", { hour12: false });
}

/** "45 s", "2 min 5 s", "1 h 2 min". */
export function lengthText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
