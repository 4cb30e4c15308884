/** The flame graph with the zoomed stack above it and, once one has zoomed in, the small picture of the whole. */
import { rangeOf, SMALLER } from "../../src/core/views/flame-layout.js";
import { element } from "../page/element.js";
import { createFlameGraph, type FlameGraph, type GraphPicture } from "./flame-graph.js";
import { diffColour, frameColour } from "./frame-colour.js";
import { createOverview } from "./overview.js";
import type { AnswerTo, FlameAnswer, Place, WantedStep, ZoomStep } from "../worker/queries.js";
import { shortFunction } from "../../src/core/text/short-function.js";

type FlamePicture = FlameAnswer & Omit<GraphPicture, "layout" | "delta" | "total" | "title">;

export interface FlameHandlers {
  zoomTo(steps: readonly WantedStep[]): void;
  openSource: ((step: ZoomStep) => void) | undefined;
  /** The menu of a stack's last frame. */
  menu(steps: readonly ZoomStep[], x: number, y: number, opener: Element): void;
  describe(step: ZoomStep): Promise<Place | undefined>;
  copy(text: string): void;
}

export interface FlameView {
  readonly element: HTMLElement;
  /** Pixels that the graph has. */
  width(): number;
  draw(picture: FlamePicture): void;
  /** The whole, when a part is shown. */
  drawOverview(answer: AnswerTo<"overview"> | undefined): void;
  highlight: FlameGraph["highlight"];
}

export function createFlameView(handlers: FlameHandlers): FlameView {
  const crumbs = element("nav", { class: "crumbs", "aria-label": "Zoomed stack" });
  const open = handlers.openSource;
  const graph = createFlameGraph({
    zoomTo: (row) => handlers.zoomTo(stepsTo(row)),
    zoomOut() {
      if (picture!.zoom.length === 0) return false;
      handlers.zoomTo(picture!.zoom.slice(0, -1));
      return true;
    },
    openSource: open && ((row) => openable(stepsTo(row).at(-1), open)),
    menu: (row, x, y, opener) => handlers.menu(stepsTo(row), x, y, opener),
    describe: (row) => handlers.describe(stepsTo(row).at(-1)!),
  });
  const overview = createOverview((rows) =>
    handlers.zoomTo(rows.map((row) => ({ frame: overviewShown!.layout.frame[row] }))),
  );
  const view = element("div", { class: "flame", "data-view": "flame" }, crumbs, overview.element, graph.element);
  let picture: FlamePicture | undefined;
  let overviewShown: AnswerTo<"overview"> | undefined;

  const stepsTo = (row: number): ZoomStep[] => {
    const { layout, zoom } = picture!;
    const below: ZoomStep[] = [];
    for (let at = row; at > 0; at = layout.parent[at]) {
      const range = rangeOf(layout, at);
      // A placeholder stands for siblings: what its samples share ends at its parent.
      below.push({
        frame: layout.frame[at],
        range: layout.frame[at] === SMALLER ? { ...range, depth: range.depth - 1 } : range,
      });
    }
    return [...zoom, ...below.reverse()];
  };

  function drawCrumbs(): void {
    const { zoom, names, what } = picture!;
    const crumb = (label: string, title: string, steps: readonly ZoomStep[], last: boolean) =>
      element(
        "button",
        { class: "crumb", title, "aria-current": last && "location", onclick: () => handlers.zoomTo(steps) },
        label,
      );
    const called = ({ frame }: ZoomStep) => (frame === SMALLER ? "(smaller)" : names[frame]);
    const steps = element(
      "div",
      { class: "steps" },
      crumb(what, what, [], zoom.length === 0),
      ...zoom.map((step, i) =>
        crumb(shortFunction(called(step)), called(step), zoom.slice(0, i + 1), i === zoom.length - 1),
      ),
    );
    const last = zoom.at(-1);
    const parts: HTMLElement[] = [
      last ? steps : element("span", { class: "faint" }, "Click a frame to zoom in, right click for more"),
    ];
    if (last) {
      const plain = (label: string, onclick: () => void, title?: string) =>
        element("button", { class: "plain", title, onclick }, label);
      if (open && last.frame >= 0) parts.push(plain("Open Source", () => open(last)));
      parts.push(
        plain("Copy Stack", () => handlers.copy(zoom.map(called).reverse().join("\n"))),
        plain("Reset Zoom", () => handlers.zoomTo([]), "Escape zooms out by one frame"),
      );
    }
    crumbs.replaceChildren(...parts);
    steps.scrollLeft = steps.scrollWidth;
  }

  return {
    element: view,
    width: () => graph.width(),
    draw(next) {
      picture = next;
      drawCrumbs();
      graph.draw({ ...next, title: `Flame graph of ${next.what}` });
    },
    drawOverview(answer) {
      overviewShown = answer;
      overview.draw(
        answer,
        (row) => {
          const { layout } = answer!;
          if (layout.frame[row] < 0) return "--rest";
          if (picture!.delta === picture!.layout.value) return diffColour(layout.value[row] / (layout.width[row] || 1));
          return frameColour(picture!.names[layout.frame[row]], picture!.colours);
        },
        picture?.upright ?? false,
      );
    },
    highlight: (matched) => graph.highlight(matched),
  };
}

function openable(step: ZoomStep | undefined, open: (step: ZoomStep) => void): void {
  if (step && step.frame >= 0) open(step);
}
