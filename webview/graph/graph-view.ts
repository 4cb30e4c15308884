/**
 * The call graph: a box for each function, an arrow for each call, as wide as what flows along it. Arrow keys walk along
 * the heaviest calls; what is hidden is said, and how much is shown can be changed.
 */
import { edgePath, edgeWords, middleOf } from "../../src/core/views/graph-edges.js";
import { hiddenWords, LINE_HEIGHT, strokeWidth } from "../../src/core/views/graph-boxes.js";
import { formatPercent, formatValue } from "../../src/core/text/format.js";
import { diffColour, frameColour } from "../flame/frame-colour.js";
import { element, setText, svgElement } from "../page/element.js";
import type { GraphAnswer } from "../worker/queries.js";
import { BOXES, type Colours } from "../page/state.js";

export interface GraphPicture extends GraphAnswer {
  readonly names: readonly string[];
  readonly unit: string;
  readonly what: string;
  readonly colours: Colours;
  readonly maxBoxes: number;
  readonly isDiff: boolean;
}

export interface GraphHandlers {
  select(frame: number): void;
  /** Only stacks with it. */
  focus(frame: number): void;
  openSource: ((frame: number) => void) | undefined;
  menu(frame: number, x: number, y: number, opener: Element): void;
  showBoxes(most: number): void;
}

export interface GraphView {
  readonly element: HTMLElement;
  draw(picture: GraphPicture): void;
  /** Marks the selected function's box. */
  select(name: string): void;
  highlight(matched: Uint8Array | undefined): void;
}

const ZOOM_STEP = 1.25;
const MIN_SCALE = 0.1;
const MAX_SCALE = 4;

