/**
 * One chart of the Live view: lines over the program's time in SVG, in the theme's colours, with the values at the cursor
 * in its legend. For the keyboard and screen readers its plot is a slider along time, which says the values in words.
 */
import type { LiveHistory } from "../../src/core/live/live-history.js";
import type { Chart, Measure } from "../../src/core/live/live-measures.js";
import { HEAT_ROWS } from "../../src/core/live/live-row.js";
import { element, setHint, setText, svgElement } from "../page/element.js";
import { drawHeatMap } from "./heat-map.js";
import { linePaths, type RowRange, type Scale } from "./line-path.js";
import { timeText, valueText } from "./live-text.js";
import { heatRow, roundAbove, rowBeginNs } from "./scales.js";

export interface Shown {
  readonly history: LiveHistory;
  /** Another run, to be drawn behind. */
  readonly compared: LiveHistory | undefined;
  /** What of the axis is shown, in ms. */
  readonly from: number;
  readonly to: number;
  readonly rows: RowRange;
}

export interface ChartEvents {
  /** The pointer, or a key, is at this time; undefined when it left. */
  readonly onCursor: (axisMs: number | undefined) => void;
  readonly onPick: (axisMs: number) => void;
  readonly onZoom: (from: number, to: number) => void;
  readonly onKey: (event: KeyboardEvent) => void;
}

const HEIGHT = 72;
/** A pointer that moved less has clicked. */
const DRAG_PIXELS = 4;
/** So many marks of collections at most for each hundred pixels: more are no help. */
const MARKS_PER_100_PIXELS = 12;

interface Line {
  readonly index: number;
  readonly measure: Measure;
  readonly solid: SVGPathElement;
  readonly dashed: SVGPathElement;
  readonly compared: SVGPathElement;
  readonly value: HTMLElement;
}

export class LiveChart {
  readonly chart: Chart;
  readonly element: HTMLElement;
  readonly plot: HTMLElement;
  /** Whether any of it can be seen. */
  isVisible = false;
  readonly #lines: readonly Line[];
  readonly #marks = svgElement("path", { class: "live-collections" });
  readonly #bands = svgElement("path", { class: "live-bands" });
  readonly #kept = svgElement("path", { class: "live-kept" });
  readonly #svg: SVGSVGElement;
  readonly #canvas: HTMLCanvasElement | undefined;
  readonly #top = element("span", { class: "live-top", "aria-hidden": "true" });
  readonly #bottom = element("span", { class: "live-bottom", "aria-hidden": "true" });
  readonly #cursor = element("span", { class: "live-cursor", hidden: true });
  readonly #selection = element("span", { class: "live-selection", hidden: true });
  #shown: Shown | undefined;

