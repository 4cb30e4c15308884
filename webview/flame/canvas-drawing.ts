/**
 * Draws a visible tree on a canvas, and gives every frame an element of its own, without content, where it stands: the
 * tree that screen readers read, what has the focus, and what is under the pointer.
 *
 * The canvas is as high as what is seen of the graph and half as much above and below it, and is drawn anew when
 * somebody scrolls beyond that. The elements are made after the picture has been painted, or when the first one is
 * asked for: the picture does not wait for them.
 */
import type { FlameLayout } from "../../src/core/views/flame-layout.js";
import { fitLabel } from "./fit-label.js";
import { type Faces, type FlameDrawing, frameOf, ROW_HEIGHT_PX } from "./flame-drawing.js";
import { createPalette } from "./palette.js";
import { drawText, setHint } from "../page/element.js";

const MARGIN_PX = 4;
/** From the top of a row to the line that its letters stand on. */
const BASELINE_PX = 14;
const FONT = "12px";
/** Of frames that are not searched for. */
const MUTED = 0.4;
/** How long the elements of frames may wait for the page to be idle. */
const LATEST_MS = 300;

interface Drawn {
  readonly layout: FlameLayout;
  readonly width: number;
  readonly upright: boolean;
  readonly faces: Faces;
  /** Pixels of one unit of the layout's width. */
  readonly scale: number;
  readonly rows: number;
}

