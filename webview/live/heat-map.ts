/**
 * Durations over time as a heat map beneath the lines: a column for each few pixels, a row for each power of two of ns,
 * the darker the more were counted. A canvas, since an hour has 100,000 cells.
 */
import type { LiveHistory } from "../../src/core/live/live-history.js";
import type { Heat } from "../../src/core/live/live-measures.js";
import { HEAT_ROWS } from "../../src/core/live/live-row.js";
import type { RowRange, Scale } from "./line-path.js";

const COLUMN_PIXELS = 3;
/** One of a million still shows. */
const LEAST_ALPHA = 0.12;
const MOST_ALPHA = 0.75;

export function drawHeatMap(
  canvas: HTMLCanvasElement,
  history: LiveHistory,
  heat: Heat,
  { first, last }: RowRange,
  { x }: Scale,
  size: { readonly width: number; readonly height: number; readonly rows: number },
): void {
  const { width, height, rows } = size;
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  if (pen === null) return;
  pen.scale(ratio, ratio);
  pen.fillStyle = getComputedStyle(canvas).color;
  const columns = Math.max(1, Math.ceil(width / COLUMN_PIXELS));
  const counts = new Float64Array(columns * HEAT_ROWS);
  let most = 0;
  for (let row = first; row <= last; row++) {
    const column = Math.min(columns - 1, Math.max(0, Math.floor(x(history.axisMs(row)) / COLUMN_PIXELS)));
    const cells = history.heat(heat, row);
    for (let cell = 0; cell < HEAT_ROWS; cell++) {
      const sum = (counts[column * HEAT_ROWS + cell] += cells[cell]);
      if (sum > most) most = sum;
    }
  }
  // Few samples are further apart than a column is wide.
  const wide = Math.max(COLUMN_PIXELS, Math.ceil(width / Math.max(1, last - first + 1)));
  const cellHeight = height / rows;
  for (let column = 0; column < columns; column++) {
    for (let cell = 0; cell < Math.min(HEAT_ROWS, Math.ceil(rows)); cell++) {
      const count = counts[column * HEAT_ROWS + cell];
      if (count === 0) continue;
      pen.globalAlpha = LEAST_ALPHA + (MOST_ALPHA - LEAST_ALPHA) * (Math.log1p(count) / Math.log1p(most));
      pen.fillRect(
        column * COLUMN_PIXELS - wide + COLUMN_PIXELS,
        height - (cell + 1) * cellHeight,
        wide,
        cellHeight - 0.5,
      );
    }
  }
}
