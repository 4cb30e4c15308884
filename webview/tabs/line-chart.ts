/**
 * A small line chart in SVG: one series over time, with its first and last value in words for screen readers.
 * It stretches to the width it is given; the strokes keep theirs.
 */
import { svgElement } from "../page/element.js";

export interface Series {
  /** What it is, for people: "Resident memory". */
  readonly name: string;
  /** Undefined where it was not measured. */
  readonly values: readonly (number | undefined)[];
  readonly atMs: readonly number[];
  readonly format: (value: number) => string;
}

const WIDTH = 240;
const HEIGHT = 56;
const MARGIN = 4;

export function lineChart({ name, values, atMs, format }: Series): SVGSVGElement {
  const points = values.flatMap((value, i) => (value === undefined ? [] : [{ at: atMs[i] ?? i, value }]));
  const words =
    points.length === 0 ? "not measured" : `from ${format(points[0].value)} to ${format(points.at(-1)!.value)}`;
  const svg = svgElement("svg", {
    class: "chart",
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": `${name}: ${words}, ${points.length} measurements`,
  });
  if (points.length === 0) return svg;
  const start = points[0].at;
  const span = points.at(-1)!.at - start || 1;
  // From zero, as filled areas must be: noise of a few percent does not look like growth.
  const base = Math.min(0, ...points.map(({ value }) => value));
  const range = Math.max(...points.map(({ value }) => value)) - base || 1;
  const x = (at: number) => MARGIN + ((at - start) / span) * (WIDTH - 2 * MARGIN);
  const y = (value: number) => HEIGHT - MARGIN - ((value - base) / range) * (HEIGHT - 2 * MARGIN);
  const line = points.map(({ at, value }) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const floor = `${x(points.at(-1)!.at).toFixed(1)},${HEIGHT} ${x(start).toFixed(1)},${HEIGHT}`;
  svg.append(
    svgElement("polygon", { class: "chart-area", points: `${line} ${floor}` }),
    svgElement("polyline", { class: "chart-line", points: line }),
    // Round line ends make dots that do not stretch with the picture.
    ...points.map(({ at, value }) =>
      svgElement("path", { class: "chart-dot", d: `M${x(at).toFixed(1)},${y(value).toFixed(1)}h.001` }),
    ),
  );
  return svg;
}

/** A line as high as a row of text; `words` say for screen readers what it shows. */
export function sparkline(values: ArrayLike<number>, words: string): SVGSVGElement {
  const [width, height] = [100, 18];
  const list = Array.from(values);
  const base = Math.min(0, ...list);
  const range = Math.max(0, ...list) - base || 1;
  const x = (at: number) => (list.length < 2 ? width / 2 : (at / (list.length - 1)) * width);
  const y = (value: number) => height - 2 - ((value - base) / range) * (height - 4);
  const points = list.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  return svgElement(
    "svg",
    {
      class: "sparkline",
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": words,
    },
    svgElement("polyline", { class: "chart-line", points }),
  );
}
