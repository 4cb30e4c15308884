/**
 * Which way a flame graph is drawn. A screen gets a canvas, which takes a few milliseconds for a thousand frames and is
 * drawn anew for every zoom. Paper gets an SVG by d3-flame-graph: sharp at any resolution, its names can be searched in
 * a PDF, and nobody waits for it. So does a browser that gives pages no canvas. `npm run bench -- viewer` measures both.
 */
import { createCanvasDrawing } from "./canvas-drawing.js";
import type { FlameDrawing } from "./flame-drawing.js";
import { createSvgDrawing } from "./svg-drawing.js";

/** Fills `scroller`. */
export function createFlameDrawing(scroller: HTMLElement): FlameDrawing {
  const canvas = createCanvasDrawing(scroller);
  let inUse = canvas ?? createSvgDrawing();
  let isSearching = false;
  let drawn: Parameters<FlameDrawing["draw"]> | undefined;
  scroller.replaceChildren(inUse.element);
  const use = (next: FlameDrawing) => {
    inUse = next;
    scroller.replaceChildren(next.element);
    if (!drawn) return;
    next.draw(...drawn);
    next.mark(isSearching);
  };
  if (canvas) {
    window.addEventListener("beforeprint", () => use(createSvgDrawing()));
    window.addEventListener("afterprint", () => use(canvas));
  }
  return {
    get element() {
      return inUse.element;
    },
    draw(...picture) {
      drawn = picture;
      inUse.draw(...picture);
    },
    mark(searching) {
      isSearching = searching;
      inUse.mark(searching);
    },
    frame: (row) => inUse.frame(row),
    rowOf: (event) => inUse.rowOf(event),
  };
}
