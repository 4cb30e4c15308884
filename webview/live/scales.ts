/** Where values are drawn: from zero to a round number above the greatest; durations by powers of two. */
import type { LiveUnit } from "../../src/core/live/live-measures.js";
import { HEAT_ROWS } from "../../src/core/live/live-row.js";

/** The least round number that is not below: quarters of a power of two of bytes, of ten of others; counts stay whole. */
export function roundAbove(value: number, unit: LiveUnit): number {
  if (!(value > 0)) return 1;
  const isBytes = unit === "bytes" || unit === "bytes/s";
  const power = isBytes ? 2 ** Math.floor(Math.log2(value)) : 10 ** Math.floor(Math.log10(value));
  const step = unit === "count" && power < 100 ? Math.max(1, power / 2) : power / 4;
  return Math.ceil(value / step) * step;
}

/** Row 0 of a heat map ends here, and each further one at twice as much. */
const FIRST_ROW_NS = 256;

/** The row of a heat map in which a duration lies, with how far it is in it: 1.5 is in the middle of row 1. */
export function heatRow(ns: number): number {
  return ns < FIRST_ROW_NS ? Math.max(0, ns / FIRST_ROW_NS) : Math.min(HEAT_ROWS, Math.log2(ns / FIRST_ROW_NS) + 1);
}

/** The duration at which a row begins, in ns. */
export function rowBeginNs(row: number): number {
  return row === 0 ? 0 : FIRST_ROW_NS * 2 ** (row - 1);
}