  constructor(
    chart: Chart,
    measures: readonly { readonly index: number; readonly measure: Measure }[],
    events: ChartEvents,
  ) {
    this.chart = chart;
    this.#lines = measures.map(({ index, measure }, i) => ({
      index,
      measure,
      solid: svgElement("path", { class: `live-line live-line-${i % 3}` }),
      dashed: svgElement("path", { class: `live-line live-line-${i % 3} live-dashed` }),
      compared: svgElement("path", { class: `live-line live-line-${i % 3} live-compared` }),
      value: element("dd", {}),
    }));
    this.#svg = svgElement(
      "svg",
      { class: "live-svg", height: HEIGHT, "aria-hidden": "true" },
      this.#bands,
      svgElement("path", { class: "live-grid", d: `M0 .5H10000M0 ${HEIGHT / 2}H10000M0 ${HEIGHT - 0.5}H10000` }),
      this.#marks,
      this.#kept,
      ...this.#lines.map(({ compared }) => compared),
      ...this.#lines.flatMap(({ solid, dashed }) => [solid, dashed]),
    );
    this.#canvas = chart.heat && element("canvas", { class: "live-heat", "aria-hidden": "true" });
    this.plot = element(
      "div",
      { class: "live-plot", role: "slider", tabindex: -1, "aria-label": chart.title, "aria-orientation": "horizontal" },
      this.#canvas,
      this.#svg,
      this.#top,
      this.#bottom,
      this.#cursor,
      this.#selection,
    );
    this.element = element(
      "section",
      { class: "live-chart", "data-chart": chart.id },
      element("h2", { title: chart.about }, chart.title),
      element(
        "dl",
        { class: "live-legend" },
        ...this.#lines.map(({ measure, value }, i) =>
          element("div", { class: `live-key live-key-${i % 3}` }, element("dt", {}, measure.name), value),
        ),
      ),
      this.plot,
    );
    this.#listen(events);
  }

  draw(shown: Shown): void {
    this.#shown = shown;
    const width = this.plot.clientWidth;
    if (width === 0) return;
    const { history, compared, rows } = shown;
    const x = this.#x(shown, width);
    const { y, top, heatRows } = this.#vertical(shown);
    const scale: Scale = { x, y };
    this.#svg.setAttribute("width", String(width));
    for (const { index, measure, solid, dashed, compared: behind } of this.#lines) {
      const paths = linePaths(history, index, rows, scale);
      solid.setAttribute("d", paths.solid);
      dashed.setAttribute("d", paths.dashed);
      const other = compared?.measureOf(measure.id) ?? -1;
      behind.setAttribute(
        "d",
        compared === undefined || other < 0 ? "" : linePaths(compared, other, rowsOf(compared, shown), scale).solid,
      );
    }
    if (this.#canvas && this.chart.heat) {
      drawHeatMap(this.#canvas, history, this.chart.heat, rows, scale, { width, height: HEIGHT, rows: heatRows });
    }
    this.#drawMarks(shown, x, width);
    setText(this.#top, top);
    setText(this.#bottom, "0");
    this.plot.setAttribute("aria-valuemin", String(Math.round(shown.from)));
    this.plot.setAttribute("aria-valuemax", String(Math.round(shown.to)));
  }

  /** Shows what was then; without a time, what is now. */
  showAt(axisMs: number | undefined): void {
    const shown = this.#shown;
    if (shown === undefined) return;
    const { history } = shown;
    const row = axisMs === undefined ? history.length - 1 : history.rowNear(axisMs);
    if (row < 0) return;
    const words: string[] = [];
    for (const { index, measure, value } of this.#lines) {
      const text = valueText(history.value(index, row), measure.unit);
      setText(value, text);
      words.push(`${measure.name} ${text}`);
    }
    this.#cursor.hidden = axisMs === undefined;
    if (axisMs !== undefined) {
      const at = this.#x(shown, this.plot.clientWidth)(history.axisMs(row));
      this.#cursor.style.transform = `translateX(${Math.round(at)}px)`;
    }
    this.plot.setAttribute("aria-valuenow", String(Math.round(history.axisMs(row))));
    setHint(this.plot, "aria-valuetext", `${timeText(history.atMs(row))}: ${words.join(", ")}`);
  }

  #x({ from, to }: Shown, width: number): (axisMs: number) => number {
    const span = to - from || 1;
    return (axisMs) => ((axisMs - from) / span) * width;
  }

  /** By the greatest of what is drawn. */
  #vertical(shown: Shown): { y: (value: number) => number; top: string; heatRows: number } {
    const { history, compared, rows } = shown;
    let greatest = 0;
    for (const { index, measure } of this.#lines) {
      greatest = Math.max(greatest, greatestIn(history, index, rows));
      const other = compared?.measureOf(measure.id) ?? -1;
      if (compared && other >= 0) greatest = Math.max(greatest, greatestIn(compared, other, rowsOf(compared, shown)));
    }
    const { unit } = this.#lines[0].measure;
    if (this.chart.heat === undefined) {
      const most = roundAbove(greatest, unit);
      return { y: (value) => HEIGHT - 1 - (value / most) * (HEIGHT - 3), top: valueText(most, unit), heatRows: 0 };
    }
    let highest = heatRow(greatest);
    for (let row = rows.first; row <= rows.last; row++) {
      const cells = history.heat(this.chart.heat, row);
      for (let cell = HEAT_ROWS - 1; cell >= highest; cell--) if (cells[cell] > 0) highest = cell + 1;
    }
    const heatRows = Math.max(8, Math.ceil(highest));
    return {
      y: (ns) => HEIGHT - (heatRow(ns) / heatRows) * HEIGHT,
      top: valueText(rowBeginNs(heatRows), unit),
      heatRows,
    };
  }

  #drawMarks({ history, from, to, rows }: Shown, x: (axisMs: number) => number, width: number): void {
    const rate = history.measureOf("gcRate");
    const collections: number[] = [];
    let bands = "";
    for (let row = rows.first; row <= rows.last; row++) {
      if (rate >= 0 && history.value(rate, row) > 0) collections.push(x(history.axisMs(row)));
      if (history.hasGap(row) && row > rows.first) {
        const [begin, end] = [x(history.axisMs(row - 1)), x(history.axisMs(row))];
        bands += `M${begin.toFixed(1)} 0H${end.toFixed(1)}V${HEIGHT}H${begin.toFixed(1)}Z`;
      }
    }
    const few = collections.length <= (width / 100) * MARKS_PER_100_PIXELS;
    this.#marks.setAttribute("d", few ? collections.map((at) => `M${at.toFixed(1)} 0v5`).join("") : "");
    this.#bands.setAttribute("d", bands);
    const kept = history.marks.filter(({ axisMs }) => axisMs >= from && axisMs <= to);
    this.#kept.setAttribute("d", kept.map(({ axisMs }) => `M${x(axisMs).toFixed(1)} 0V${HEIGHT}`).join(""));
  }

  #listen({ onCursor, onPick, onZoom, onKey }: ChartEvents): void {
    let began: number | undefined;
    const atOf = ({ clientX }: PointerEvent) => {
      const box = this.plot.getBoundingClientRect();
      return Math.min(box.width, Math.max(0, clientX - box.left));
    };
    const timeOf = (pixels: number) => {
      if (this.#shown === undefined) return 0;
      const { from, to } = this.#shown;
      return from + (pixels / (this.plot.clientWidth || 1)) * (to - from);
    };
    this.plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      began = atOf(event);
      this.plot.setPointerCapture(event.pointerId);
    });
    this.plot.addEventListener("pointermove", (event) => {
      const at = atOf(event);
      onCursor(timeOf(at));
      if (began === undefined) return;
      const [left, right] = [Math.min(began, at), Math.max(began, at)];
      this.#selection.hidden = right - left < DRAG_PIXELS;
      this.#selection.style.left = `${left}px`;
      this.#selection.style.width = `${right - left}px`;
    });
    this.plot.addEventListener("pointerup", (event) => {
      if (began === undefined) return;
      const [left, right] = [began, atOf(event)].sort((a, b) => a - b);
      began = undefined;
      this.#selection.hidden = true;
      if (right - left < DRAG_PIXELS) onPick(timeOf(right));
      else onZoom(timeOf(left), timeOf(right));
    });
    this.plot.addEventListener("pointercancel", () => {
      began = undefined;
      this.#selection.hidden = true;
    });
    this.plot.addEventListener("pointerleave", () => onCursor(undefined));
    this.plot.addEventListener("keydown", onKey);
  }
}

/** Both runs begin at 0 of the axis, so the same stretch of it is compared. */
function rowsOf(history: LiveHistory, { from, to }: Shown): RowRange {
  return { first: Math.max(0, history.rowAt(from)), last: history.rowAt(to) };
}

function greatestIn(history: LiveHistory, measure: number, { first, last }: RowRange): number {
  let greatest = 0;
  for (let row = first; row <= last; row++) {
    const value = history.value(measure, row);
    if (value > greatest) greatest = value;
  }
  return greatest;
}
