/**
 * A measure as the paths of a line: solid where the program ran, dashed across gaps. More rows than there are pixels are
 * drawn by the least and the greatest of each pixel, so that no peak is lost.
 */
import type { LiveHistory, RowIndex } from "../../src/core/live/live-history.js";

export interface Scale {
  /** Pixels from the left. */
  readonly x: (axisMs: number) => number;
  /** Pixels from the top. */
  readonly y: (value: number) => number;
}

export interface RowRange {
  readonly first: RowIndex;
  readonly last: RowIndex;
}

export interface LinePaths {
  readonly solid: string;
  readonly dashed: string;
}

export function linePaths(history: LiveHistory, measure: number, { first, last }: RowRange, scale: Scale): LinePaths {
  let solid = "";
  let dashed = "";
  let before: string | undefined;
  let pixel = NaN;
  let [low, high, end] = [NaN, NaN, NaN];
  const flush = () => {
    // The order within a pixel is lost; the line goes on from where the pixel ended.
    if (low === high || Number.isNaN(pixel)) return;
    const at = shown(pixel);
    solid += `L${at} ${shown(scale.y(low))}L${at} ${shown(scale.y(high))}L${at} ${shown(scale.y(end))}`;
  };
  for (let row = first; row <= last; row++) {
    const value = history.value(measure, row);
    if (Number.isNaN(value)) {
      flush();
      [pixel, before] = [NaN, undefined];
      continue;
    }
    const x = Math.round(scale.x(history.axisMs(row)) * 2) / 2;
    if (x === pixel && before !== undefined && !history.hasGap(row)) {
      [low, high, end] = [Math.min(low, value), Math.max(high, value), value];
      continue;
    }
    flush();
    const point = `${shown(x)} ${shown(scale.y(value))}`;
    const begins = before === undefined || (history.hasGap(row) && row > first);
    if (begins && before !== undefined) dashed += `M${before}L${point}`;
    solid += `${begins ? "M" : "L"}${point}`;
    [pixel, low, high, end, before] = [x, value, value, value, point];
  }
  flush();
  // A lone point is a dot by its round ends.
  return { solid: /^M[^ML]+$/.test(solid) ? `${solid}h.01` : solid, dashed };
}

function shown(pixels: number): string {
  return String(Math.round(pixels * 10) / 10);
}