export function createGraphView(handlers: GraphHandlers): GraphView {
  let picture: GraphPicture | undefined;
  let boxes: SVGGElement[] = [];
  let scale = 1;
  const most = element(
    "select",
    { "aria-label": "Boxes", onchange: () => handlers.showBoxes(Number(most.value)) },
    ...BOXES.map((count) => element("option", { value: String(count) }, `Up to ${count} boxes`)),
  );
  const hidden = element("span", { class: "graph-hidden", role: "status" });
  const button = (label: string, text: string, key: string, act: () => void) =>
    element("button", { class: "toggle", "aria-label": label, title: `${label} (${key})`, onclick: act }, text);
  const bar = element(
    "div",
    { class: "graph-bar" },
    most,
    button("Zoom in", "+", "+", () => zoomTo(scale * ZOOM_STEP)),
    button("Zoom out", "−", "-", () => zoomTo(scale / ZOOM_STEP)),
    button("Fit the window", "Fit", "0", () => fit()),
    hidden,
  );
  const sheet = element("div", { class: "graph-sheet" });
  const view = element("div", { class: "call-graph", "data-view": "graph", onkeydown: keyed }, bar, sheet);
  sheet.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomTo(scale * (event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP));
    },
    { passive: false },
  );

  function zoomTo(next: number): void {
    const svg = sheet.querySelector("svg");
    if (!picture || !svg) return;
    const before = scale;
    scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, next));
    svg.setAttribute("width", String(picture.placed.width * scale));
    svg.setAttribute("height", String(picture.placed.height * scale));
    // What was in the middle stays there.
    const grown = scale / before;
    sheet.scrollLeft = (sheet.scrollLeft + sheet.clientWidth / 2) * grown - sheet.clientWidth / 2;
    sheet.scrollTop = (sheet.scrollTop + sheet.clientHeight / 2) * grown - sheet.clientHeight / 2;
  }

  function fit(): void {
    if (!picture) return;
    const { width, height } = picture.placed;
    zoomTo(Math.min(1, sheet.clientWidth / width, sheet.clientHeight / height));
  }

  function keyed(event: Event): void {
    const { key, ctrlKey, metaKey } = event as KeyboardEvent;
    const node = boxes.indexOf(event.target as SVGGElement);
    if (!picture || node < 0) return;
    const { graph } = picture.placed;
    const frame = graph.frame[node];
    const acts: Readonly<Record<string, () => void>> = {
      ArrowDown: () => walk(heaviest(node, "from", "to")),
      ArrowUp: () => walk(heaviest(node, "to", "from")),
      ArrowRight: () => walk(beside(node, 1)),
      ArrowLeft: () => walk(beside(node, -1)),
      Home: () => walk(0),
      "+": () => zoomTo(scale * ZOOM_STEP),
      "-": () => zoomTo(scale / ZOOM_STEP),
      "0": fit,
      " ": () => handlers.select(frame),
      Enter: () => (ctrlKey || metaKey ? handlers.openSource?.(frame) : handlers.focus(frame)),
      ContextMenu: () => menuAt(node),
      ...((event as KeyboardEvent).shiftKey && { F10: () => menuAt(node) }),
    };
    const act = acts[key];
    if (act === undefined || ((ctrlKey || metaKey) && key !== "Enter")) return;
    event.preventDefault();
    act();
  }

  function menuAt(node: number): void {
    const { left, bottom } = boxes[node].getBoundingClientRect();
    handlers.menu(picture!.placed.graph.frame[node], left, bottom, boxes[node]);
  }

  /** Edges come heaviest first. */
  function heaviest(node: number, at: "from" | "to", other: "from" | "to"): number | undefined {
    const { graph } = picture!.placed;
    const edge = graph[at].indexOf(node);
    return edge < 0 ? undefined : graph[other][edge];
  }

  /** The next box to one side in the same layer, or nearly. */
  function beside(node: number, side: 1 | -1): number | undefined {
    const { x, y, boxes: sizes } = picture!.placed;
    let best: number | undefined;
    for (let other = 0; other < x.length; other++) {
      const isLevel = Math.abs(y[other] - y[node]) < (sizes.height[other] + sizes.height[node]) / 2;
      if (!isLevel || (x[other] - x[node]) * side <= 0) continue;
      if (best === undefined || (x[other] - x[best]) * side < 0) best = other;
    }
    return best;
  }

  function walk(node: number | undefined): void {
    if (node === undefined) return;
    for (const box of boxes) box.setAttribute("tabindex", box === boxes[node] ? "0" : "-1");
    boxes[node].focus();
    boxes[node].scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function boxOf(node: number): SVGGElement {
    const { placed, names, unit, total, colours, before, isDiff } = picture!;
    const { graph, boxes: sizes, x, y } = placed;
    const [width, height, font] = [sizes.width[node], sizes.height[node], sizes.fontSize[node]];
    const [left, top] = [x[node] - width / 2, y[node] - height / 2];
    const frame = graph.frame[node];
    const cost = (value: number) => `${formatValue(value, unit)} (${formatPercent(value, total)})`;
    const words = `${names[frame]}: ${cost(graph.flat[node])} itself, ${cost(graph.cum[node])} with what it calls`;
    const was = before?.[frame] ?? 0;
    const share = graph.cum[node] / (Math.max(Math.abs(was), Math.abs(was + graph.cum[node])) || 1);
    const fill = isDiff ? diffColour(share) : frameColour(names[frame], colours);
    return svgElement(
      "g",
      {
        ...{ class: "graph-box", role: "button", tabindex: node === 0 ? "0" : "-1" },
        "data-function": names[frame],
        onclick: (event) => ((event as MouseEvent).detail > 1 ? handlers.focus(frame) : handlers.select(frame)),
        oncontextmenu: (event) => {
          event.preventDefault();
          const { clientX, clientY } = event as MouseEvent;
          handlers.menu(frame, clientX, clientY, boxes[node]);
        },
      },
      svgElement("title", {}, words),
      svgElement("rect", { x: left, y: top, width, height, rx: 3, fill: `var(${fill})` }),
      ...sizes.lines[node].map((line, at) =>
        svgElement(
          "text",
          { x: x[node], y: top + 4 + font * (0.85 + at * LINE_HEIGHT), "font-size": font.toFixed(1) },
          line,
        ),
      ),
    );
  }

  function arrowOf(edge: number): SVGGElement {
    const { placed, names, unit, total } = picture!;
    const { weight, isResidual } = placed.graph;
    const [x, y] = middleOf(placed, edge);
    return svgElement(
      "g",
      { class: isResidual[edge] ? "graph-call residual" : "graph-call" },
      svgElement("title", {}, edgeWords(placed.graph, names, edge, unit)),
      svgElement("path", {
        d: edgePath(placed, edge),
        "stroke-width": strokeWidth(weight[edge], total).toFixed(1),
        "marker-end": "url(#graph-arrow)",
      }),
      svgElement("text", { x, y }, formatValue(weight[edge], unit)),
    );
  }

  return {
    element: view,
    draw(next) {
      picture = next;
      const { placed, unit, what, maxBoxes } = next;
      const { graph, width, height } = placed;
      most.value = String(maxBoxes);
      setText(hidden, hiddenWords(graph, unit));
      boxes = Array.from(graph.frame, (_, node) => boxOf(node));
      const title = `Call graph of ${what}: ${graph.frame.length} functions, ${graph.from.length} calls`;
      sheet.replaceChildren(
        svgElement(
          "svg",
          { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": title },
          svgElement(
            "defs",
            {},
            svgElement(
              "marker",
              {
                ...{ id: "graph-arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8 },
                ...{ markerUnits: "userSpaceOnUse", orient: "auto" },
              },
              svgElement("path", { d: "M0 0 8 4 0 8z" }),
            ),
          ),
          ...Array.from(graph.from, (_, edge) => arrowOf(edge)),
          ...boxes,
        ),
      );
      scale = 1;
      fit();
    },
    select(name) {
      for (const box of boxes) box.classList.toggle("selected", box.dataset["function"] === name);
    },
    highlight(matched) {
      sheet.classList.toggle("searching", matched !== undefined);
      for (const [node, box] of boxes.entries()) {
        box.classList.toggle("match", matched?.[picture!.placed.graph.frame[node]] === 1);
      }
    },
  };
}