/** Undefined in browsers that give pages no canvas. */
export function createCanvasDrawing(scroller: HTMLElement): FlameDrawing | undefined {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { alpha: false });
  if (!pen) return undefined;
  canvas.setAttribute("aria-hidden", "true");
  // Until something is drawn it takes no room: an empty area that scrolls is a riddle to the keyboard.
  canvas.width = canvas.height = 0;
  const tree = document.createElement("div");
  tree.className = "frames";
  tree.setAttribute("role", "tree");
  tree.setAttribute("aria-busy", "true");
  const element = document.createElement("div");
  element.className = "graph";
  element.append(canvas, tree);

  let drawn: Drawn | undefined;
  let searching = false;
  /** The part of the graph that the canvas shows, in pixels from its top. */
  let from = 0;
  let to = 0;
  let seenHeight = window.innerHeight;
  /** Elements of frames by row; more than there are rows after a larger picture. */
  const frames: HTMLElement[] = [];
  let isDressed = false;
  const widths = new Map<string, number>();
  const palette = createPalette(() => {
    widths.clear();
    paint();
  });

  new ResizeObserver(() => {
    seenHeight = scroller.clientHeight || window.innerHeight;
    keepLensView();
  }).observe(scroller);
  scroller.addEventListener("scroll", () => keepLensView(), { passive: true });
  onOtherResolution(() => paint());

  function topOf(row: number): number {
    const { layout, upright, rows } = drawn!;
    const depth = layout.depth[row] - layout.depth[0];
    return (upright ? rows - 1 - depth : depth) * ROW_HEIGHT_PX;
  }

  /** Draws anew when a part is seen that the canvas does not have. */
  function keepLensView(): void {
    if (!drawn) return;
    const top = scroller.scrollTop;
    const bottom = Math.min(top + seenHeight, drawn.rows * ROW_HEIGHT_PX);
    if (top < from || bottom > to) paint();
  }

  function paint(): void {
    if (!drawn || !pen) return;
    const { layout, width, scale, rows, faces } = drawn;
    const top = scroller.scrollTop;
    from = Math.max(0, Math.floor(top - seenHeight / 2));
    to = Math.min(rows * ROW_HEIGHT_PX, Math.ceil(top + seenHeight * 1.5));
    const height = Math.max(ROW_HEIGHT_PX, to - from);
    const ratio = window.devicePixelRatio || 1;
    canvas.style.cssText = `top: ${from}px; width: ${width}px; height: ${height}px`;
    // Sets it back to nothing, too.
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    pen.setTransform(ratio, 0, 0, ratio, 0, -from * ratio);
    const paper = palette.colour("--paper");
    const ink = palette.colour("--ink");
    const faint = palette.colour("--faint");
    const mark = palette.colour("--mark");
    const border = palette.colour("--between-frames");
    const sharp = (pixels: number) => Math.round(pixels * ratio) / ratio;
    pen.fillStyle = paper;
    pen.fillRect(0, from, width, height);
    const family = palette.fontFamily();
    const plain = `${FONT} ${family}`;
    const italic = `italic ${FONT} ${family}`;
    const bold = `600 ${FONT} ${family}`;
    const widthIn = (font: string) => (character: string) => {
      const key = font === plain ? character : `${character}${font}`;
      let known = widths.get(key);
      if (known === undefined) {
        pen.font = font;
        widths.set(key, (known = pen.measureText(character).width));
      }
      return known;
    };
    const [inPlain, inItalic, inBold] = [plain, italic, bold].map(widthIn);
    for (let row = 0; row < layout.count; row++) {
      const y = topOf(row);
      if (y + ROW_HEIGHT_PX <= from || y >= to) continue;
      const x = sharp(layout.left[row] * scale);
      const end = sharp((layout.left[row] + layout.width[row]) * scale);
      // A line of paper between frames, as far as they are wide enough for one.
      const wide = Math.max(end - x - Math.min(1, (end - x) / 3), 1 / ratio);
      const isMatch = searching && faces.isMatch(row);
      const muted = searching && !isMatch;
      pen.globalAlpha = muted ? MUTED : 1;
      pen.fillStyle = palette.colour(faces.fill(row));
      pen.fillRect(x, y, wide, ROW_HEIGHT_PX - 1);
      pen.globalAlpha = 1;
      if (border !== "" && wide > 2) frameOfLines(pen, x, y, wide, border, 1);
      if (isMatch) frameOfLines(pen, x, y, wide, mark, 1);
      if (faces.isSelected(row)) frameOfLines(pen, x, y, wide, ink, 2);
      const room = wide - 2 * MARGIN_PX;
      if (room < ROW_HEIGHT_PX) continue;
      const smaller = faces.isSmaller(row);
      const text = fitLabel(faces.label(row), room, smaller ? inItalic : isMatch ? inBold : inPlain);
      if (text === "") continue;
      pen.font = smaller ? italic : isMatch ? bold : plain;
      pen.fillStyle = muted || smaller ? faint : ink;
      drawText(pen, text, x + MARGIN_PX, y + BASELINE_PX);
    }
  }

  /** Makes, places and describes the elements of frames. */
  function dress(): void {
    if (isDressed || !drawn) return;
    isDressed = true;
    const { layout, scale, faces } = drawn;
    while (frames.length < layout.count) {
      const frame = document.createElement("div");
      frame.className = "frame";
      frame.dataset["row"] = String(frames.length);
      frames.push(frame);
    }
    let below = 0;
    for (let row = 0; row < layout.count; row++) {
      const left = (layout.left[row] * scale).toFixed(2);
      const width = (layout.width[row] * scale).toFixed(2);
      const top = topOf(row);
      const frame = frames[row];
      // By margins in the flow: each positioned element would be a layer of its own to paint.
      frame.style.cssText = `margin: ${top - below}px 0 0 ${left}px; width: ${width}px`;
      below = top + ROW_HEIGHT_PX;
      frame.className = classOf(row);
      faces.dress(frame, row);
    }
    setHint(tree, "aria-label", faces.title);
    tree.setAttribute("aria-busy", "false");
    if (tree.childElementCount < layout.count) tree.append(...frames.slice(tree.childElementCount, layout.count));
    while (tree.childElementCount > layout.count) tree.lastElementChild!.remove();
  }

  function classOf(row: number): string {
    const { faces } = drawn!;
    const smaller = faces.isSmaller(row) ? " smaller" : "";
    const selected = faces.isSelected(row) ? " selected" : "";
    return `frame${smaller}${selected}${searching && faces.isMatch(row) ? " match" : ""}`;
  }

  return {
    element,
    draw(layout, width, upright, faces) {
      const deepest = layout.depth.reduce((most, depth) => Math.max(most, depth), 0);
      const rows = deepest - layout.depth[0] + 1;
      drawn = { layout, width, upright, faces, scale: width / (layout.width[0] || 1), rows };
      element.style.height = `${rows * ROW_HEIGHT_PX}px`;
      if (upright) scroller.scrollTop = scroller.scrollHeight;
      paint();
      isDressed = false;
      tree.setAttribute("aria-busy", "true");
      whenIdle(() => dress());
    },
    mark(next) {
      if (!searching && !next) return;
      searching = next;
      paint();
      if (isDressed && drawn) for (let row = 0; row < drawn.layout.count; row++) frames[row].className = classOf(row);
    },
    frame(row) {
      dress();
      return drawn && row < drawn.layout.count ? frames[row] : undefined;
    },
    rowOf(event) {
      if (!drawn) return undefined;
      const frame = frameOf(event);
      if (frame && isDressed) return Number(frame.dataset["row"]);
      if (!(event instanceof MouseEvent)) return frame && Number(frame.dataset["row"]);
      const box = element.getBoundingClientRect();
      return rowAt(event.clientX - box.left, event.clientY - box.top);
    },
  };

  function rowAt(x: number, y: number): number | undefined {
    const { layout, scale } = drawn!;
    for (let row = 0; row < layout.count; row++) {
      const left = layout.left[row] * scale;
      const top = topOf(row);
      if (y >= top && y < top + ROW_HEIGHT_PX && x >= left && x < left + layout.width[row] * scale) return row;
    }
    return undefined;
  }
}

/** Inside of the frame, so that neighbours do not cover it. */
function frameOfLines(
  pen: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  colour: string,
  thick: number,
): void {
  pen.strokeStyle = colour;
  pen.lineWidth = thick;
  pen.strokeRect(x + thick / 2, y + thick / 2, Math.max(width - thick, 0.5), ROW_HEIGHT_PX - 1 - thick);
}

/** Calls when the page moves to a screen of other pixels, or is enlarged. */
function onOtherResolution(changed: () => void): void {
  const watch = () =>
    matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener(
      "change",
      () => {
        changed();
        watch();
      },
      { once: true },
    );
  watch();
}

function whenIdle(run: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(run, { timeout: LATEST_MS });
  else setTimeout(run, LATEST_MS / 3);
}
