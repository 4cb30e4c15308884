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
  let points = 0;
  let [low, high, latest] = [NaN, NaN, NaN];
  const flush = () => {
    // The order within a pixel is lost; the line goes on from where the pixel ended.
    if (low === high || Number.isNaN(pixel)) return;
    const at = shown(pixel);
    solid += `L${at} ${shown(scale.y(low))}L${at} ${shown(scale.y(high))}L${at} ${shown(scale.y(latest))}`;
  };
  // A lone point is a dot by its round ends.
  const end = () => {
    flush();
    if (points === 1 && low === high) solid += "h.01";
    [pixel, before, points] = [NaN, undefined, 0];
  };
  for (let row = first; row <= last; row++) {
    const value = history.value(measure, row);
    if (Number.isNaN(value)) {
      end();
      continue;
    }
    const x = Math.round(scale.x(history.axisMs(row)) * 2) / 2;
    if (x === pixel && before !== undefined && !history.hasGap(row)) {
      [low, high, latest] = [Math.min(low, value), Math.max(high, value), value];
      continue;
    }
    const point = `${shown(x)} ${shown(scale.y(value))}`;
    const from = before;
    const isBehindGap = history.hasGap(row) && row > first;
    if (isBehindGap) end();
    else flush();
    if (isBehindGap && from !== undefined) dashed += `M${from}L${point}`;
    solid += `${before === undefined ? "M" : "L"}${point}`;
    points++;
    [pixel, low, high, latest, before] = [x, value, value, value, point];
  }
  end();
  return { solid, dashed };
}

function shown(pixels: number): string {
  return String(Math.round(pixels * 10) / 10);
}
